/* Quota warnings where several servers share the users: Redis as kinamo_state, alive and dead. */
#include <stdlib.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

#define REDIS_2_3(seconds)                                                                         \
    "plugin {\n  kinamo_state = redis:host=127.0.0.1:port=6379:timeout_msecs=" seconds "000\n}\n"
#define REDIS_2_4(seconds)                                                                         \
    "kinamo_state {\n  dict redis {\n    redis_host = 127.0.0.1\n"                                 \
    "    redis_request_timeout = " seconds "s\n  }\n}\n"

#define WIM "wim@klant.example"
#define AN  "an@klant.example"

static char *three_users(void)
{
    char *piet = quota_user(PIET, 100000, "");
    char *wim = quota_user(WIM, 100000, "");
    char *an = quota_user(AN, 100000, "");
    char *users = live_must("printf '%%s' '%s%s%s'", piet, wim, an);

    free(piet);
    free(wim);
    free(an);
    return users;
}

static struct live *start_with(const char *redis_2_3, const char *redis_2_4)
{
    char *users = three_users();
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_quota_check_interval", "1s"}},
        .dovecot = "service lmtp {\n  process_min_avail = 4\n}\n",
        .dovecot_2_3 = redis_2_3,
        .dovecot_2_4 = redis_2_4,
    });

    free(users);
    return live;
}

static struct live *start(void)
{
    return start_with(REDIS_2_3("1"), REDIS_2_4("1"));
}

START_TEST(remembered_in_redis)
{
    struct live *live = start();

    live_redis_start();
    quota_deliver(PIET, 82000);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    free(live_must("redis-cli --scan | grep -q " PIET));
    free(live_must("test ! -e " LIVE_MAIL_DIR "/" PIET "/.kinamo-policy"));
    /* No claim is left behind. */
    free(live_must("! redis-cli --scan | grep claim"));
    live_redis_stop();
    live_stop(live);
}
END_TEST

