/* The suites of the unit tests, one per file. */
#ifndef KINAMO_UNIT_H
#define KINAMO_UNIT_H

#include <check.h>

Suite *address_suite(void);
Suite *base64_suite(void);
Suite *kinds_suite(void);
Suite *login_guard_suite(void);
Suite *message_suite(void);
Suite *networks_suite(void);
Suite *notice_state_suite(void);
Suite *quota_level_suite(void);
Suite *record_suite(void);
Suite *settings_suite(void);
Suite *statistics_suite(void);
Suite *template_suite(void);
Suite *pop3_acknowledged_suite(void);
Suite *pop3_capa_suite(void);
Suite *pop3_command_suite(void);
Suite *pop3_retention_suite(void);
Suite *sasl_message_suite(void);
Suite *throttle_suite(void);
Suite *tls_policy_suite(void);
Suite *utf8_suite(void);

#endif
