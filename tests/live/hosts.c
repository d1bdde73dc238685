/* What the live tests of several hosts share: the two ways to lay them out. */
#include <stdlib.h>

#include "hosts.h"

#define REDIS_2_3 "plugin {\n  kinamo_state = redis:host=127.0.0.1:timeout_msecs=1000\n}\n"
#define REDIS_2_4                                                                                  \
    "kinamo_state {\n  dict redis {\n    redis_host = 127.0.0.1\n    redis_request_timeout = 1s\n" \
    "  }\n}\n"

/* In both, out.kinamo.be is at 127.0.0.1, beside an auth service of 127.0.0.4. */
const struct layout layouts[LAYOUTS] = {
    {"shared storage", "127.0.0.2", "127.0.0.3", false},
    {"behind a proxy", "127.0.0.1", "127.0.0.1", true},
};

static void add_mailboxes(struct live *live, const char *address, const char *mail_home)
{
    char *lines = live_must("printf '%%s' 'login_trusted_networks = 127.0.0.1\n%s'", mail_home);

    live_add_host(live, address,
                  &(struct live_options){
                      .sql = true,
                      .dovecot = lines,
                      .dovecot_2_3 = REDIS_2_3,
                      .dovecot_2_4 = REDIS_2_4,
                  });
    free(lines);
}

/* Accounts as doveadm makes them: jan's serves CRAM-MD5 too. */
static void add_accounts(void)
{
    char *jan = live_must("printf %%s \"$(doveadm pw -s CRAM-MD5 -p " LIVE_JAN_PASSWORD ")\"");
    char *eva = live_must("printf %%s \"$(doveadm pw -s SHA512-CRYPT -p " LIVE_EVA_PASSWORD ")\"");

    free(live_sql("INSERT INTO accounts (address, password, host, quota, language) VALUES "
                  "('" LIVE_JAN "', '%s', 'a.kinamo.be', 100000, 'nl'), "
                  "('" LIVE_EVA "', '%s', 'b.kinamo.be', NULL, NULL);",
                  jan, eva));
    free(jan);
    free(eva);
}

struct live *hosts_start_test(const char *test, const struct layout *layout)
{
    struct live *live = live_start_test(
        test,
        &(struct live_options){.sql = true, .role = layout->proxy ? LIVE_PROXY : LIVE_MAILBOXES});

    live_redis_start();
    add_accounts();
    add_mailboxes(live, "127.0.0.2", "");
    add_mailboxes(live, "127.0.0.3",
                  layout->proxy ? "mail_home = " LIVE_MAIL_DIR "/b/%%{user}\n" : "");
    return live;
}

void hosts_add_out(struct live *live)
{
    live_add_host(live, "127.0.0.4",
                  &(struct live_options){.sql = true, .role = LIVE_AUTH_ONLY, .postfix = true});
}

/* Sessions may end with a look into Redis. */
void hosts_stop(struct live *live)
{
    live_stop(live);
    live_redis_stop();
}

struct talk *hosts_imap(const char *address)
{
    struct talk *imap = talk_open_to("imaps", address, DEVICE);

    talk(imap, "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n");
    return imap;
}

struct talk *hosts_pop3(const char *address)
{
    struct talk *pop3 = talk_open_to("pop3s", address, DEVICE);

    talk(pop3, "S: +OK *\nC: USER " LIVE_JAN "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD
               "\nS: +OK Logged in.\n");
    return pop3;
}
