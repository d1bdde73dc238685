/* Prints the settings of the one table as mdoc(7), for the manual: settings-mdoc dovecot|sasl. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinamo/settings.h"

/* No setting takes this for a value. */
#define BAD_VALUE   "\001"
#define LINE_LENGTH 76

/* The words of the table itself: a new policy or type needs no change here. */
static const struct {
    const char *policy;
    const char *type;
} words[KINAMO_SETTING_COUNT] = {
#define KINAMO_SETTING(id, name, type_, policy_, ...)                                              \
    [KINAMO_SETTING_##id] = {.policy = #policy_, .type = #type_},
    KINAMO_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING
};

static void put_lower(const char *word)
{
    for (; *word != '\0'; word++) {
        (void)putchar(tolower((unsigned char)*word));
    }
}

/* Text of the table, in lines that mandoc likes; nothing in it is a request or an escape to it. */
static void put_text(const char *text)
{
    size_t column = 0;

    for (; *text != '\0'; text++) {
        if (*text == ' ' && column + strcspn(text + 1, " ") >= LINE_LENGTH) {
            (void)putchar('\n');
            column = 0;
            continue;
        }
        if (column == 0 && (*text == '.' || *text == '\'')) {
            (void)fputs("\\&", stdout);
        }
        if (*text == '\\') {
            (void)fputs("\\e", stdout);
        } else {
            (void)putchar(*text);
        }
        column++;
    }
}

static void put_item(const char *tag, const char *text)
{
    (void)printf(".It %s\n", tag);
    put_text(text);
    (void)putchar('\n');
}

/* A host in which one setting of one user is bad. */
static const char *lookup_bad(void *host, const struct kinamo_setting *setting)
{
    return setting == host ? BAD_VALUE : NULL;
}

static void ignore_refusal(void *context, const struct kinamo_setting *setting, const char *error)
{
    (void)context;
    (void)setting;
    (void)error;
}

static const struct kinamo_setting *mode_of(const struct kinamo_setting *setting)
{
    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *mode = kinamo_setting((enum kinamo_setting_id)id);

        if (mode->type == KINAMO_TYPE_MODE && mode->policy == setting->policy) {
            return mode;
        }
    }
    return NULL;
}

/* What a bad value costs is not written down anywhere: the core is asked. */
static void put_user_fallback(const struct kinamo_setting *setting)
{
    const struct kinamo_settings_source source = {
        .lookup = lookup_bad,
        .host = (void *)setting,
        .refused = ignore_refusal,
    };
    const struct kinamo_setting *mode = mode_of(setting);
    struct kinamo_settings settings;

    (void)kinamo_settings_load(&settings, &source);
    (void)puts("For one user:");
    if (mode != NULL) {
        (void)printf(".Cm %s\nacts as\n.Ql %s .\n", mode->name,
                     kinamo_mode_name(kinamo_settings_mode(&settings, mode->id)));
    } else {
        (void)puts("the default is used.");
    }
}

static void put_bad_value(const struct kinamo_setting *setting)
{
    (void)puts(".It bad value");
    if (setting->policy == KINAMO_POLICY_SASL) {
        (void)puts("The module refuses to load.");
        return;
    }
    (void)puts("In the configuration: Dovecot refuses it.");
    if (setting->scope == KINAMO_SCOPE_USER) {
        put_user_fallback(setting);
    }
}

static void put_setting(const struct kinamo_setting *setting)
{
    char allowed[160];

    kinamo_setting_describe(setting, allowed, sizeof(allowed));
    (void)printf(".It Cm %s\n", setting->name);
    put_text(setting->doc);
    (void)puts("\n.Bl -tag -width \"bad value\" -compact");
    (void)puts(".It type");
    put_lower(words[setting->id].type);
    (void)putchar('\n');
    put_item("values", allowed);
    if (*setting->unit != '\0') {
        put_item("unit", setting->unit);
    }
    put_item("default", *setting->default_value != '\0' ? setting->default_value : "empty");
    put_item("scope", setting->scope == KINAMO_SCOPE_USER ? "global, or per user" : "global only");
    put_bad_value(setting);
    (void)puts(".El");
}

/* One list per policy; the rows of a policy stand together in the table or get a second heading. */
static void put_settings(bool sasl)
{
    const char *policy = "";

    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);

        if ((setting->policy == KINAMO_POLICY_SASL) != sasl) {
            continue;
        }
        if (strcmp(policy, words[id].policy) != 0) {
            if (*policy != '\0') {
                (void)puts(".El");
            }
            policy = words[id].policy;
            (void)fputs(".Ss Policy ", stdout);
            put_lower(policy);
            (void)puts("\n.Bl -tag -width Ds");
        }
        put_setting(setting);
    }
    (void)puts(".El");
}

int main(int argc, char *argv[])
{
    if (argc == 2 && (strcmp(argv[1], "dovecot") == 0 || strcmp(argv[1], "sasl") == 0)) {
        put_settings(strcmp(argv[1], "sasl") == 0);
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    (void)fputs("usage: settings-mdoc dovecot|sasl\n", stderr);
    return EXIT_FAILURE;
}
