/* A man in the middle of Postfix and Dovecot's auth service, who passes on what both say until he
   is told to do harm. */
#ifndef KINAMO_FAULT_SASL_LIAR_H
#define KINAMO_FAULT_SASL_LIAR_H

#include <stdbool.h>
#include <sys/types.h>

/* When: smtpd connects; begins an attempt; answers the challenge. */
enum liar_step { LIAR_CONNECT, LIAR_FIRST, LIAR_SECOND };

enum liar_deed {
    LIAR_HONEST,
    LIAR_SIGNAL,     /* a signal to the auth service, before it hears of this */
    LIAR_SLOW,       /* say nothing for a time */
    LIAR_CLOSE,      /* close the connection */
    LIAR_HALF,       /* half a line, then close */
    LIAR_LIE,        /* what the protocol does not allow; see the list of lies */
    LIAR_REPLACE,    /* another listener takes the place of this one, which ends */
    LIAR_KILL_ASKER, /* kill smtpd a moment after it has its final answer */
};

/* In memory that all share. */
struct liar_plan {
    enum liar_deed deed;
    enum liar_step step;
    unsigned int choice; /* which lie, how long: any number */
    int signal;
    pid_t auth;
    bool done;
};

/* Memory for a plan. */
struct liar_plan *liar_plan_new(void);

/* Start one that listens on path and asks at real. The processes he starts form his group. */
pid_t liar_start(const char *path, const char *real, const char *replacement,
                 struct liar_plan *plan);
/* End him and all connections. */
void liar_stop(pid_t liar);

/* What the lie of this choice is, for the log. */
const char *liar_lie_name(const struct liar_plan *plan);

#endif
