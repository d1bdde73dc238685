/* Runs the unit tests; exit status 0 only if every test passed. */
#include <stdlib.h>

#include "unit.h"

int main(void)
{
    SRunner *runner = srunner_create(record_suite());
    int failed;

    srunner_add_suite(runner, address_suite());
    srunner_add_suite(runner, base64_suite());
    srunner_add_suite(runner, kinds_suite());
    srunner_add_suite(runner, login_guard_suite());
    srunner_add_suite(runner, message_suite());
    srunner_add_suite(runner, networks_suite());
    srunner_add_suite(runner, notice_state_suite());
    srunner_add_suite(runner, quota_level_suite());
    srunner_add_suite(runner, settings_suite());
    srunner_add_suite(runner, statistics_suite());
    srunner_add_suite(runner, template_suite());
    srunner_add_suite(runner, pop3_acknowledged_suite());
    srunner_add_suite(runner, pop3_capa_suite());
    srunner_add_suite(runner, pop3_command_suite());
    srunner_add_suite(runner, pop3_retention_suite());
    srunner_add_suite(runner, sasl_message_suite());
    srunner_add_suite(runner, throttle_suite());
    srunner_add_suite(runner, tls_policy_suite());
    srunner_add_suite(runner, utf8_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
