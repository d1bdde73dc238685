/* What the other plugins learn from kinamo_policy about a user. */
#ifndef KINAMO_USER_H
#define KINAMO_USER_H

#include "kinamo/settings.h"

struct mail_user;

/* The settings in force for a user who logged in or receives mail; owned by the user. NULL for
   users that Dovecot makes up itself, such as the owner of a shared folder: no policy is theirs. */
const struct kinamo_settings *kinamo_user_settings(struct mail_user *user);

/* Whether an administrator has logged in as this user (master user). */
bool kinamo_user_is_master_login(struct mail_user *user);

#endif
