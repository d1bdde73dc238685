/* Which messages go at QUIT: those that were downloaded, and nothing else ever (promises C4, C5).
 */
#ifndef KINAMO_POP3_RETENTION_H
#define KINAMO_POP3_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "kinamo/mode.h"

/* A TOP that asks for this many lines wants the whole message (fetchmail downloads so). */
#define KINAMO_POP3_WHOLE_LINES 1000000

/* Why a message stays. A cause is logged under its name. */
enum kinamo_pop3_cause {
    KINAMO_POP3_NO_CAUSE,
    KINAMO_POP3_CAUSE_NOT_RETRIEVED,  /* TOP, or forgotten by RSET: nothing to report */
    KINAMO_POP3_CAUSE_UNREADABLE,     /* the message could not be opened */
    KINAMO_POP3_CAUSE_STREAM_ERROR,   /* reading it failed half-way */
    KINAMO_POP3_CAUSE_CUT,            /* not all of it was sent */
    KINAMO_POP3_CAUSE_SIZE_MISMATCH,  /* it ended, but not where it was said to end */
    KINAMO_POP3_CAUSE_QUIT_PIPELINED, /* the client said QUIT before it can have seen all of it */
    KINAMO_POP3_CAUSE_FLAGGED,
    KINAMO_POP3_CAUSE_TOO_YOUNG,
    KINAMO_POP3_CAUSE_UNKNOWN_DATE,
    KINAMO_POP3_CAUSE_NOT_COPIED, /* the destination did not take it */
    KINAMO_POP3_CAUSE_NOT_LOCKED, /* another session was removing */
    KINAMO_POP3_CAUSE_NOT_REMOVED,
    KINAMO_POP3_CAUSE_COUNT,
};

const char *kinamo_pop3_cause_name(enum kinamo_pop3_cause cause);

/* What is known about one RETR or TOP once its reply was queued. */
struct kinamo_pop3_transfer {
    bool top;
    uint64_t lines;         /* that TOP asked for */
    bool failed;            /* the message's stream had an error */
    bool eof;               /* it was read to its end */
    uint64_t promised_size; /* as LIST and the reply say it */
    uint64_t virtual_size;  /* of what was read, with every line end as CRLF */
    uint64_t physical_size; /* of what was read; promised with pop3_fast_size_lookups */
    bool quit_received;     /* QUIT was there before the last line of the reply was queued */
};

struct kinamo_pop3_policy {
    uint64_t expire; /* days, or KINAMO_EXPIRE_NEVER */
    bool keep_flagged;
    bool top_whole;
};

/* KINAMO_POP3_NO_CAUSE if the whole message was handed to the client's connection. */
enum kinamo_pop3_cause kinamo_pop3_transfer_judge(const struct kinamo_pop3_policy *policy,
                                                  const struct kinamo_pop3_transfer *transfer);

/* What is known about one message at QUIT. */
struct kinamo_pop3_message {
    enum kinamo_pop3_cause transfer; /* of its last transfer */
    bool marked;                     /* retrieved in an earlier session; no transfer in this one */
    bool reset;                      /* RSET came after the transfer */
    bool flushed;                    /* the client's side had the reply when QUIT was executed */
    bool flagged;
    bool saved_known;
    int64_t saved; /* when it came into this mailbox */
};

enum kinamo_pop3_action {
    KINAMO_POP3_KEEP,
    KINAMO_POP3_MARK, /* keep, and remember that it was retrieved */
    KINAMO_POP3_REMOVE,
};

struct kinamo_pop3_decision {
    enum kinamo_pop3_action action;
    enum kinamo_pop3_cause cause; /* unless it is removed */
};

/* In doubt a message is kept. */
struct kinamo_pop3_decision kinamo_pop3_decide(const struct kinamo_pop3_policy *policy,
                                               const struct kinamo_pop3_message *message,
                                               int64_t now);

/* Whether an administrator has logged in as this user: master_user and auth_user as below. */
bool kinamo_is_master_login(const char *username, const char *master_user, const char *auth_user);

/* What the session as a whole is. */
struct kinamo_pop3_session_facts {
    enum kinamo_mode mode;   /* as configured */
    const char *username;    /* whose mailbox it is */
    const char *master_user; /* who logged in as master user; NULL: nobody */
    const char *auth_user;   /* who authenticated; NULL: the user */
    bool delete_by_flag;     /* pop3_delete_type = flag */
    const char *destination;
};

/* The mode that this session really has; *reason_r says in a word why it is not the configured one,
   or is NULL. An administrator who looks into a mailbox removes nothing: off. What would not take
   the message away from the INBOX acts as observe. */
enum kinamo_mode kinamo_pop3_session_mode(const struct kinamo_pop3_session_facts *facts,
                                          const char **reason_r);

#endif
