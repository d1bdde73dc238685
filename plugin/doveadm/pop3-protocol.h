/* What the configuration says for POP3 sessions, and doveadm itself is not given: settings of the
   pop3 service, and those of ours in a block for that protocol. */
#ifndef KINAMO_POP3_PROTOCOL_H
#define KINAMO_POP3_PROTOCOL_H

#include <stdbool.h>

struct kinamo_doveadm;
struct mail_user;

/* Before the first user: learn it from doveconf, into kctx->pop3_.... Says so in the log if POP3
   marks instead of expunging, and with EX_TEMPFAIL if that is unknown. */
void kinamo_pop3_protocol_learn(struct kinamo_doveadm *kctx);

/* Whether the user's POP3 sessions mark a deleted message instead of expunging it, so that they
   only observe: Dovecot's pop3_delete_type, in whose default pop3_deleted_flag decides. The userdb
   may give a user other values. What is unknown counts as true, because that removes nothing. */
bool kinamo_pop3_protocol_marks(const struct kinamo_doveadm *kctx, const struct mail_user *user);

#endif
