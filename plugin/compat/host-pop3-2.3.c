/* POP3 processes of a Dovecot where the userdb reply's unknown fields become plugin { } strings. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-pop3.h"

const char *kinamo_host_master_user(struct mail_user *user)
{
    return mail_user_plugin_getenv(user, "master_user");
}
