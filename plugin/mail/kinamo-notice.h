/* Telling a user something, once, in the user's language: an ALERT line and a message in the inbox
   (promises C3, C11). */
#ifndef KINAMO_NOTICE_H
#define KINAMO_NOTICE_H

#include "kinamo/template.h"

struct mail_user;

/* Each notice has a template of its name in each language's folder, e.g. en/tls-warning.txt. */
enum kinamo_notice {
    KINAMO_NOTICE_QUOTA_STORAGE,
    KINAMO_NOTICE_QUOTA_MESSAGE,
    KINAMO_NOTICE_POP3_REMOVAL, /* variables: days */
    KINAMO_NOTICE_TLS_REQUIRED, /* variables: protocol */
    KINAMO_NOTICE_COUNT,
};

enum kinamo_notice_result {
    KINAMO_NOTICE_SENT,
    KINAMO_NOTICE_SUPPRESSED, /* told in this period already, or somebody else is doing it */
    KINAMO_NOTICE_FAILED,     /* it was logged; the next call after a minute tries again */
};

/* Room for an ALERT text. */
#define KINAMO_ALERT_SIZE 400

/* Save a message for the user into INBOX, at most once in a period (seconds; 0: once and for all),
   however many processes and servers call at once. Every notice may use %{user} and %{domain}; the
   given variables (may be NULL) come on top. A failure is logged with its cure and costs nothing
   else; the caller need not look at the result. Sends no event: the caller records its own
   decision.

   Looks up one key of the dict kinamo_state; may be called from anywhere in a mail process where no
   mailbox transaction is open. */
enum kinamo_notice_result kinamo_notice_send(struct mail_user *user, enum kinamo_notice notice,
                                             unsigned int period,
                                             const struct kinamo_variable *variables);

/* The notice's name, e.g. "quota-storage". */
const char *kinamo_notice_name(enum kinamo_notice notice);

#endif
