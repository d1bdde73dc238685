/* What POP3 does with deleted messages on this host. */
#ifndef KINAMO_POP3_DELETE_TYPE_H
#define KINAMO_POP3_DELETE_TYPE_H

struct kinamo_doveadm;

/* Before the first user: set kctx->delete_by_flag to whether POP3 sessions mark a deleted message
   instead of expunging it, so that they only observe. That is Dovecot's pop3_delete_type, in whose
   default pop3_deleted_flag decides. doveadm is not given the settings of another service (Dovecot
   2.4 drops the blocks of other protocols), so doveconf is asked about the configuration file in
   use. Says so in the log when it is true; in doubt it is taken for true, which removes nothing,
   and the command fails with EX_TEMPFAIL. */
void kinamo_pop3_learn_delete_type(struct kinamo_doveadm *kctx);

#endif
