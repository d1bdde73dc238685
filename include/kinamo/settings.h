/* Settings: what they are called, what they may be, what a bad one costs. */
#ifndef KINAMO_SETTINGS_H
#define KINAMO_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kinamo/mode.h"
#include "kinamo/settings-table.h"

enum kinamo_setting_id {
#define KINAMO_SETTING(id, ...) KINAMO_SETTING_##id,
    KINAMO_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING
        KINAMO_SETTING_COUNT
};

enum kinamo_setting_type {
    KINAMO_TYPE_MODE,     /* one of the words of "allowed"; number: enum kinamo_mode */
    KINAMO_TYPE_WORDS,    /* one of the words of "allowed"; number: its index there */
    KINAMO_TYPE_BOOL,     /* yes, no; number: 1, 0 */
    KINAMO_TYPE_EXPIRE,   /* never, or days; number: days or KINAMO_EXPIRE_NEVER */
    KINAMO_TYPE_DURATION, /* number and s, m, h, d or w; number: seconds */
    KINAMO_TYPE_SIZE,     /* number and B, k, M, G or T; number: bytes */
    KINAMO_TYPE_COUNT,    /* digits; number: as written */
    KINAMO_TYPE_NETWORKS, /* IP addresses or CIDR blocks separated by spaces */
    KINAMO_TYPE_TEXT,     /* printable text of min to max bytes */
    KINAMO_TYPE_PERCENTS, /* see kinamo_quota_thresholds_parse() */
    KINAMO_TYPE_FLAGS,    /* some of the words of "allowed"; number: bit n is set for word n */
    KINAMO_TYPE_NAME,     /* min to max lower case letters, digits, "_" and "-" */
    KINAMO_TYPE_DICT,     /* a Dovecot dict, named the way the series at hand does it */
};

enum kinamo_policy {
    KINAMO_POLICY_POP3,
    KINAMO_POLICY_TLS,
    KINAMO_POLICY_ADDRESS,
    KINAMO_POLICY_QUOTA,
    KINAMO_POLICY_NOTICE, /* has no mode: a bad value is replaced by the default */
    KINAMO_POLICY_SASL,   /* has no per-user values: a bad one refuses to load */
    KINAMO_POLICY_COUNT,
};

enum kinamo_setting_scope {
    KINAMO_SCOPE_GLOBAL,
    KINAMO_SCOPE_USER,
};

#define KINAMO_EXPIRE_NEVER UINT64_MAX
/* An EXPIRE setting that was left empty: nothing is said about expiry. */
#define KINAMO_EXPIRE_UNSET (UINT64_MAX - 1)

/* Long enough for setting, value (shortened) and cure of every row. */
#define KINAMO_ERROR_SIZE 512

/* Without pointers: a table of them would be written to, and so take memory, in every process. */
struct kinamo_setting {
    enum kinamo_setting_id id;
    enum kinamo_setting_type type;
    enum kinamo_policy policy;
    enum kinamo_setting_scope scope;
    char name[32];
    char unit[16];
    char default_value[48];
    char allowed[48];
    uint64_t min, max;
    char doc[224];
};

struct kinamo_value {
    const char *text; /* as the host handed it over, never NULL; owned by the host */
    uint64_t number;  /* see enum kinamo_setting_type; 0 for texts */
};

struct kinamo_settings {
    struct kinamo_value value[KINAMO_SETTING_COUNT];
    /* Policies with a bad value; their mode is already the fallback. */
    bool bad[KINAMO_POLICY_COUNT];
};

/* The row of a setting. */
const struct kinamo_setting *kinamo_setting(enum kinamo_setting_id id);

/* The row with this name, or NULL. */
const struct kinamo_setting *kinamo_setting_find(const char *name);

/* Whether a name claims to be ours: such a name without a row is a misspelling, not somebody
   else's setting. */
bool kinamo_setting_is_ours(const char *name);

/* Write which values a setting may have, in the words of its refusal: "off, observe or enforce".
   Cut to size; 160 bytes hold every row. */
void kinamo_setting_describe(const struct kinamo_setting *setting, char *out, size_t size);

/* Parse one value. Returns true and fills *value_r (whose text is the given pointer), or false and
   writes "<name>: <what is wrong> "<value>" (<what is allowed>)" to error: printable ASCII, one
   line. NULL means absent and yields the default. */
bool kinamo_setting_parse(const struct kinamo_setting *setting, const char *text,
                          struct kinamo_value *value_r, char error[KINAMO_ERROR_SIZE]);

/* Check a name and value that stand in a global configuration: as above, and an unknown name that
   is ours is refused with the nearest name known. Names that are not ours are accepted. */
bool kinamo_setting_check(const char *name, const char *text, char error[KINAMO_ERROR_SIZE]);

/* Called for each bad value with the text of kinamo_setting_parse(). */
typedef void kinamo_setting_refused_t(void *context, const struct kinamo_setting *setting,
                                      const char *error);

/* Where a host keeps its values, and who hears of the bad ones. */
struct kinamo_settings_source {
    /* The value as text, or NULL if absent; must stay valid as long as the settings. */
    const char *(*lookup)(void *host, const struct kinamo_setting *setting);
    void *host;
    kinamo_setting_refused_t *refused;
    void *context;
    /* Whether the value is one user's own; NULL where no user has own values. */
    bool (*is_own)(void *owner, const struct kinamo_setting *setting);
    void *owner;
};

/* Read every setting. A user's own value of a setting for all (scope GLOBAL) is bad. A bad value is
   reported, replaced by the default, and sets the mode of its
   policy to the fallback: TLS to enforce (a security check fails closed), the others to observe
   (nobody loses mail to a typing error). Returns true if no value was bad. */
bool kinamo_settings_load(struct kinamo_settings *settings,
                          const struct kinamo_settings_source *source);

/* Put every policy into its fallback mode: for a host whose values cannot be read at all. */
void kinamo_settings_fall_back(struct kinamo_settings *settings);

/* The number of a setting; for a mode, see kinamo_settings_mode(). */
uint64_t kinamo_settings_number(const struct kinamo_settings *settings, enum kinamo_setting_id id);
const char *kinamo_settings_text(const struct kinamo_settings *settings, enum kinamo_setting_id id);
enum kinamo_mode kinamo_settings_mode(const struct kinamo_settings *settings,
                                      enum kinamo_setting_id id);

#endif
