/* Whether a user reads the mail over IMAP. */
#ifndef KINAMO_IMAP_USE_H
#define KINAMO_IMAP_USE_H

#include <time.h>

struct mail_user;

/* Note an IMAP session of today: the time of the file "kinamo-imap-used" beside the mailbox list's
   control files. Whatever fails is logged and costs nothing else. */
void kinamo_imap_use_note(struct mail_user *user, time_t now);

/* Whether a session was noted within the 30 days before now: "yes", "no", or "unknown" for a
   storage whose mailboxes are single files. */
const char *kinamo_imap_use_recent(struct mail_user *user, time_t now);

#endif
