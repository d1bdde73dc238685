/* The fields of the userdb's reply, which both series keep with the user. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/settings.h"
#include "plugin/compat/host-userdb.h"

/* Dovecot also takes "name+=value", and a name alone for "yes". */
static const char *value_of(const char *field, const char *name)
{
    size_t length = strcspn(field, "+=");
    size_t name_length = strlen(name);
    const char *start = field + length - I_MIN(length, name_length);

    if (strncmp(start, name, name_length) != 0 || (start != field && start[-1] != '/')) {
        return NULL;
    }
    if (field[length] == '\0') {
        return "yes";
    }
    return field[length] == '+' && field[length + 1] == '=' ? &field[length + 2]
                                                            : &field[length + 1];
}

const char *kinamo_host_userdb_value(const struct mail_user *user, const char *name)
{
    const char *const *fields = user->userdb_fields;
    const char *value = NULL;
    const char *found;

    for (; fields != NULL && *fields != NULL; fields++) {
        found = value_of(*fields, name);
        value = found == NULL ? value : found;
    }
    return value;
}

bool kinamo_host_userdb_has(void *user, const struct kinamo_setting *setting)
{
    return kinamo_host_userdb_value(user, setting->name) != NULL;
}
