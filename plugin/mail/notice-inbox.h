/* Messages of ours in a user's inbox. */
#ifndef KINAMO_NOTICE_INBOX_H
#define KINAMO_NOTICE_INBOX_H

#include "kinamo/notice-state.h"

struct mail_user;

/* Make up the GUID of a message that is to be saved. */
void kinamo_inbox_new_guid(char guid_r[KINAMO_GUID_LENGTH + 1]);

/* Save a message, unread and past the quota, into INBOX. Returns 0, or -1 with a reason. */
int kinamo_inbox_save(struct mail_user *user, const char *guid, const void *message, size_t size,
                      const char **error_r);

/* Whether a message with this GUID lies in INBOX; false too if that cannot be found out. */
bool kinamo_inbox_has(struct mail_user *user, const char *guid);

/* Remove those of the state's messages, but for the last keep, that still lie unread and unflagged
   in INBOX, and forget all of them. Call it only where no client has the inbox open: in LMTP, LDA
   and doveadm. Returns 0, or -1 with a reason. */
int kinamo_inbox_replace(struct mail_user *user, struct kinamo_notice_state *state,
                         unsigned int keep, const char **error_r);

#endif
