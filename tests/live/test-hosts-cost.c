/* What is asked of the stores that several hosts share: the numbers of kinamo-hosts(7). */
#include <stdlib.h>
#include <unistd.h>

#include "hosts.h"
#include "quota.h"
#include "suites.h"

static int number(char *text)
{
    int value = (int)strtol(text, NULL, 10);

    free(text);
    return value;
}

/* How often the accounts were asked for, and how many commands Redis got from Dovecot, since the
   last call. */
static void asked(int *sql_r, int *redis_r)
{
    static int sql, redis;
    int now;

    (void)usleep(300000);
    now = number(live_must("grep -c 'FROM accounts' " LIVE_DIR "/postgresql/log || true"));
    *sql_r = now - sql;
    sql = now;
    now = number(
        live_must("redis-cli info commandstats | sed -n "
                  "'s/^cmdstat_\\(get\\|set\\|incrby\\|del\\):calls=\\([0-9]*\\),.*/\\2/p' | "
                  "awk '{ n += $1 } END { print n + 0 }'"));
    *redis_r = now - redis;
    redis = now;
}

static void deliver_little(const struct layout *layout)
{
    quota_deliver_to(layout->first, LIVE_JAN, 100);
}

static void deliver_much(const struct layout *layout)
{
    quota_deliver_to(layout->first, LIVE_JAN, 82000);
}

static void imap_session(const struct layout *layout)
{
    struct talk *device = hosts_imap(layout->first);

    talk(device, "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 LOGOUT\nS* 3 OK *\n");
    talk_close(device);
}

static void pop3_session(const struct layout *layout)
{
    struct talk *device = hosts_pop3(layout->first);

    talk(device, "C: QUIT\nS: +OK *\n");
    talk_close(device);
}

static void submission(const struct layout *layout)
{
    (void)layout;
    free(live_must("curl -sS --cacert " LIVE_CA " --ssl-reqd --login-options AUTH=PLAIN "
                   "-u " LIVE_JAN ":" LIVE_JAN_PASSWORD " -X NOOP smtp://out.kinamo.be:587"));
}

/* What kinamo-hosts(7) calculates with. */
static const struct {
    const char *what;
    void (*act)(const struct layout *layout);
    int sql, sql_proxy, redis;
} costs[] = {
    {"a delivery below a threshold", deliver_little, 1, 2, 1},
    {"an IMAP session below a threshold", imap_session, 2, 3, 1},
    {"a POP3 session", pop3_session, 2, 3, 1},
    {"a delivery that crosses a threshold", deliver_much, 1, 2, 17},
    {"a delivery above a threshold", deliver_little, 1, 2, 1},
    {"an IMAP session that tells it", imap_session, 2, 3, 1},
    {"an IMAP session afterwards", imap_session, 2, 3, 1},
    {"an authentication for outgoing mail", submission, 1, 1, 0},
};

START_TEST(what_is_asked_of_the_stores)
{
    const struct layout *layout = &layouts[_i];
    struct live *live = hosts_start(layout);
    int sql, redis;

    hosts_add_out(live);
    asked(&sql, &redis);
    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
        costs[i].act(layout);
        asked(&sql, &redis);
        ck_assert_msg(sql == (layout->proxy ? costs[i].sql_proxy : costs[i].sql) &&
                          redis == costs[i].redis,
                      "%s, %s: got %d questions to SQL and %d to Redis", layout->name,
                      costs[i].what, sql, redis);
    }
    hosts_stop(live);
}
END_TEST

/* A session that stays open, as IDLE does, needs Redis for a moment only. */
START_TEST(an_open_session_keeps_no_connection_to_redis)
{
    struct live *live = hosts_start(SHARED_STORAGE);
    struct talk *device = hosts_imap(SHARED_STORAGE->first);
    int clients;

    talk(device, "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 NOOP\nS* 3 OK *\n");
    /* Without the one that asks. */
    clients = number(live_must("redis-cli client list | grep -vc cmd=client || true"));
    ck_assert_msg(clients == 0, "got %d connections, want none", clients);
    ck_assert_int_gt(number(live_must("redis-cli info stats | sed -n "
                                      "'s/^total_connections_received:\\([0-9]*\\).*/\\1/p'")),
                     3);
    talk_close(device);
    hosts_stop(live);
}
END_TEST

Suite *hosts_cost_suite(void)
{
    Suite *suite = suite_create("hosts-cost");
    TCase *tcase = tcase_create("hosts-cost");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, what_is_asked_of_the_stores, 0, LAYOUTS);
    tcase_add_test(tcase, an_open_session_keeps_no_connection_to_redis);
    suite_add_tcase(suite, tcase);
    return suite;
}
