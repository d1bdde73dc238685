/* Login processes of a Dovecot with plugin { }. They are not given plugin { }: it is read here,
   once per process. The settings that Dovecot itself has read must survive that, so their pool is
   detached first and lives as long as the process. */
#include "login-common.h"
#include "array.h"
#include "client-common.h"
#include "master-service.h"
#include "master-service-settings.h"
#include "settings-parser.h"

#include "plugin/compat/host-login.h"

struct plugin_settings {
    ARRAY(const char *) plugin; /* name, value, name, value, ... */
};

static const struct setting_define defines[] = {
    {.type = SET_STRLIST, .key = "plugin", .offset = offsetof(struct plugin_settings, plugin)},
    SETTING_DEFINE_LIST_END};

static const struct plugin_settings defaults = {.plugin = ARRAY_INIT};

/* The module name decides what the config process sends: under this one, from
   settings-module-2.3.c, it is plugin { } alone. */
static const struct setting_parser_info info = {
    .module_name = "kinamo",
    .defines = defines,
    .defaults = &defaults,
    .type_offset = SIZE_MAX,
    .struct_size = sizeof(struct plugin_settings),
    .parent_offset = SIZE_MAX,
};

static char *texts[KINAMO_SETTING_COUNT];
static bool have_texts;

static void copy_texts(const struct plugin_settings *set)
{
    const char *const *pairs;
    unsigned int count;

    if (!array_is_created(&set->plugin)) {
        return;
    }
    pairs = array_get(&set->plugin, &count);
    for (unsigned int i = 0; i + 1 < count; i += 2) {
        const struct kinamo_setting *setting = kinamo_setting_find(pairs[i]);

        if (setting != NULL) {
            i_free(texts[setting->id]);
            texts[setting->id] = i_strdup(pairs[i + 1]);
        }
    }
}

void kinamo_host_login_init(void)
{
    const struct setting_parser_info *const roots[] = {&info, NULL};
    const struct master_service_settings_input input = {
        .roots = roots,
        .module = "kinamo",
        .service = login_binary->protocol,
    };
    struct master_service_settings_output output;
    const char *error;
    pool_t before;

    before = master_service_settings_detach(master_service);
    if (master_service_settings_read(master_service, &input, &output, &error) < 0) {
        i_error("kinamo: plugin settings cannot be read, every policy is in its fallback mode: %s",
                error);
        return;
    }
    /* Nothing points there any more: the login process has copied its settings, and what the master
       service looks at is from the read above. If that fails, it goes on looking at these. */
    pool_unref(&before);
    copy_texts(master_service_settings_get_others(master_service)[0]);
    have_texts = true;
}

void kinamo_host_login_deinit(void)
{
    for (int i = 0; i < KINAMO_SETTING_COUNT; i++) {
        i_free(texts[i]);
    }
}

static const char *lookup(void *host ATTR_UNUSED, const struct kinamo_setting *setting)
{
    return texts[setting->id];
}

void kinamo_host_login_settings(struct client *client ATTR_UNUSED,
                                struct kinamo_settings *settings_r,
                                kinamo_setting_refused_t *refused, void *context)
{
    const struct kinamo_settings_source source = {
        .lookup = lookup,
        .refused = refused,
        .context = context,
    };

    (void)kinamo_settings_load(settings_r, &source);
    if (!have_texts) {
        kinamo_settings_fall_back(settings_r);
    }
}
