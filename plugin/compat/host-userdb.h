/* The fields of the userdb's reply. */
#ifndef KINAMO_HOST_USERDB_H
#define KINAMO_HOST_USERDB_H

#include <stdbool.h>

struct kinamo_setting;
struct mail_user;

/* The value that the userdb gave a user for the setting of that name, also in a block
   ("plugin/name", "protocol/pop3/name"); "yes" for a name alone. NULL if it gave none. */
const char *kinamo_host_userdb_value(const struct mail_user *user, const char *name);

/* Whether the userdb gave a struct mail_user an own value of a setting. */
bool kinamo_host_userdb_has(void *user, const struct kinamo_setting *setting);

#endif
