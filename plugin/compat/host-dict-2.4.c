/* kinamo_state of a Dovecot with typed settings: a block "kinamo_state { dict <driver> { ... } }".
   Without one it is the file that the default of the setting names. A lock of the kernel's, because
   one that is a file stays behind when a process is killed. */
#include "lib.h"
#include "dict.h"
#include "mail-storage.h"
#include "mail-user.h"
#include "settings.h"

#include "plugin/compat/host-dict.h"

#define BLOCK "kinamo_state"
#define PATH  "~/.kinamo-policy"

static struct event *block_event(struct mail_user *user)
{
    struct event *event = event_create(user->event);

    settings_event_add_filter_name(event, BLOCK);
    return event;
}

static int open_default(struct mail_user *user, struct dict **dict_r, const char **error_r)
{
    struct settings_instance *instance = settings_instance_dup(settings_instance_find(user->event));
    struct event *event = block_event(user);
    int ret;

    settings_override(instance, BLOCK "/dict", "file", SETTINGS_OVERRIDE_TYPE_CODE);
    settings_override(instance, BLOCK "/dict/file/driver", "file", SETTINGS_OVERRIDE_TYPE_CODE);
    settings_override(instance, BLOCK "/dict/file/dict_file_path", PATH,
                      SETTINGS_OVERRIDE_TYPE_CODE);
    settings_override(instance, BLOCK "/dict/file/dict_file_lock_method", "fcntl",
                      SETTINGS_OVERRIDE_TYPE_CODE);
    event_set_ptr(event, SETTINGS_EVENT_INSTANCE, instance);
    ret = dict_init_auto(event, dict_r, error_r);
    event_unref(&event);
    settings_instance_free(&instance);
    return ret;
}

int kinamo_host_dict_open(struct mail_user *user, const char *value ATTR_UNUSED,
                          struct dict **dict_r, const char **error_r)
{
    struct event *event = block_event(user);
    int ret = dict_init_auto(event, dict_r, error_r);

    event_unref(&event);
    if (ret == 0) {
        ret = open_default(user, dict_r, error_r);
    }
    return ret > 0 ? 0 : -1;
}
