/* POP3 processes of a Dovecot that keeps the master user's name with the user. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-pop3.h"

const char *kinamo_host_master_user(struct mail_user *user)
{
    return user->master_user;
}
