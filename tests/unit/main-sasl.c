/* Runs the tests of the SASL module; exit status 0 only if every test passed. */
#include <stdlib.h>

#include "unit-sasl.h"

int main(void)
{
    SRunner *runner = srunner_create(sasl_relay_suite());
    int failed;

    srunner_add_suite(runner, sasl_policy_suite());
    srunner_add_suite(runner, sasl_secrets_suite());
    srunner_add_suite(runner, sasl_throttle_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
