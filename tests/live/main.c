/* Runs the live tests. */
#include "fixture/live.h"
#include "suites.h"

int main(void)
{
    static Suite *(*const suites[])(void) = {
        basics_suite,
        pop3_capa_suite,
        pop3_company_suite,
        pop3_cost_suite,
        pop3_destination_suite,
        pop3_ledger_suite,
        pop3_policy_suite,
        pop3_removal_suite,
        sasl_suite,
        settings_suite,
        NULL,
    };

    return live_main(suites);
}
