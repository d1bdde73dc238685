/* doveadm kinamo explain: every setting in force for a user, where it comes from, and what would
   happen now. */
#include "lib.h"
#include "doveadm-print.h"
#include "mail-user.h"

#include <sysexits.h>

#include "plugin/compat/host-mail.h"
#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/doveadm-commands.h"
#include "plugin/doveadm/explain-rows.h"
#include "plugin/doveadm/pop3-protocol.h"
#include "plugin/mail/kinamo-user.h"

static const char *const protocols[] = {"imap", "pop3"};

struct explained {
    struct mail_user *user;
    const struct kinamo_settings *settings;
    /* Of doveadm itself, which is where settings for all protocols show. */
    struct kinamo_configured configured;
    struct kinamo_configured protocol[N_ELEMENTS(protocols)];
};

void kinamo_explain_row(const char *name, const char *value, const char *origin,
                        const char *meaning)
{
    doveadm_print(name);
    doveadm_print(value);
    doveadm_print(origin);
    doveadm_print(meaning);
}

/* NULL: the userdb has no such field. */
static const char *userdb_field(struct mail_user *user, const char *name)
{
    const char *const *fields = user->userdb_fields;
    size_t length = strlen(name);

    for (; fields != NULL && *fields != NULL; fields++) {
        if (strncmp(*fields, name, length) == 0 && (*fields)[length] == '=') {
            return *fields + length + 1;
        }
    }
    return NULL;
}

static const char *origin_of(const struct explained *explained,
                             const struct kinamo_setting *setting)
{
    const char *text = explained->settings->value[setting->id].text;
    const char *field = userdb_field(explained->user, setting->name);
    const char *configured = explained->configured.value[setting->id];
    const char *source = field != NULL        ? field
                         : configured != NULL ? configured
                                              : setting->default_value;

    if (explained->settings->bad[setting->policy] && strcmp(text, source) != 0) {
        return "fallback";
    }
    return field != NULL ? "userdb" : configured != NULL ? "configuration" : "default";
}

static const char *or_default(const char *text, const struct kinamo_setting *setting)
{
    return text == NULL ? setting->default_value : text;
}

/* Where "protocol pop3 { }" or the like says something else, and the user has no own value. */
static bool differs(const struct explained *explained, unsigned int protocol,
                    const struct kinamo_setting *setting)
{
    const char *here = or_default(explained->configured.value[setting->id], setting);
    const char *there = or_default(explained->protocol[protocol].value[setting->id], setting);

    return strcmp(here, there) != 0 && userdb_field(explained->user, setting->name) == NULL;
}

static void explain_setting(const struct explained *explained, const struct kinamo_setting *setting)
{
    kinamo_explain_row(setting->name, explained->settings->value[setting->id].text,
                       origin_of(explained, setting), setting->doc);
    for (unsigned int i = 0; i < N_ELEMENTS(protocols); i++) {
        if (differs(explained, i, setting)) {
            kinamo_explain_row(t_strdup_printf("%s/%s", protocols[i], setting->name),
                               or_default(explained->protocol[i].value[setting->id], setting),
                               "configuration", "In sessions of this protocol.");
        }
    }
}

struct lookup {
    const struct explained *explained;
    unsigned int protocol;
    bool configured_only;
};

static const char *lookup_value(void *host, const struct kinamo_setting *setting)
{
    const struct lookup *lookup = host;
    const struct explained *explained = lookup->explained;

    if (setting->policy == KINAMO_POLICY_SASL) {
        return NULL;
    }
    if (!lookup->configured_only && !differs(explained, lookup->protocol, setting)) {
        return explained->settings->value[setting->id].text;
    }
    return explained->protocol[lookup->protocol].value[setting->id];
}

/* They were refused, and logged, when they were read first. */
static void refused(void *context ATTR_UNUSED, const struct kinamo_setting *setting ATTR_UNUSED,
                    const char *error ATTR_UNUSED)
{
}

static void load(struct kinamo_settings *settings, const struct explained *explained,
                 unsigned int protocol, bool configured_only)
{
    struct lookup lookup = {explained, protocol, configured_only};
    const struct kinamo_settings_source source = {
        .lookup = lookup_value,
        .host = &lookup,
        .refused = refused,
    };

    (void)kinamo_settings_load(settings, &source);
}

static void explain_protocols(const struct kinamo_doveadm *kctx, struct mail_user *user,
                              const struct explained *explained)
{
    for (unsigned int i = 0; i < N_ELEMENTS(protocols); i++) {
        struct kinamo_explain_protocol protocol = {.name = protocols[i]};

        load(&protocol.settings, explained, i, FALSE);
        load(&protocol.configured, explained, i, TRUE);
        if (strcmp(protocols[i], "pop3") == 0) {
            kinamo_explain_pop3(kctx, user, &protocol);
        }
        kinamo_explain_tls(&protocol);
    }
}

static int read_configuration(struct explained *explained, const char **error_r)
{
    pool_t pool = pool_datastack_create();

    if (kinamo_host_configured(explained->user, "doveadm", pool, &explained->configured, error_r) <
        0) {
        return -1;
    }
    for (unsigned int i = 0; i < N_ELEMENTS(protocols); i++) {
        if (kinamo_host_configured(explained->user, protocols[i], pool, &explained->protocol[i],
                                   error_r) < 0) {
            return -1;
        }
    }
    return 0;
}

static void explain(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    struct explained explained = {.user = user, .settings = kinamo_user_settings(user)};
    const char *error;

    if (read_configuration(&explained, &error) < 0) {
        e_error(user->event, "kinamo: the configuration cannot be read: %s (see doveconf -n)",
                error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
        return;
    }
    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);

        if (setting->policy != KINAMO_POLICY_SASL) {
            explain_setting(&explained, setting);
        }
    }
    explain_protocols(kctx, user, &explained);
    kinamo_explain_quota(kctx, user);
}

static void explain_begin(struct kinamo_doveadm *kctx)
{
    kinamo_pop3_protocol_learn(kctx);
    doveadm_print_header_simple("name");
    doveadm_print_header_simple("value");
    doveadm_print_header_simple("origin");
    doveadm_print_header("meaning", "meaning", DOVEADM_PRINT_HEADER_FLAG_EXPAND);
}

static struct doveadm_mail_cmd_context *explain_alloc(void)
{
    static const struct kinamo_doveadm_command command = {explain_begin, explain};

    return kinamo_doveadm_alloc(&command);
}

/* clang-format off */
struct doveadm_cmd_ver2 kinamo_doveadm_explain = {
    .name = "kinamo explain",
    .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX,
    .mail_cmd = explain_alloc,
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAMS_END
};
/* clang-format on */
