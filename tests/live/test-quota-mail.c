/* Quota warnings by mail: in time, once, and what to do (promises C3, C11). */
#include <stdlib.h>
#include <string.h>

#include "quota.h"
#include "suites.h"

#define PIET "piet@klant.example"

static struct live *start(long limit, const char *fields)
{
    char *users = quota_user(PIET, limit, fields);
    struct live *live = live_start(&(struct live_options){.users = users});

    free(users);
    return live;
}

START_TEST(once_per_threshold)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 60000);
    ck_assert_int_eq(quota_warnings(PIET), 0);
    quota_deliver(PIET, 22000);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    ck_assert_int_eq(quota_decisions(live, "threshold=80 channel=mail result=sent"), 1);
    quota_deliver(PIET, 1000);
    quota_deliver(PIET, 1000);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=sent"), 1);
    /* The next threshold replaces the warning that was not read. */
    quota_deliver(PIET, 7000);
    ck_assert_int_eq(quota_decisions(live, "threshold=90 channel=mail result=sent"), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

Suite *quota_mail_suite(void)
{
    Suite *suite = suite_create("quota-mail");
    TCase *tcase = tcase_create("quota-mail");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, once_per_threshold);
    suite_add_tcase(suite, tcase);
    return suite;
}
