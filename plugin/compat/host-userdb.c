/* The fields of the userdb's reply, which both series keep with the user. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/settings.h"
#include "plugin/compat/host-userdb.h"

#define PLUGIN "plugin/"

/* Dovecot also takes "name+=value", and a name alone for "yes". */
static bool is_field(const char *field, const char *name)
{
    size_t length = strlen(name);

    if (strncmp(field, PLUGIN, strlen(PLUGIN)) == 0) {
        field += strlen(PLUGIN);
    }
    return strncmp(field, name, length) == 0 && strchr("=+", field[length]) != NULL;
}

bool kinamo_host_userdb_has(void *user, const struct kinamo_setting *setting)
{
    const char *const *fields = ((const struct mail_user *)user)->userdb_fields;

    for (; fields != NULL && *fields != NULL; fields++) {
        if (is_field(*fields, setting->name)) {
            return true;
        }
    }
    return false;
}
