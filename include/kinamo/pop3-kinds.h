/* The kinds of messages at QUIT, as an operator asks about them. */
#ifndef KINAMO_POP3_KINDS_H
#define KINAMO_POP3_KINDS_H

#include "kinamo/pop3-retention.h"

struct kinamo_pop3_kind {
    const char *name; /* e.g. "retrieved" */
    const char *doc;  /* what happened to such a message */
    struct kinamo_pop3_decision decision;
};

/* What QUIT decides of a kind of messages in mode enforce, by the same decision that QUIT takes.
   Kinds are numbered from 0; false after the last. */
bool kinamo_pop3_kind(unsigned int number, const struct kinamo_pop3_policy *policy,
                      struct kinamo_pop3_kind *kind_r);

#endif
