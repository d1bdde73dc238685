/* What the POP3 plugin knows about a session. */
#ifndef KINAMO_POP3_SESSION_H
#define KINAMO_POP3_SESSION_H

#include "module-context.h"
#include "mail-storage-private.h"
#include "pop3-common.h"

#include "kinamo/pop3-retention.h"
#include "plugin/pop3/pop3-flushed.h"

struct kinamo_pop3_input;
struct kinamo_settings;

/* The last transfer of a message. */
struct kinamo_pop3_slot {
    uint32_t uid;  /* 0: none */
    uint32_t next; /* number of the next message that was transferred, 0 at the end */
    enum kinamo_pop3_cause cause;
    uoff_t command_end; /* where the command ended in the input */
    uoff_t reply_end;   /* where the reply ended in the output */
};

struct kinamo_pop3_session {
    union mail_user_module_context module_ctx;

    struct client *client;
    struct mailbox *maildrop; /* NULL before Dovecot has made it, and when the session has ended */
    bool ended;               /* the maildrop was freed; the user and this live on for a while */
    enum kinamo_mode mode;
    struct kinamo_pop3_policy policy;
    const char *destination; /* "": expunge */

    struct kinamo_pop3_input *input; /* lives as long as the maildrop */
    struct kinamo_pop3_slot *slots;  /* by message number; NULL before the first transfer */
    uint32_t first_slot, last_slot;  /* message numbers, 0: none */
    struct kinamo_pop3_flushed flushed;
};

/* The session of a user, or NULL: no policy of ours is at work. */
struct kinamo_pop3_session *kinamo_pop3_session_get(struct mail_user *user);

/* The session whose maildrop this mailbox is, or NULL. */
struct kinamo_pop3_session *kinamo_pop3_session_of_maildrop(struct mailbox *box);

/* To be called for each mailbox that is allocated. Returns the session if this is its maildrop: the
   first mailbox that Dovecot marks as one. pop3_migration marks another mailbox later. */
struct kinamo_pop3_session *kinamo_pop3_session_find_maildrop(struct mailbox *box);

/* Begin a session when the client was created; NULL if the mode is off. */
struct kinamo_pop3_session *kinamo_pop3_session_begin(struct client *client,
                                                      const struct kinamo_settings *settings);

/* The sequence number in the maildrop of message msgnum (1 is the first). */
uint32_t kinamo_pop3_session_seq(const struct client *client, uint32_t msgnum);

/* Note how a transfer of message msgnum (1 is the first) ended. */
void kinamo_pop3_session_transferred(struct kinamo_pop3_session *session, uint32_t msgnum,
                                     const struct kinamo_pop3_slot *slot);

#endif
