/* The rows of "doveadm kinamo explain". */
#ifndef KINAMO_EXPLAIN_ROWS_H
#define KINAMO_EXPLAIN_ROWS_H

#include "kinamo/settings.h"

struct kinamo_doveadm;
struct mail_user;

/* The settings in force for a user in sessions of one protocol. */
struct kinamo_explain_protocol {
    const char *name; /* "imap" */
    /* The user's, and those of the configuration alone, by which the login process goes. */
    struct kinamo_settings settings, configured;
};

/* Print a row: what it is about, its value, where that comes from, what it means. */
void kinamo_explain_row(const char *name, const char *value, const char *origin,
                        const char *meaning);

/* What QUIT would do with each kind of messages. */
void kinamo_explain_pop3(const struct kinamo_doveadm *kctx, struct mail_user *user,
                         const struct kinamo_explain_protocol *protocol);

/* What would become of a login over each kind of connections. */
void kinamo_explain_tls(const struct kinamo_explain_protocol *protocol);

/* How full the mailbox is, which thresholds are armed, and the warning that a look would send. */
void kinamo_explain_quota(struct kinamo_doveadm *kctx, struct mail_user *user);

#endif
