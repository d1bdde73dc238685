/* kinamo_state of a Dovecot with plugin { }: a dict URI such as "redis:host=192.0.2.1". */
#include "lib.h"
#include "dict.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-dict.h"
#include "plugin/mail/kinamo-user.h"

int kinamo_host_dict_open(struct mail_user *user, struct dict **dict_r, const char **error_r)
{
    const struct dict_settings set = {
        .base_dir = user->set->base_dir,
        .event_parent = user->event,
    };

    return dict_init(kinamo_settings_text(kinamo_user_settings(user), KINAMO_SETTING_STATE), &set,
                     dict_r, error_r);
}
