/* What users were told, kept in the dict that kinamo_state names; changed by one process at a time
   although a dict has no lock and no compare-and-set. */
#ifndef KINAMO_STATE_H
#define KINAMO_STATE_H

#include "kinamo/notice-state.h"

struct mail_user;

enum kinamo_state_result {
    KINAMO_STATE_GOOD,
    KINAMO_STATE_LOST,   /* somebody else is changing it, or nobody: the next look decides */
    KINAMO_STATE_FAILED, /* see *error_r */
};

/* Read the state of this name; an absent one is empty. One lookup. After a failure the dict is left
   alone for a minute, for all users of the process if it was slow to fail: then *error_r is NULL,
   because the reason was given before. */
enum kinamo_state_result kinamo_state_load(struct mail_user *user, const char *name,
                                           struct kinamo_notice_state *state_r,
                                           const char **error_r);

/* Replace the state that was loaded with another one, whose sequence becomes one higher: at most
   one process succeeds. Each dict keeps the promise as far as it can: file and Redis keep it, also
   through the dict proxy; an SQL database may give two winners of a tie. */
enum kinamo_state_result kinamo_state_change(struct mail_user *user, const char *name,
                                             const struct kinamo_notice_state *loaded,
                                             struct kinamo_notice_state *state,
                                             const char **error_r);

/* Close the user's dict. */
void kinamo_state_close(struct mail_user *user);

#endif
