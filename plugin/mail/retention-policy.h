/* The policy of POP3 retention, as a user's settings give it. */
#ifndef KINAMO_RETENTION_POLICY_H
#define KINAMO_RETENTION_POLICY_H

#include "kinamo/pop3-retention.h"

struct kinamo_settings;

void kinamo_retention_policy(const struct kinamo_settings *settings,
                             struct kinamo_pop3_policy *policy_r);

/* Whether messages are marked when they are retrieved, and removed some days after they came. */
bool kinamo_retention_counts_days(const struct kinamo_pop3_policy *policy);

#endif
