/* Users with a mode of their own, and complete addresses (promises C6, C7): the auth service
 * decides. */
#include "fixture/live.h"
#include "suites.h"

Suite *tls_user_suite(void)
{
    Suite *suite = suite_create("tls-user");
    TCase *tcase = tcase_create("tls-user");

    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    return suite;
}
