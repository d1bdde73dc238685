/* A session of a mail program with Postfix, as short as it can be. */
#ifndef KINAMO_BENCH_SASL_SESSION_H
#define KINAMO_BENCH_SASL_SESSION_H

#include <stdbool.h>

#include "../live/sasl.h"

/* Shell commands: which modules libsasl2 finds, and a sasldb for the stock ones. */
#define SASL_SASLDB LIVE_DIR "/sasldb"
#define SASL_ALL_MODULES                                                                           \
    "dir=$(dirname $(find /usr/lib -path '*/sasl2/*.so' | head -n 1)); "                           \
    "umount -l $dir 2>/dev/null; "
#define SASL_OUR_MODULE                                                                            \
    SASL_ALL_MODULES                                                                               \
    "mkdir -p " LIVE_DIR "/ours && cp -a $dir/libkinamo.so " LIVE_DIR "/ours/ && "                 \
    "mount --bind " LIVE_DIR "/ours $dir && "
#define SASL_STOCK_MODULES                                                                         \
    SASL_ALL_MODULES                                                                               \
    "mkdir -p " LIVE_DIR "/stock && cp -a $dir/. " LIVE_DIR "/stock/ && "                          \
    "rm " LIVE_DIR "/stock/libkinamo.so && mount --bind " LIVE_DIR "/stock $dir && "               \
    "{ test -s " SASL_SASLDB " || for u in jan eva; do echo -n geheim-van-$u | "                   \
    "saslpasswd2 -p -c -f " SASL_SASLDB " -u klant.example $u; done; } && "
/* The stock modules with that sasldb, and no service of Dovecot. */
#define SASL_STOCK                                                                                 \
    SASL_STOCK_MODULES                                                                             \
    "install -D -o postfix " SASL_SASLDB " /var/spool/postfix/etc/sasldb2 && "                     \
    "printf 'mech_list: PLAIN CRAM-MD5\npwcheck_method: auxprop\nauxprop_plugin: sasldb\n' "       \
    "> /etc/postfix/sasl/smtpd.conf && "

struct sasl_session {
    const char *mechanism, *user, *password;
    bool tls; /* on port 465; otherwise on 25, in clear */
};

/* Connect, EHLO, AUTH with success, QUIT: the units of bench_clients(). data is the session. */
void sasl_session_run(int number, const void *data);

/* The same with a wrong password and without QUIT. */
void sasl_session_fail(const char *user);

#endif
