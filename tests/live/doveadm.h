/* What the live tests of the operator's commands share. */
#ifndef KINAMO_LIVE_DOVEADM_H
#define KINAMO_LIVE_DOVEADM_H

#include "fixture/live.h"

#define PIET       "piet@klant.example"
#define PIET_LIMIT 100000

/* Somewhere in the output there must be text that matches, * standing for any. */
void doveadm_match(const char *what, const char *output, const char *pattern);

/* A command of ours, e.g. "status -A", must succeed, in the format tab, and print what matches. */
void doveadm_expect(const char *command, const char *pattern);

/* It must end with a status, and print what matches on one of both outputs. */
void doveadm_expect_failure(const char *command, int status, const char *pattern);

/* Start with Piet, who speaks Dutch and has used 60 of 100 kB. */
struct live *doveadm_start(const struct live_options *given);

#endif
