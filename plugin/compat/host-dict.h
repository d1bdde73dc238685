/* Opening the dict that kinamo_state names. */
#ifndef KINAMO_HOST_DICT_H
#define KINAMO_HOST_DICT_H

struct dict;
struct mail_user;

/* Returns 0 and the dict, or -1 and a reason. What is written under "priv/" is the user's own.
   value is the setting's; where dicts are blocks of the configuration it is only the default. */
int kinamo_host_dict_open(struct mail_user *user, const char *value, struct dict **dict_r,
                          const char **error_r);

#endif
