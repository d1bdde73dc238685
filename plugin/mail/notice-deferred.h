/* Notices that wait for the end of the session, when no mailbox is open or locked any more. */
#ifndef KINAMO_NOTICE_DEFERRED_H
#define KINAMO_NOTICE_DEFERRED_H

#include "plugin/mail/kinamo-notice.h"

/* Called after the notice was sent, or not, to record the decision. */
typedef void kinamo_notice_done_t(struct mail_user *user, enum kinamo_notice_result result);

/* As kinamo_notice_send(), with one variable, when the user's session ends; a notice asked for
   twice is sent once. The name of the variable is a literal, its value is copied. A session that is
   killed sends nothing: the next one asks again. */
void kinamo_notice_at_end(struct mail_user *user, enum kinamo_notice notice, unsigned int period,
                          const char *variable, const char *value, kinamo_notice_done_t *done);

/* "sent", "suppressed" or "failed", as events name a result. */
const char *kinamo_notice_result_name(enum kinamo_notice_result result);

#endif