START_TEST(concurrent_deliveries)
{
    struct live *live = start();

    live_redis_start();
    quota_deliver(PIET, QUOTA_BELOW_80);
    ck_assert_int_eq(quota_sent(live, 0), 0);
    quota_deliver_together("127.0.0.1", "127.0.0.1", PIET, 10, 1);
    ck_assert_int_eq(quota_sent_at_last(live, PIET), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_redis_stop();
    live_stop(live);
}
END_TEST

#define STATE_KEY PIET "/kinamo/quota"

/* The minute must not end between two steps. */
static void begin_of_a_minute(void)
{
    free(live_must("s=$(date +%%-S); [ $s -lt 45 ] || sleep $((61 - s))"));
}

/* The claim on the next change in the minute that lies so many after this one. */
static char *claim_key(int minutes)
{
    return live_must("set -- $(redis-cli get '" STATE_KEY "'); "
                     "printf '" STATE_KEY "/claim/%%s/%%s' ${2:-0} $(($(date +%%s) / 60 + %d))",
                     minutes);
}

static const struct {
    const char *name;
    int minutes;
    bool won;
} claims[] = {
    {"somebody has it", 0, false},
    {"nobody won it a minute ago", -1, false},
    {"somebody whose clock is ahead has it", 1, false},
    {"nobody won it two minutes ago", -2, true},
};

/* Whatever became of a claim, the user is told once and not never. */
START_TEST(claim_of_another)
{
    struct live *live = start();
    char *key;
    char *past;

    live_redis_start();
    begin_of_a_minute();
    key = claim_key(claims[_i].minutes);
    free(live_must("redis-cli incr '%s'", key));
    quota_deliver(PIET, 82000);
    ck_assert_msg(quota_sent(live, claims[_i].won) == claims[_i].won, "%s", claims[_i].name);
    /* Two minutes later. */
    past = claim_key(-2);
    free(live_must("redis-cli --scan --pattern '*claim*' | while read -r k; do "
                   "redis-cli rename $k '%s'; done",
                   past));
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(past);
    free(key);
    live_redis_stop();
    live_stop(live);
}
END_TEST

/* Both increments reach Redis before either writer can ask which came first. Each delivery alone
   crosses 80 %, so both writers want to tell, whichever looks first. */
START_TEST(tie)
{
    struct live *live = start_with(REDIS_2_3("20"), REDIS_2_4("20"));
    char *past;

    live_redis_start();
    quota_deliver(PIET, QUOTA_BELOW_80);
    ck_assert_int_eq(quota_sent(live, 0), 0);
    begin_of_a_minute();
    free(live_must("redis-cli client pause 20000 write; "
                   "(sleep %d; redis-cli client unpause) >/dev/null 2>&1 &",
                   live_memory_is_checked() ? 15 : 6));
    quota_deliver_together("127.0.0.1", "127.0.0.1", PIET, 2, 4000);
    ck_assert_int_eq(quota_sent(live, 0), 0);
    ck_assert_int_eq(
        quota_decisions(live, "result=suppressed cause=\"claimed by another process\"", 2), 2);
    past = claim_key(-2);
    free(live_must("redis-cli --scan --pattern '*claim*' | while read -r k; do "
                   "redis-cli rename $k '%s'; done",
                   past));
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(past);
    live_redis_stop();
    live_stop(live);
}
END_TEST

/* How many lookups Redis has answered since it was asked last. */
static int lookups(void)
{
    char *output = live_must("sleep 0.3; grep -ci '\"get\"' " LIVE_DIR
                             "/monitor || true; : >" LIVE_DIR "/monitor");
    int count = (int)strtol(output, NULL, 10);

    free(output);
    return count;
}

static void imap_session(void)
{
    struct talk *imap = talk_open("imaps");

    talk(imap, PIET_LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\n");
    for (int i = 0; i < 3; i++) {
        (void)usleep(1100000);
        talk(imap, "C: 3 NOOP\nS* 3 OK *\n");
    }
    talk(imap, "C: 4 LOGOUT\nS* 4 OK *\nEOF\n");
    talk_close(imap);
}

/* However often a session looks, and whether or not there is something on record. */
START_TEST(one_lookup)
{
    struct live *live = start();

    live_redis_start();
    free(live_must("setsid redis-cli monitor >>" LIVE_DIR "/monitor 2>&1 & sleep 0.3"));
    for (int i = 0; i < 2; i++) {
        quota_deliver(PIET, 10);
        ck_assert_int_eq(lookups(), 1);
        imap_session();
        ck_assert_int_eq(lookups(), 1);
        if (i == 0) {
            quota_deliver(PIET, 82000);
            (void)lookups();
        }
    }
    live_redis_stop();
    live_stop(live);
}
END_TEST

/* A whole session, and a save in it, while the state cannot be asked; the ALERT needs no state. */
#define WORK                                                                                       \
    PIET_LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1 RFC822.SIZE\nS: * 1 FETCH *\n"          \
               "S: 3 OK *\nC: 4 APPEND INBOX {16}\nS* + *\nC: Subject: mine\nC: \nS* 4 OK *\n"     \
               "C: 5 NOOP\nS* 5 OK *\nC: 6 LOGOUT\nS* 6 OK *\nEOF\n"

START_TEST(redis_is_down)
{
    struct live *live = start();

    live_allow(live, "result=failed");
    live_allow(live, "[Rr]edis");
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 1);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=failed cause=state", 1), 1);
    talk_once("imaps", WORK);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 2);
    live_redis_start();
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_redis_stop();
    live_stop(live);
}
END_TEST

