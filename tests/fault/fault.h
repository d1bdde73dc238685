/* Faults while real servers work, and what they cost.

   A part is a test of its own that injects several kinds of faults. It counts and logs each fault
   when it has happened, and what came of it; a part fails if something was lost or confirmed
   wrongly, and also if a kind of fault that it names never happened. */
#ifndef KINAMO_FAULT_H
#define KINAMO_FAULT_H

#include <check.h>
#include <stdbool.h>

#include "tests/live/fixture/live.h"

#define FAULT_MAX_KINDS 48

struct fault_part {
    const char *name;         /* PARTS= takes it, or what it begins with up to a "-" */
    const char *const *kinds; /* the faults that must have happened; the list ends with NULL */
    void (*test)(void);       /* assertions of Check work */
    bool on_request;          /* runs only if PARTS names it in full: a control that may fail */
};

/* The parts; each topic has a file of its own. */
extern const struct fault_part fault_pop3_maildir, fault_pop3_sdbox, fault_pop3_mdbox;
extern const struct fault_part fault_stock_maildir, fault_stock_sdbox, fault_stock_mdbox;
extern const struct fault_part fault_sasl;

/* FAULT_SEED; FAULT_SESSIONS, which a part does; the sessions a part does end early after
   FAULT_SECONDS, 2100 at most. */
unsigned long long fault_seed(void);
int fault_sessions(void);
/* Whether session number n, from 1, is to be done: also past the limits, up to five times as many
   sessions, while a kind of fault has not happened yet. */
bool fault_goes_on(int n);

/* A fault of this kind has happened, seen by its effect; the text says where. */
void fault_injected(const char *kind, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A line for whoever wants to know what happened. */
void fault_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fault_count(const char *kind);
/* Whether KINDS, like PARTS, names this kind; a part may leave out the others. */
bool fault_kind_is_chosen(const char *kind);

/* What came of it. SURVIVED needs no text; the others are shown with it. */
enum fault_outcome {
    FAULT_SURVIVED,   /* everything is as it must be */
    FAULT_LOST,       /* a message, a state: what must be there is not */
    FAULT_DUPLICATED, /* twice, where the rules allow that */
    FAULT_FALSE_OK,   /* the server said yes and it is not so */
    FAULT_WRONG,      /* other damage: a crash, a hang, a duplicate that is not allowed */
    FAULT_OUTCOMES
};

void fault_outcome(enum fault_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
