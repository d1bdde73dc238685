/* The module's options and resources. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "kinamo/record.h"
#include "plugin/sasl/line-stream.h"
#include "plugin/sasl/sasl-log.h"
#include "plugin/sasl/sasl-module.h"

#define WARNING_PAUSE_MS 60000

static const char *option(const sasl_utils_t *utils, const char *name)
{
    const char *value = NULL;

    if (utils->getopt(utils->getopt_context, NULL, name, &value, NULL) != SASL_OK) {
        return NULL;
    }
    return value;
}

static const char *lookup(void *host, const struct kinamo_setting *setting)
{
    return setting->policy == KINAMO_POLICY_SASL ? option(host, setting->name) : NULL;
}

static void refused(void *context, const struct kinamo_setting *setting, const char *error)
{
    char line[KINAMO_ERROR_SIZE + 64];

    (void)context;
    (void)setting;
    (void)snprintf(line, sizeof(line), "not loaded: %s", error);
    sasl_log(LOG_ERR, line);
}

/* Whether a list of words separated by blanks has the word. */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (; list != NULL && *list != '\0'; list += strcspn(list, " \t")) {
        list += strspn(list, " \t");
        if (strcspn(list, " \t") == length && strncasecmp(list, word, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool make_throttle(struct sasl_module *module, const struct kinamo_settings *settings)
{
    const struct kinamo_throttle_rules rules = {
        .account_limit =
            (uint32_t)kinamo_settings_number(settings, KINAMO_SETTING_THROTTLE_ACCOUNT),
        .network_limit =
            (uint32_t)kinamo_settings_number(settings, KINAMO_SETTING_THROTTLE_NETWORK),
        .decay = (uint32_t)kinamo_settings_number(settings, KINAMO_SETTING_THROTTLE_DECAY),
    };

    module->throttle_mode = kinamo_settings_mode(settings, KINAMO_SETTING_THROTTLE);
    if (module->throttle_mode == KINAMO_MODE_OFF) {
        return true;
    }
    module->throttle = throttle_file_new(
        module->throttle_path,
        (uint32_t)kinamo_settings_number(settings, KINAMO_SETTING_THROTTLE_SIZE), &rules);
    return module->throttle != NULL;
}

static bool make_parts(struct sasl_module *module, const struct kinamo_settings *settings)
{
    module->require_tls = kinamo_settings_number(settings, KINAMO_SETTING_REQUIRE_TLS) != 0;
    module->require_address = kinamo_settings_number(settings, KINAMO_SETTING_REQUIRE_ADDRESS) != 0;
    module->auth_socket = strdup(kinamo_settings_text(settings, KINAMO_SETTING_AUTH_SOCKET));
    module->throttle_path = strdup(kinamo_settings_text(settings, KINAMO_SETTING_THROTTLE_FILE));
    if (module->auth_socket == NULL || module->throttle_path == NULL) {
        return false;
    }
    module->relay =
        relay_new(module->auth_socket,
                  (unsigned int)kinamo_settings_number(settings, KINAMO_SETTING_AUTH_TIMEOUT));
    return module->relay != NULL && make_throttle(module, settings);
}

struct sasl_module *sasl_module_new(const sasl_utils_t *utils)
{
    const struct kinamo_settings_source source = {
        .lookup = lookup,
        .host = (void *)utils,
        .refused = refused,
    };
    struct kinamo_settings settings;
    struct sasl_module *module;

    if (!kinamo_settings_load(&settings, &source)) {
        return NULL;
    }
    module = calloc(1, sizeof(*module));
    if (module == NULL || !make_parts(module, &settings)) {
        sasl_log(LOG_ERR, "not loaded: out of memory");
        sasl_module_free(module);
        return NULL;
    }
    module->login = has_word(option(utils, "mech_list"), "LOGIN");
    return module;
}

void sasl_module_free(struct sasl_module *module)
{
    if (module != NULL) {
        relay_free(module->relay);
        throttle_file_free(module->throttle);
        free(module->auth_socket);
        free(module->throttle_path);
        free(module);
    }
}

void sasl_module_warn(struct sasl_module *module, const char *setting, const char *path,
                      const char *problem, int error, const char *cure)
{
    int64_t now = clock_ms();
    char line[1024];
    char quoted[512];

    if (module->warned_ms != 0 && now - module->warned_ms < WARNING_PAUSE_MS) {
        return;
    }
    module->warned_ms = now;
    (void)kinamo_record_escape(quoted, sizeof(quoted), 0, path);
    (void)snprintf(line, sizeof(line), "warning: %s = %s: %s%s%s: %s", setting, quoted, problem,
                   error == 0 ? "" : ": ", error == 0 ? "" : strerror(error), cure);
    sasl_log(LOG_WARNING, line);
}
