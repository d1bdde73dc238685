/* Forgetting what a user was told. */
#ifndef KINAMO_NOTICE_RESET_H
#define KINAMO_NOTICE_RESET_H

struct mail_user;

/* The number of states that a user may have in the dict kinamo_state. */
#define KINAMO_NOTICE_STATES 4

/* The name of a state, e.g. "quota"; index is below KINAMO_NOTICE_STATES. */
const char *kinamo_notice_state_name(unsigned int index);

/* Forget what a state remembers, so that the user is told again when it is due next. Our messages
   that lie in the inbox are not forgotten: a new one still replaces them. Returns how many topics
   were forgotten, or -1 with a reason that names the cure. */
int kinamo_notice_forget(struct mail_user *user, const char *state_name, const char **error_r);

#endif
