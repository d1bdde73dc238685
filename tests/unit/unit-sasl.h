/* The suites of the SASL module, one per file. */
#ifndef KINAMO_UNIT_SASL_H
#define KINAMO_UNIT_SASL_H

#include <check.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

/* What the module exports. */
int sasl_server_plug_init(const sasl_utils_t *utils, int max_version, int *out_version,
                          sasl_server_plug_t **plugins, int *count);

Suite *sasl_policy_suite(void);
Suite *sasl_relay_suite(void);
Suite *sasl_secrets_suite(void);
Suite *sasl_throttle_suite(void);

#endif
