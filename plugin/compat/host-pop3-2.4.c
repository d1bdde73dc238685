/* POP3 processes of a Dovecot that keeps the userdb reply's fields with the user. Its own
   user->master_user reads the field "master", while the auth service sends "master_user": both are
   looked at. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-pop3.h"

const char *kinamo_host_master_user(struct mail_user *user)
{
    const char *const *fields = user->userdb_fields;
    const char *name;

    if (user->master_user != NULL) {
        return user->master_user;
    }
    for (; fields != NULL && *fields != NULL; fields++) {
        if (str_begins(*fields, "master_user=", &name)) {
            return name;
        }
    }
    return NULL;
}
