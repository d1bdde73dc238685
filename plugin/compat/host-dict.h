/* Opening the dict that kinamo_state names. */
#ifndef KINAMO_HOST_DICT_H
#define KINAMO_HOST_DICT_H

struct dict;
struct mail_user;

/* Returns 0 and the dict, or -1 and a reason. What is written under "priv/" is the user's own. */
int kinamo_host_dict_open(struct mail_user *user, struct dict **dict_r, const char **error_r);

#endif
