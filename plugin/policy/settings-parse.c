/* Parsing of one setting's value, and the wording of its refusal. */
#include <stdio.h>
#include <string.h>

#include "kinamo/quota-level.h"
#include "kinamo/networks.h"
#include "kinamo/record.h"
#include "kinamo/settings.h"
#include "kinamo/utf8.h"

#define EMPTY "empty"

struct suffix {
    char name[8]; /* no pointers: see struct kinamo_setting */
    uint64_t factor;
};

static const struct suffix duration_suffixes[] = {
    {"s", 1},          {"sec", 1},        {"secs", 1},        {"m", 60},
    {"min", 60},       {"mins", 60},      {"h", 3600},        {"hour", 3600},
    {"hours", 3600},   {"d", 86400},      {"day", 86400},     {"days", 86400},
    {"w", 7 * 86400L}, {"week", 604800L}, {"weeks", 604800L}, {"", 0},
};

static const struct suffix size_suffixes[] = {
    {"B", 1},
    {"k", UINT64_C(1) << 10},
    {"M", UINT64_C(1) << 20},
    {"G", UINT64_C(1) << 30},
    {"T", UINT64_C(1) << 40},
    {"", 0},
};

/* Finds text among words separated by single spaces; the word "empty" stands for "". */
static bool find_word(const char *words, const char *text, uint64_t *index_r)
{
    uint64_t index = 0;

    if (*text == '\0') {
        text = EMPTY;
    } else if (strcmp(text, EMPTY) == 0) {
        return false;
    }
    while (*words != '\0') {
        size_t length = strcspn(words, " ");

        if (strlen(text) == length && strncmp(words, text, length) == 0) {
            *index_r = index;
            return true;
        }
        words += length;
        words += strspn(words, " ");
        index++;
    }
    return false;
}

static bool may_be_empty(const struct kinamo_setting *setting)
{
    return strncmp(setting->allowed, EMPTY, strlen(EMPTY)) == 0;
}

static bool parse_mode(const struct kinamo_setting *setting, const char *text, uint64_t *number_r)
{
    uint64_t index;

    if (!find_word(setting->allowed, text, &index)) {
        return false;
    }
    for (unsigned int mode = KINAMO_MODE_OFF; mode <= KINAMO_MODE_ENFORCE; mode++) {
        if (strcmp(kinamo_mode_name((enum kinamo_mode)mode), text) == 0) {
            *number_r = mode;
            return true;
        }
    }
    return false;
}

static bool parse_bool(const char *text, uint64_t *number_r)
{
    static const char *const words = "no yes n y false true 0 1 off on";

    if (!find_word(words, text, number_r)) {
        return false;
    }
    *number_r %= 2;
    return true;
}

/* Digits at the start of text; false without digits or beyond uint64_t. */
static bool parse_digits(const char **text, uint64_t *number_r)
{
    const char *p = *text;

    *number_r = 0;
    if (*p < '0' || *p > '9') {
        return false;
    }
    for (; *p >= '0' && *p <= '9'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');

        if (*number_r > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *number_r = *number_r * 10 + digit;
    }
    *text = p;
    return true;
}

static bool parse_plain_number(const char *text, uint64_t *number_r)
{
    return parse_digits(&text, number_r) && *text == '\0';
}

static bool parse_with_suffix(const struct suffix *suffixes, const char *text, uint64_t *number_r)
{
    if (!parse_digits(&text, number_r)) {
        return false;
    }
    text += strspn(text, " ");
    for (; suffixes->name[0] != '\0'; suffixes++) {
        if (strcmp(suffixes->name, text) == 0) {
            if (*number_r > UINT64_MAX / suffixes->factor) {
                return false;
            }
            *number_r *= suffixes->factor;
            return true;
        }
    }
    /* Zero needs no unit; anything else would have to be guessed. */
    return *text == '\0' && *number_r == 0;
}

static bool in_range(const struct kinamo_setting *setting, uint64_t number)
{
    return number >= setting->min && number <= setting->max;
}

static bool parse_expire(const struct kinamo_setting *setting, const char *text, uint64_t *number_r)
{
    if (*text == '\0' && may_be_empty(setting)) {
        *number_r = KINAMO_EXPIRE_UNSET;
        return true;
    }
    if (strcmp(text, "never") == 0) {
        *number_r = KINAMO_EXPIRE_NEVER;
        return true;
    }
    return parse_plain_number(text, number_r) && in_range(setting, *number_r);
}

static bool parse_text(const struct kinamo_setting *setting, const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c < 0x20 || c == 0x7f) {
            return false;
        }
    }
    return kinamo_utf8_is_valid(text, length) &&
           ((length == 0 && may_be_empty(setting)) || in_range(setting, length));
}

static bool parse_flags(const struct kinamo_setting *setting, const char *text, uint64_t *number_r)
{
    char word[16];
    uint64_t index;

    for (;;) {
        size_t length;

        text += strspn(text, " ,");
        length = strcspn(text, " ,");
        if (length == 0) {
            return true;
        }
        if (length >= sizeof(word)) {
            return false;
        }
        memcpy(word, text, length);
        word[length] = '\0';
        if (!find_word(setting->allowed, word, &index)) {
            return false;
        }
        *number_r |= UINT64_C(1) << index;
        text += length;
    }
}

