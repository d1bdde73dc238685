/* The SASL module among others: beside stock modules of the same names in any order of the
   directory; missing, broken or badly configured. */
#include <stdlib.h>
#include <string.h>

#include "sasl.h"
#include "suites.h"

/* A password that only stock modules could know, from a sasldb. */
#define STOCK_PASSWORD "uit-de-sasldb"
#define AS_STOCK       "--auth-user " LIVE_JAN " --auth-password " STOCK_PASSWORD " "

/* A stock module is always there. */
#define FIND_MODULES "dir=$(dirname $(find /usr/lib -name libplain.so)) && "

static const struct live_options with_postfix = {.postfix = true};

/* Also what a test that failed left behind. */
static void unmount_modules(void)
{
    free(live_must(FIND_MODULES "while umount $dir 2>/dev/null; do :; done"));
}

/* A directory with the same modules of which ours is read first or last. A tmpfs lists its files in
   the order in which they were made or against it, as the kernel likes. */
static void mount_modules(bool ours_first)
{
    unmount_modules();
    free(live_must(FIND_MODULES
                   "test -e $dir/libplain.so -a -e $dir/libcrammd5.so && "
                   "rm -rf " LIVE_DIR "/modules && cp -a $dir " LIVE_DIR "/modules && "
                   "mount -t tmpfs -o mode=0755 tmpfs $dir && cd " LIVE_DIR "/modules && "
                   "position() { ls -f $dir | grep '\\.so$' | %s -n 1; }\n"
                   "cp -a libkinamo.so $dir/ && for f in *; do test $f = libkinamo.so || "
                   "cp -a $f $dir/; done\n"
                   "test $(position) = libkinamo.so || { rm $dir/libkinamo.so && "
                   "cp -a libkinamo.so $dir/; }\n"
                   "test $(position) = libkinamo.so",
                   ours_first ? "head" : "tail"));
}

static void expect_login(const char *mechanism)
{
    char *conversation = live_must(SASL_SWAKS SASL_AS_JAN "--auth %s", mechanism);

    ck_assert_msg(strstr(conversation, "235 2.7.0 ") != NULL, "%s: %s", mechanism, conversation);
    free(conversation);
}

START_TEST(beside_stock_modules)
{
    struct live *live;
    struct talk *talk_587;

    mount_modules(_i == 0);
    live = live_start(&with_postfix);
    talk_587 = talk_open("submissions");
    talk(talk_587, "S: 220 *\nC: EHLO client.example\n");
    sasl_expect_offer(talk_587, "AUTH PLAIN CRAM-MD5;");
    talk_close(talk_587);
    expect_login("PLAIN");
    expect_login("CRAM-MD5");
    live_log_wait(live, "kinamo-sasl: result=ok mech=PLAIN user=" LIVE_JAN " ");
    live_log_wait(live, "kinamo-sasl: result=ok mech=CRAM-MD5 user=" LIVE_JAN " ");
    live_stop(live);
    unmount_modules();
}
END_TEST

/* Replace our module, in every smtpd from now on. */
static void break_module(const char *command)
{
    free(live_must(FIND_MODULES "cd " LIVE_DIR "/modules && { %s\n}", command));
    sasl_postfix_reload();
}

static const struct {
    const char *name, *command;
} breaks[] = {
    {"missing", "rm -f $dir/libkinamo.so"},
    {"empty", ": > $dir/libkinamo.so"},
    {"half of it", "head -c $(($(stat -c %s libkinamo.so) / 2)) libkinamo.so > $dir/libkinamo.so"},
    {"overwritten with noise", "head -c 40000 /dev/urandom > $dir/libkinamo.so"},
    {"of another kind", "cp libcrammd5.so $dir/libkinamo.so"},
};

#define BREAKS ((int)(sizeof(breaks) / sizeof(breaks[0])))

/* swaks does not limit the time of a TLS handshake, where a broken smtpd may keep it waiting. */
#define NOT_LET_IN "timeout 8 " SASL_SWAKS AS_STOCK "--timeout 2 "

/* Postfix has just been told to reload, and may leave a connection of that moment unanswered: other
   servers try again. */
#define MAIL_OF_OTHERS                                                                             \
    "for i in 1 2 3; do timeout 15 swaks --server 127.0.0.1 --port 25 --helo elders.example "      \
    "--from mia@elders.example --to " LIVE_EVA " --quit-after RCPT && exit 0; done; exit 1"

