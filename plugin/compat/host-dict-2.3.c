/* kinamo_state of a Dovecot with plugin { }: a dict URI such as "redis:host=192.0.2.1". */
#include "lib.h"
#include "dict.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-dict.h"

int kinamo_host_dict_open(struct mail_user *user, const char *value, struct dict **dict_r,
                          const char **error_r)
{
    const struct dict_settings set = {
        .base_dir = user->set->base_dir,
        .event_parent = user->event,
    };

    return dict_init(value, &set, dict_r, error_r);
}
