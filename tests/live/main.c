/* Runs the live tests. */
#include "fixture/live.h"
#include "suites.h"

int main(void)
{
    /* clang-format off */
    static Suite *(*const suites[])(void) = {
        basics_suite,
        doveadm_suite,
        doveadm_expire_suite,
        doveadm_trouble_suite,
        metrics_suite,
        hosts_suite,
        hosts_cost_suite,
        quota_level_suite,
        quota_mail_suite,
        quota_imap_suite,
        quota_roads_suite,
        quota_race_suite,
        quota_fault_suite,
        quota_shared_suite,
        quota_wire_suite,
        pop3_removal_suite,
        settings_suite,
        settings_hostile_suite,
        stock_suite,
        pop3_maildrop_suite,
        pop3_notice_suite,
        pop3_mishaps_suite,
        pop3_policy_suite,
        pop3_destination_suite,
        master_suite,
        pop3_capa_suite,
        pop3_company_suite,
        pop3_ledger_suite,
        tls_clients_suite,
        tls_services_suite,
        tls_session_suite,
        tls_table_suite,
        tls_user_suite,
        sasl_suite,
        sasl_modules_suite,
        sasl_refusal_suite,
        sasl_service_suite,
        NULL,
    };
    /* clang-format on */

    return live_main(suites);
}