/* A sasldb beside, inside and outside of the chroot. */
static void make_sasldb(void)
{
    free(live_must("mkdir -p /var/spool/postfix/etc && "
                   "printf " STOCK_PASSWORD " | saslpasswd2 -p -c -f "
                   "/var/spool/postfix/etc/sasldb2 -u klant.example jan && "
                   "chown postfix /var/spool/postfix/etc/sasldb2 && "
                   "cp -a /var/spool/postfix/etc/sasldb2 /etc/sasldb2"));
}

/* The stock modules are let in by the options for TLS here: what keeps them from another source of
   passwords is the shipped smtpd.conf alone. */
START_TEST(broken_module_fails_closed)
{
    struct live *live;
    int status;

    mount_modules(true);
    live = live_start(&(struct live_options){
        .postfix = true,
        .main_cf = "smtpd_sasl_tls_security_options = noanonymous\n"
                   "smtpd_client_auth_rate_limit = 0\n"
                   "service_throttle_time = 1s\n",
    });
    live_allow(live, "warning|fatal: no SASL authentication mechanisms|error");
    make_sasldb();
    for (int i = 0; i < BREAKS; i++) {
        break_module(breaks[i].command);
        status = live_run(NULL, NOT_LET_IN "--auth PLAIN");
        ck_assert_msg(status != 0, "%s: PLAIN let somebody in", breaks[i].name);
        status = live_run(NULL, NOT_LET_IN "--auth CRAM-MD5");
        ck_assert_msg(status != 0, "%s: CRAM-MD5 let somebody in", breaks[i].name);
    }
    free(live_must(MAIL_OF_OTHERS));
    /* The same would succeed with a smtpd.conf that knows the sasldb. */
    sasl_option("pwcheck_method", "auxprop");
    sasl_option("auxprop_plugin", "sasldb");
    sasl_postfix_reload();
    free(live_must("timeout 60 " SASL_SWAKS AS_STOCK "--auth CRAM-MD5"));
    live_stop(live);
    unmount_modules();
}
END_TEST

/* With the shipped main.cf too, nothing is left to authenticate with, and smtpd says so; the mail
   of others still arrives. */
START_TEST(missing_module_ends_submission_only)
{
    struct live *live;

    mount_modules(true);
    free(live_must(FIND_MODULES "rm $dir/libkinamo.so"));
    live = live_start(&with_postfix);
    live_allow(live, "warning|fatal: no SASL authentication mechanisms");
    ck_assert_int_ne(live_run(NULL, SASL_SWAKS SASL_AS_JAN "--auth PLAIN --timeout 5"), 0);
    live_log_wait(live, "fatal: no SASL authentication mechanisms");
    talk_once("smtp", "S: 220 *\nC: HELO elders.example\nS: 250 *\nC: QUIT\nS: 221 *\n");
    live_stop(live);
    unmount_modules();
}
END_TEST

START_TEST(bad_option_names_the_cure)
{
    struct live *live = live_start(&with_postfix);

    live_allow(live, "warning|fatal: no SASL authentication mechanisms");
    sasl_option("kinamo_auth_timeout", "soon");
    ck_assert_int_ne(live_run(NULL, SASL_SWAKS SASL_AS_JAN "--auth PLAIN --timeout 5"), 0);
    live_log_wait(live, "kinamo-sasl: not loaded: kinamo_auth_timeout: bad value soon (a number "
                        "with unit s, m, h, d or w, such as 25s; from 1 to 300 seconds)");
    live_stop(live);
}
END_TEST

Suite *sasl_modules_suite(void)
{
    Suite *suite = suite_create("sasl-modules");
    TCase *tcase = tcase_create("sasl-modules");

    tcase_set_timeout(tcase, 240);
    tcase_add_loop_test(tcase, beside_stock_modules, 0, 2);
    if (!live_memory_is_checked()) {
        tcase_add_test(tcase,
                       broken_module_fails_closed); /* kills smtpd, which a sanitizer tells */
    }
    tcase_add_test(tcase, missing_module_ends_submission_only);
    tcase_add_test(tcase, bad_option_names_the_cure);
    suite_add_tcase(suite, tcase);
    return suite;
}
