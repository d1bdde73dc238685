/* The suites of the live tests, one per file. */
#ifndef KINAMO_SUITES_H
#define KINAMO_SUITES_H

#include <check.h>

Suite *basics_suite(void);
Suite *doveadm_suite(void);
Suite *doveadm_expire_suite(void);
Suite *doveadm_trouble_suite(void);
Suite *hosts_suite(void);
Suite *hosts_cost_suite(void);
Suite *quota_imap_suite(void);
Suite *quota_mail_suite(void);
Suite *quota_shared_suite(void);
Suite *master_suite(void);
Suite *metrics_suite(void);
Suite *pop3_capa_suite(void);
Suite *pop3_company_suite(void);
Suite *pop3_destination_suite(void);
Suite *pop3_ledger_suite(void);
Suite *pop3_maildrop_suite(void);
Suite *pop3_notice_suite(void);
Suite *pop3_mishaps_suite(void);
Suite *pop3_policy_suite(void);
Suite *pop3_removal_suite(void);
Suite *quota_fault_suite(void);
Suite *quota_level_suite(void);
Suite *quota_race_suite(void);
Suite *quota_roads_suite(void);
Suite *quota_wire_suite(void);
Suite *sasl_suite(void);
Suite *sasl_modules_suite(void);
Suite *sasl_refusal_suite(void);
Suite *sasl_service_suite(void);
Suite *settings_suite(void);
Suite *settings_hostile_suite(void);
Suite *stock_suite(void);
Suite *tls_clients_suite(void);
Suite *tls_services_suite(void);
Suite *tls_session_suite(void);
Suite *tls_table_suite(void);
Suite *tls_user_suite(void);

#endif
