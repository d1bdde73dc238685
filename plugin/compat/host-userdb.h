/* The fields of the userdb's reply. */
#ifndef KINAMO_HOST_USERDB_H
#define KINAMO_HOST_USERDB_H

#include <stdbool.h>

struct kinamo_setting;

/* Whether the userdb gave a struct mail_user an own value of a setting. */
bool kinamo_host_userdb_has(void *user, const struct kinamo_setting *setting);

#endif
