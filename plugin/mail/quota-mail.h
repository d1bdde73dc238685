/* The message and the lines of a quota warning. */
#ifndef KINAMO_QUOTA_MAIL_H
#define KINAMO_QUOTA_MAIL_H

#include "plugin/mail/kinamo-quota.h"

#include "kinamo/notice-state.h"

/* Compose a warning on the data stack. Returns its size, or 0 if it is too long. */
size_t kinamo_quota_compose(struct mail_user *user, const struct kinamo_quota_reading *reading,
                            const struct kinamo_quota_decision *decision, const char *guid,
                            const char **message_r);

/* Compose a warning and save it into INBOX under a GUID of kinamo_inbox_new_guid(). Returns 0 with
   its size, or -1 with a reason. */
int kinamo_quota_mail(struct mail_user *user, const struct kinamo_quota_reading *reading,
                      const struct kinamo_quota_decision *decision, const char *guid,
                      size_t *size_r, const char **error_r);

#endif
