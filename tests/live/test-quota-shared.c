/* Quota warnings where several servers share the users: Redis as kinamo_state, alive and dead. */
#include <stdlib.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

#define PIET "piet@klant.example"

static void start_redis(void)
{
    free(live_must("redis-server --bind 127.0.0.1 --port 6379 --daemonize yes --save '' "
                   "--pidfile " LIVE_DIR "/redis.pid >/dev/null && "
                   "for i in $(seq 50); do redis-cli ping 2>/dev/null | grep -q PONG && exit 0; "
                   "sleep 0.1; done; exit 1"));
}

static void stop_redis(void)
{
    free(live_must("redis-cli shutdown nosave 2>&1 || true"));
}

static struct live *start(void)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .dovecot = "service lmtp {\n  process_min_avail = 4\n}\n",
        .dovecot_2_3 = "plugin {\n"
                       "  kinamo_state = redis:host=127.0.0.1:port=6379:timeout_msecs=1000\n}\n",
        .dovecot_2_4 = "kinamo_state {\n  dict redis {\n    redis_host = 127.0.0.1\n"
                       "    redis_request_timeout = 1s\n  }\n}\n",
    });

    free(users);
    return live;
}

static int sent(struct live *live, int want)
{
    return quota_decisions(live, "channel=mail result=sent", want);
}

START_TEST(remembered_in_redis)
{
    struct live *live = start();

    start_redis();
    quota_deliver(PIET, 82000);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(sent(live, 1), 1);
    free(live_must("redis-cli --scan | grep -q " PIET));
    free(live_must("test ! -e " LIVE_MAIL_DIR "/" PIET "/.kinamo-policy"));
    /* No claim is left behind. */
    free(live_must("! redis-cli --scan | grep claim"));
    stop_redis();
    live_stop(live);
}
END_TEST

START_TEST(concurrent_deliveries)
{
    struct live *live = start();
    struct talk *lmtp[10];

    start_redis();
    quota_deliver(PIET, 79500);
    for (int i = 0; i < 10; i++) {
        lmtp[i] = talk_open("lmtp");
        talk(lmtp[i], "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<a@b.example>\n"
                      "S: 250 *\nC: RCPT TO:<" PIET ">\nS: 250 *\nC: DATA\nS: 354 *\n"
                      "C: Subject: x\nC: \nC: x\n");
    }
    for (int i = 0; i < 10; i++) {
        talk(lmtp[i], "C: .\n");
    }
    for (int i = 0; i < 10; i++) {
        talk(lmtp[i], "S: 250 *\nC: QUIT\nS: 221 *\n");
        talk_close(lmtp[i]);
    }
    /* A tie has no winner: then a look in the second minute after it tells. */
    ck_assert_int_le(quota_warnings(PIET), 1);
    if (sent(live, 1) == 0) {
        (void)sleep(130);
        quota_deliver(PIET, 10);
    }
    ck_assert_int_eq(sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    stop_redis();
    live_stop(live);
}
END_TEST

START_TEST(redis_is_down)
{
    struct live *live = start();

    live_allow(live, "result=failed");
    live_allow(live, "[Rr]edis");
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 1);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=failed cause=state", 1), 1);
    start_redis();
    quota_deliver(PIET, 10);
    ck_assert_int_eq(sent(live, 1), 1);
    stop_redis();
    live_stop(live);
}
END_TEST

/* A Redis that accepts and says nothing costs its timeout, once. */
START_TEST(redis_is_silent)
{
    struct live *live = start();

    start_redis();
    live_allow(live, "result=failed");
    live_allow(live, "[Rr]edis");
    free(live_must("kill -STOP $(cat " LIVE_DIR "/redis.pid)"));
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 1);
    live_log_wait(live, "channel=mail result=failed cause=state");
    free(live_must("kill -CONT $(cat " LIVE_DIR "/redis.pid)"));
    stop_redis();
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
    tcase_add_test(tcase, redis_is_down);
    tcase_add_test(tcase, redis_is_silent);
    suite_add_tcase(suite, tcase);
    return suite;
}
