/* POP3 sessions into which faults are injected. */
#ifndef KINAMO_FAULT_POP3_H
#define KINAMO_FAULT_POP3_H

#include "tests/fault/fault.h"
#include "tests/fault/shim.h"
#include "tests/live/pop3-ledger.h"

#define FAULT_PASSWORD "secret"
#define FAULT_GRACE    "Fetched"

/* A user whose mail the sessions fetch. */
struct fault_user {
    const char *name;
    bool grace; /* what is removed goes into the grace folder */
    struct ledger ledger;
    struct ledger_view folder;    /* the grace folder */
    struct model_mailbox damaged; /* messages whose file the test has cut */
    struct model_mailbox taken;   /* messages that others expunge meanwhile */
    struct model_mailbox leaving; /* messages that an earlier session removed, perhaps */
    struct model_mailbox tried;   /* messages there that an earlier session was to move */
};

/* A POP3 client that remembers what the server gave and confirmed. */
struct fault_client {
    struct fault_user *user;
    struct talk *pop3; /* NULL: ended */
    struct model_session model;
    struct model_mailbox got;      /* received whole, unless RSET came after it */
    struct model_mailbox doubtful; /* a reply to RETR was an error, or not whole */
    struct model_mailbox deleted;  /* DELE was sent, unless RSET came after it */
    bool quit_sent;
    enum { FAULT_NO_ANSWER, FAULT_YES, FAULT_NO } quit_answer;
};

struct fault_run;

/* A kind of fault. Each function is optional. */
struct fault_kind {
    const char *name;
    bool at_quit;    /* happens while QUIT is carried out; else in the session or at QUIT */
    bool in_session; /* never at QUIT */
    bool moves;      /* only of interest where messages are moved */
    bool kills;      /* the pop3 process may die in the middle of the removal */
    bool loops;      /* Dovecot may go round for ever */
    bool cuts_reads; /* the server does not see where a message ends that the client got whole */
    int parameter;
    /* Before the session. */
    void (*prepare)(struct fault_run *run);
    /* Before commands are sent, and after they were sent. */
    void (*arm)(struct fault_run *run);
    void (*strike)(struct fault_run *run);
    /* In place of sending commands and reading replies; ends the connection. */
    void (*converse)(struct fault_run *run);
    /* After the session: undo, and say whether it has happened. */
    void (*settle)(struct fault_run *run);
};

extern const struct fault_kind fault_kinds[];
extern const int fault_kind_count;
extern const char *const fault_kind_names[]; /* the same, ends with NULL */

/* A series of sessions against one server. */
struct fault_run {
    struct live *live;
    struct shim_control *shim;
    struct fault_user user[2];
    const struct fault_kind *kind;
    struct fault_client client;
    bool damaged_stay; /* the format leaves a message whose file was cut in its place */
    bool rebuilds;     /* the format takes in files that its indexes do not know, sooner or later */
    int crashes;       /* sessions in which the process died by itself */
    int loops;         /* sessions in which it had to be ended */
    bool stock;        /* a Dovecot without anything of ours: the client says DELE */
};

/* The client. Each returns false when the connection has ended. */
void fault_client_login(struct fault_client *client, struct fault_user *user);
bool fault_client_send(struct fault_client *client, const char *text);
bool fault_client_read(struct fault_client *client, const struct ledger_batch *batch);
/* A batch that downloads every message not yet downloaded; with delete, DELE as well. */
void fault_client_fetch_batch(const struct fault_client *client, int from, bool delete,
                              struct ledger_batch *batch);
void fault_client_say_quit(struct fault_client *client);
void fault_client_hear_quit(struct fault_client *client);
void fault_client_close(struct fault_client *client);
void fault_client_reset(struct fault_client *client);

/* The mailboxes: made ready before a session, judged after it. */
void fault_views_open(struct fault_user *user);
void fault_views_close(struct fault_user *user);
void fault_views_reopen(struct fault_user *user);
void fault_fill(struct fault_user *user);
void fault_judge(struct fault_run *run);

int fault_roll(struct fault_run *run, int sides);

#endif
