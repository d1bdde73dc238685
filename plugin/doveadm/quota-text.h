/* A user's quota in the words of the doveadm commands. Texts lie on the data stack. */
#ifndef KINAMO_QUOTA_TEXT_H
#define KINAMO_QUOTA_TEXT_H

#include "plugin/mail/quota-inspect.h"

/* The thresholds of which the user will be told when they are reached, e.g. "90 95 100". */
const char *kinamo_quota_text_armed(const struct kinamo_quota_view_item *item);

/* What is on record, e.g. "80 at 2026-11-25 03:04:05 by mail", or "nothing". */
const char *kinamo_quota_text_told(const struct kinamo_quota_view_item *item);

/* When something was told, e.g. "2026-11-25 03:04:05"; "-" for never. */
const char *kinamo_quota_text_time(int64_t at);

/* How telling the user would go now, e.g. "warn: 80". */
const char *kinamo_quota_text_next(struct mail_user *user, const struct kinamo_quota_view *view);

/* The whole message, with LF line ends. False, after an error was logged, if there is none. */
bool kinamo_quota_text_message(struct mail_user *user, const struct kinamo_quota_view_item *item,
                               const char **message_r);

#endif