/* A Redis that accepts and says nothing costs its timeout, once. */
START_TEST(redis_is_silent)
{
    struct live *live = start();

    live_redis_start();
    live_allow(live, "result=failed");
    live_allow(live, "[Rr]edis");
    free(live_must("kill -STOP $(cat " LIVE_DIR "/redis.pid)"));
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 1);
    live_log_wait(live, "channel=mail result=failed cause=state");
    talk_once("imaps", WORK);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 2);
    free(live_must("kill -CONT $(cat " LIVE_DIR "/redis.pid)"));
    /* Not a process that still leaves it alone. */
    live_restart_dovecot(live);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_redis_stop();
    live_stop(live);
}
END_TEST

/* Were it the timeout of each recipient, a message to many would take longer than the client waits,
   who then sends it again. */
START_TEST(redis_is_silent_for_many_recipients)
{
    static const char *const users[] = {PIET, WIM, AN};
    struct live *live = start();
    struct talk *lmtp;

    live_redis_start();
    live_allow(live, "result=failed");
    live_allow(live, "[Rr]edis");
    free(live_must("kill -STOP $(cat " LIVE_DIR "/redis.pid)"));
    lmtp = talk_open("lmtp");
    talk(lmtp, "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<a@elders.example>\n"
               "S: 250 *\nC: RCPT TO:<" PIET ">\nS: 250 *\nC: RCPT TO:<" WIM ">\nS: 250 *\n"
               "C: RCPT TO:<" AN ">\nS: 250 *\nC: DATA\nS: 354 *\nC: Subject: x\nC: \nC: x\n"
               "C: .\nS: 250 *\nS: 250 *\nS: 250 *\nC: QUIT\nS: 221 *\n");
    talk_close(lmtp);
    ck_assert_int_eq(quota_decisions(live, "service=lmtp *result=failed cause=state", 1), 1);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(live_messages(users[i], "INBOX"), 1);
    }
    free(live_must("kill -CONT $(cat " LIVE_DIR "/redis.pid)"));
    live_redis_stop();
    live_stop(live);
}
END_TEST

/* What is wrong with one user's record keeps nothing from the others in the same process. */
START_TEST(one_user_has_a_broken_record)
{
    struct live *live = start();
    struct talk *lmtp;

    live_redis_start();
    live_allow(live, "result=failed");
    quota_deliver(WIM, 82000);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    free(live_must("redis-cli set '" PIET "/kinamo/quota' rubbish; redis-cli del '" WIM
                   "/kinamo/quota'"));
    lmtp = talk_open("lmtp");
    talk(lmtp, "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<a@elders.example>\n"
               "S: 250 *\nC: RCPT TO:<" PIET ">\nS: 250 *\nC: RCPT TO:<" WIM ">\nS: 250 *\n"
               "C: DATA\nS: 354 *\nC: Subject: x\nC: \nC: x\n"
               "C: .\nS: 250 *\nS: 250 *\nC: QUIT\nS: 221 *\n");
    talk_close(lmtp);
    ck_assert_int_eq(quota_decisions(live, "user=" PIET " *result=failed cause=state", 1), 1);
    ck_assert_int_eq(quota_sent(live, 2), 2);
    live_redis_stop();
    live_stop(live);
}
END_TEST

Suite *quota_shared_suite(void)
{
    Suite *suite = suite_create("quota-shared");
    TCase *tcase = tcase_create("quota-shared");

    tcase_set_timeout(tcase, 200);
    tcase_add_test(tcase, remembered_in_redis);
    tcase_add_test(tcase, concurrent_deliveries);
    tcase_add_loop_test(tcase, claim_of_another, 0, (int)(sizeof(claims) / sizeof(claims[0])));
    tcase_add_test(tcase, tie);
    tcase_add_test(tcase, one_lookup);
    tcase_add_test(tcase, redis_is_down);
    tcase_add_test(tcase, redis_is_silent);
    tcase_add_test(tcase, redis_is_silent_for_many_recipients);
    tcase_add_test(tcase, one_user_has_a_broken_record);
    suite_add_tcase(suite, tcase);
    return suite;
}