static bool parse_name(const struct kinamo_setting *setting, const char *text)
{
    static const char *const allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t length = strlen(text);

    return strspn(text, allowed) == length && in_range(setting, length);
}

static bool parse(const struct kinamo_setting *setting, const char *text, uint64_t *number_r)
{
    *number_r = 0;
    switch (setting->type) {
    case KINAMO_TYPE_MODE:
        return parse_mode(setting, text, number_r);
    case KINAMO_TYPE_WORDS:
        return find_word(setting->allowed, text, number_r);
    case KINAMO_TYPE_BOOL:
        return parse_bool(text, number_r);
    case KINAMO_TYPE_EXPIRE:
        return parse_expire(setting, text, number_r);
    case KINAMO_TYPE_DURATION:
        return parse_with_suffix(duration_suffixes, text, number_r) && in_range(setting, *number_r);
    case KINAMO_TYPE_SIZE:
        return parse_with_suffix(size_suffixes, text, number_r) && in_range(setting, *number_r);
    case KINAMO_TYPE_COUNT:
        return parse_plain_number(text, number_r) && in_range(setting, *number_r);
    case KINAMO_TYPE_NETWORKS:
        return kinamo_networks_are_valid(text);
    case KINAMO_TYPE_TEXT:
    case KINAMO_TYPE_DICT:
        return parse_text(setting, text);
    case KINAMO_TYPE_PERCENTS:
        return kinamo_quota_thresholds_parse(text, &(struct kinamo_quota_thresholds){0});
    case KINAMO_TYPE_FLAGS:
        return parse_flags(setting, text, number_r);
    case KINAMO_TYPE_NAME:
        return parse_name(setting, text);
    }
    return false;
}

/* "off, observe or enforce" */
static void describe_words(const char *words, char *out, size_t size)
{
    size_t offset = 0;

    out[0] = '\0';
    while (*words != '\0' && offset < size) {
        int length = (int)strcspn(words, " ");
        const char *next = words + length + strspn(words + length, " ");
        const char *joint = "";

        if (offset > 0) {
            joint = *next == '\0' ? " or " : ", ";
        }
        offset += (size_t)snprintf(out + offset, size - offset, "%s%.*s", joint, length, words);
        words = next;
    }
}

void kinamo_setting_describe(const struct kinamo_setting *setting, char *out, size_t size)
{
    unsigned long long min = setting->min;
    unsigned long long max = setting->max;

    switch (setting->type) {
    case KINAMO_TYPE_MODE:
    case KINAMO_TYPE_WORDS:
        describe_words(setting->allowed, out, size);
        break;
    case KINAMO_TYPE_BOOL:
        (void)snprintf(out, size, "yes or no");
        break;
    case KINAMO_TYPE_EXPIRE:
        (void)snprintf(out, size, "%snever, or a number of days from %llu to %llu",
                       may_be_empty(setting) ? "empty, " : "", min, max);
        break;
    case KINAMO_TYPE_DURATION:
        (void)snprintf(out, size,
                       "a number with unit s, m, h, d or w, such as %s; from %llu to %llu seconds",
                       setting->default_value, min, max);
        break;
    case KINAMO_TYPE_SIZE:
        (void)snprintf(out, size,
                       "a number with unit B, k, M, G or T, such as 100M; from %llu to %llu bytes",
                       min, max);
        break;
    case KINAMO_TYPE_COUNT:
        (void)snprintf(out, size, "a number from %llu to %llu", min, max);
        break;
    case KINAMO_TYPE_NETWORKS:
        (void)snprintf(out, size,
                       "IP addresses or networks such as 192.0.2.0/24 2001:db8::/32, separated "
                       "by spaces");
        break;
    case KINAMO_TYPE_PERCENTS:
        (void)snprintf(out, size, "up to %d percentages from %llu to %llu, rising, such as %s",
                       KINAMO_QUOTA_MAX_THRESHOLDS, min, max, setting->default_value);
        break;
    case KINAMO_TYPE_FLAGS:
        (void)snprintf(out, size, "none, some or all of: %s", setting->allowed);
        break;
    case KINAMO_TYPE_NAME:
        (void)snprintf(out, size, "%llu to %llu lower case letters, digits, \"_\" and \"-\"", min,
                       max);
        break;
    case KINAMO_TYPE_TEXT:
    case KINAMO_TYPE_DICT:
        (void)snprintf(out, size, "%s%llu to %llu bytes of UTF-8 without control characters",
                       may_be_empty(setting) ? "empty, or " : "", min, max);
        break;
    }
}

bool kinamo_setting_parse(const struct kinamo_setting *setting, const char *text,
                          struct kinamo_value *value_r, char error[KINAMO_ERROR_SIZE])
{
    char allowed[160];
    char quoted[KINAMO_ERROR_SIZE / 2];
    char shortened[40];

    value_r->text = text != NULL ? text : setting->default_value;
    if (parse(setting, value_r->text, &value_r->number)) {
        error[0] = '\0';
        return true;
    }
    kinamo_setting_describe(setting, allowed, sizeof(allowed));
    (void)snprintf(shortened, sizeof(shortened), "%s", value_r->text);
    (void)kinamo_record_escape(quoted, sizeof(quoted), 0, shortened);
    (void)snprintf(error, KINAMO_ERROR_SIZE, "%s: bad value %s (%s)", setting->name, quoted,
                   allowed);
    return false;
}
