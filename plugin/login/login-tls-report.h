/* What is recorded about sessions that are not private. */
#ifndef KINAMO_LOGIN_TLS_REPORT_H
#define KINAMO_LOGIN_TLS_REPORT_H

#include <stdbool.h>

#include "kinamo/tls-policy.h"

struct client;

/* Somebody has logged in. Recorded if the session is not private. */
void login_tls_report_login(struct client *client, const struct kinamo_tls_facts *facts,
                            const struct kinamo_tls_decision *decision);

/* A login was refused. exposed: a password had been sent in clear; it is not recorded. */
void login_tls_report_refusal(struct client *client, const struct kinamo_tls_facts *facts,
                              const struct kinamo_tls_decision *decision, bool exposed);

#endif
