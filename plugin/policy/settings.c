/* The table of settings and the loading of a whole set of them; parsing is in settings-parse.c. */
#include <stdio.h>
#include <string.h>

#include "kinamo/record.h"
#include "kinamo/settings.h"

#define PREFIX "kinamo_"

/* "" before a text, because an array takes none in parentheses. */
static const struct kinamo_setting table[KINAMO_SETTING_COUNT] = {
#define KINAMO_SETTING(id_, name_, type_, policy_, scope_, unit_, default_, allowed_, min_, max_,  \
                       doc_)                                                                       \
    [KINAMO_SETTING_##id_] = {                                                                     \
        .id = KINAMO_SETTING_##id_,                                                                \
        .name = #name_,                                                                            \
        .type = KINAMO_TYPE_##type_,                                                               \
        .policy = KINAMO_POLICY_##policy_,                                                         \
        .scope = KINAMO_SCOPE_##scope_,                                                            \
        .unit = "" unit_,                                                                          \
        .default_value = "" default_,                                                              \
        .allowed = "" allowed_,                                                                    \
        .min = (min_),                                                                             \
        .max = (max_),                                                                             \
        .doc = "" doc_,                                                                            \
    },
    KINAMO_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING
};

/* The texts fit, with their '\0'. */
#define KINAMO_SETTING(id_, name_, type_, policy_, scope_, unit_, default_, allowed_, min_, max_,  \
                       doc_)                                                                       \
    _Static_assert(                                                                                \
        sizeof(#name_) <= sizeof(table[0].name) && sizeof(unit_) <= sizeof(table[0].unit) &&       \
            sizeof(default_) <= sizeof(table[0].default_value) &&                                  \
            sizeof(allowed_) <= sizeof(table[0].allowed) && sizeof(doc_) <= sizeof(table[0].doc),  \
        #name_);
KINAMO_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING

/* The mode that a bad per-user value leaves behind. */
static const struct {
    enum kinamo_setting_id mode;
    enum kinamo_mode fallback;
    bool has_mode;
} policies[KINAMO_POLICY_COUNT] = {
    [KINAMO_POLICY_POP3] = {KINAMO_SETTING_POP3_MODE, KINAMO_MODE_OBSERVE, true},
    [KINAMO_POLICY_TLS] = {KINAMO_SETTING_TLS_MODE, KINAMO_MODE_ENFORCE, true},
    [KINAMO_POLICY_ADDRESS] = {KINAMO_SETTING_ADDRESS_MODE, KINAMO_MODE_OBSERVE, true},
    [KINAMO_POLICY_QUOTA] = {KINAMO_SETTING_QUOTA_MODE, KINAMO_MODE_OBSERVE, true},
};

const struct kinamo_setting *kinamo_setting(enum kinamo_setting_id id)
{
    return &table[id];
}

const struct kinamo_setting *kinamo_setting_find(const char *name)
{
    for (size_t i = 0; i < KINAMO_SETTING_COUNT; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

bool kinamo_setting_is_ours(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

static size_t common_prefix(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] != '\0' && a[n] == b[n]) {
        n++;
    }
    return n;
}

static const struct kinamo_setting *nearest(const char *name)
{
    const struct kinamo_setting *best = &table[0];

    for (size_t i = 1; i < KINAMO_SETTING_COUNT; i++) {
        if (common_prefix(table[i].name, name) > common_prefix(best->name, name)) {
            best = &table[i];
        }
    }
    return best;
}

bool kinamo_setting_check(const char *name, const char *text, char error[KINAMO_ERROR_SIZE])
{
    const struct kinamo_setting *setting = kinamo_setting_find(name);
    struct kinamo_value value;
    char shortened[65];
    char quoted[KINAMO_ERROR_SIZE / 2];

    if (setting != NULL) {
        return kinamo_setting_parse(setting, text, &value, error);
    }
    if (!kinamo_setting_is_ours(name)) {
        return true;
    }
    (void)snprintf(shortened, sizeof(shortened), "%s", name);
    (void)kinamo_record_escape(quoted, sizeof(quoted), 0, shortened);
    (void)snprintf(error, KINAMO_ERROR_SIZE, "%s: unknown setting (did you mean %s?)", quoted,
                   nearest(name)->name);
    return false;
}

static void fall_back(struct kinamo_settings *settings, enum kinamo_policy policy)
{
    settings->bad[policy] = true;
    if (policies[policy].has_mode) {
        settings->value[policies[policy].mode] = (struct kinamo_value){
            .text = kinamo_mode_name(policies[policy].fallback),
            .number = policies[policy].fallback,
        };
    }
}

void kinamo_settings_fall_back(struct kinamo_settings *settings)
{
    for (unsigned int policy = 0; policy < KINAMO_POLICY_COUNT; policy++) {
        fall_back(settings, (enum kinamo_policy)policy);
    }
}

static bool load_one(const struct kinamo_setting *setting,
                     const struct kinamo_settings_source *source, struct kinamo_value *value_r,
                     char error[KINAMO_ERROR_SIZE])
{
    if (setting->scope == KINAMO_SCOPE_GLOBAL && source->is_own != NULL &&
        source->is_own(source->owner, setting)) {
        (void)snprintf(error, KINAMO_ERROR_SIZE,
                       "%s: one user cannot have an own value (take the userdb field out; for all "
                       "users it is set in the configuration)",
                       setting->name);
        return false;
    }
    return kinamo_setting_parse(setting, source->lookup(source->host, setting), value_r, error);
}

bool kinamo_settings_load(struct kinamo_settings *settings,
                          const struct kinamo_settings_source *source)
{
    char error[KINAMO_ERROR_SIZE];
    bool good = true;

    memset(settings, 0, sizeof(*settings));
    for (size_t i = 0; i < KINAMO_SETTING_COUNT; i++) {
        const struct kinamo_setting *setting = &table[i];

        if (load_one(setting, source, &settings->value[i], error)) {
            continue;
        }
        good = false;
        settings->bad[setting->policy] = true;
        source->refused(source->context, setting, error);
        (void)kinamo_setting_parse(setting, NULL, &settings->value[i], error);
    }
    for (unsigned int policy = 0; policy < KINAMO_POLICY_COUNT; policy++) {
        if (settings->bad[policy]) {
            fall_back(settings, (enum kinamo_policy)policy);
        }
    }
    return good;
}

uint64_t kinamo_settings_number(const struct kinamo_settings *settings, enum kinamo_setting_id id)
{
    return settings->value[id].number;
}

const char *kinamo_settings_text(const struct kinamo_settings *settings, enum kinamo_setting_id id)
{
    return settings->value[id].text;
}

enum kinamo_mode kinamo_settings_mode(const struct kinamo_settings *settings,
                                      enum kinamo_setting_id id)
{
    return (enum kinamo_mode)settings->value[id].number;
}
