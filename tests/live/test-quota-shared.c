/* Quota warnings where several servers share the users: Redis as kinamo_state, alive and dead. */
#include <stdlib.h>

#include "quota.h"
#include "suites.h"

#define PIET "piet@klant.example"

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
    quota_deliver(PIET, 79500);
    quota_deliver_together("127.0.0.1", "127.0.0.1", PIET);
    ck_assert_int_eq(quota_sent_at_last(live, PIET), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_redis_stop();
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
    live_redis_start();
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
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
    free(live_must("kill -CONT $(cat " LIVE_DIR "/redis.pid)"));
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
    tcase_add_test(tcase, redis_is_down);
    tcase_add_test(tcase, redis_is_silent);
    suite_add_tcase(suite, tcase);
    return suite;
}
