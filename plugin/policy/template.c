/* Templates: fields, body, variables. */
#include <stdio.h>
#include <string.h>

#include "kinamo/template.h"

static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

static const char *next_line(const char *line)
{
    size_t length = line_length(line);

    return line[length] == '\0' ? line + length : line + length + 1;
}

static void trim(struct kinamo_template_part *part)
{
    while (part->length > 0 && (part->text[0] == ' ' || part->text[0] == '\t')) {
        part->text++;
        part->length--;
    }
    while (part->length > 0 && strchr(" \t\r", part->text[part->length - 1]) != NULL) {
        part->length--;
    }
}

static bool is_field(const char *line, const char *field)
{
    size_t length = strlen(field);

    return strncmp(line, field, length) == 0 && line[length] == ':';
}

bool kinamo_template_find(const char *template, const char *field,
                          struct kinamo_template_part *part_r)
{
    const char *line = template;

    for (; line_length(line) > 0; line = next_line(line)) {
        if (field != NULL && is_field(line, field)) {
            size_t skipped = strlen(field) + 1;

            *part_r = (struct kinamo_template_part){line + skipped, line_length(line) - skipped};
            trim(part_r);
            return true;
        }
    }
    if (field != NULL || *line == '\0') {
        return false;
    }
    line = next_line(line);
    *part_r = (struct kinamo_template_part){line, strlen(line)};
    return true;
}

struct output {
    char *text;
    size_t size, length;
};

static bool put(struct output *output, char c)
{
    if (output->length + 1 >= output->size) {
        return false;
    }
    output->text[output->length++] = c;
    output->text[output->length] = '\0';
    return true;
}

static bool put_value(struct output *output, const char *value, enum kinamo_template_kind kind)
{
    for (; *value != '\0'; value++) {
        unsigned char c = (unsigned char)*value;
        bool control = c < 0x20 || c == 0x7f;
        bool kept = !control || (c == '\n' && kind == KINAMO_TEMPLATE_TEXT);

        if (!put(output, kept ? *value : ' ')) {
            return false;
        }
    }
    return true;
}

static const struct kinamo_variable *find_variable(const struct kinamo_variable *variables,
                                                   const char *name, size_t length)
{
    for (; variables->name != NULL; variables++) {
        if (strlen(variables->name) == length && memcmp(variables->name, name, length) == 0) {
            return variables;
        }
    }
    return NULL;
}

enum step {
    STEP_GOOD,
    STEP_FULL,
    STEP_BAD,
};

/* One "%..." at the start of rest; *used_r is its length. */
static enum step expand_one(struct output *output, const char *rest, size_t length,
                            const struct kinamo_variable *variables, enum kinamo_template_kind kind,
                            size_t *used_r, char error[KINAMO_TEMPLATE_ERROR_SIZE])
{
    const struct kinamo_variable *variable;
    const char *end;
    size_t name_length;

    if (length >= 2 && rest[1] == '%') {
        *used_r = 2;
        return put(output, '%') ? STEP_GOOD : STEP_FULL;
    }
    end = length >= 2 && rest[1] == '{' ? memchr(rest, '}', length) : NULL;
    if (end == NULL) {
        (void)snprintf(error, KINAMO_TEMPLATE_ERROR_SIZE,
                       "\"%%\" that starts no variable (write %%%% for a percent sign)");
        return STEP_BAD;
    }
    name_length = (size_t)(end - rest) - 2;
    variable = find_variable(variables, rest + 2, name_length);
    if (variable == NULL) {
        (void)snprintf(error, KINAMO_TEMPLATE_ERROR_SIZE, "unknown variable %%{%.*s}",
                       (int)(name_length < 40 ? name_length : 40), rest + 2);
        return STEP_BAD;
    }
    *used_r = name_length + 3;
    return put_value(output, variable->value, kind) ? STEP_GOOD : STEP_FULL;
}

bool kinamo_template_expand(const struct kinamo_template_part *part,
                            const struct kinamo_variable *variables, enum kinamo_template_kind kind,
                            char *out, size_t size, char error[KINAMO_TEMPLATE_ERROR_SIZE])
{
    struct output output = {.text = out, .size = size};
    enum step step = size > 0 ? STEP_GOOD : STEP_FULL;

    if (size > 0) {
        out[0] = '\0';
    }
    for (size_t i = 0, used = 1; i < part->length && step == STEP_GOOD; i += used) {
        if (part->text[i] == '%') {
            step = expand_one(&output, part->text + i, part->length - i, variables, kind, &used,
                              error);
        } else {
            used = 1;
            if (part->text[i] != '\r' && !put(&output, part->text[i])) {
                step = STEP_FULL;
            }
        }
    }
    if (step == STEP_GOOD) {
        error[0] = '\0';
        return true;
    }
    if (step == STEP_FULL) {
        (void)snprintf(error, KINAMO_TEMPLATE_ERROR_SIZE, "the text is longer than %zu bytes",
                       size);
    }
    if (size > 0) {
        out[0] = '\0';
    }
    return false;
}

void kinamo_size_print(uint64_t bytes, char decimal_mark, const char *unit, char out[24])
{
    static const char prefixes[] = " kMGTPE";
    unsigned int power = 0;
    uint64_t tenths;

    while (power + 1 < sizeof(prefixes) - 1 && bytes >> (10 * power) >= 1024) {
        power++;
    }
    if (power == 0) {
        (void)snprintf(out, 24, "%u %s", (unsigned int)bytes, unit);
        return;
    }
    /* Rounded to the nearest tenth of the unit; the lowest bits of huge sizes are not needed. */
    tenths = ((bytes >> (10 * (power - 1))) * 10 + 512) / 1024;
    if (tenths >= 10240 && power + 1 < sizeof(prefixes) - 1) {
        tenths = 10;
        power++;
    }
    if (tenths >= 100 || tenths % 10 == 0) {
        (void)snprintf(out, 24, "%u %c%s", (unsigned int)((tenths + 5) / 10), prefixes[power],
                       unit);
    } else {
        (void)snprintf(out, 24, "%u%c%u %c%s", (unsigned int)(tenths / 10), decimal_mark,
                       (unsigned int)(tenths % 10), prefixes[power], unit);
    }
}

/* Latin-1 letters from U+00C0 without their accents. */
static const char *const latin = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

static char ascii_of(unsigned int code)
{
    if (code >= 0xc0 && code <= 0xff) {
        return latin[code - 0xc0];
    }
    switch (code) {
    case 0xa0:
    case 0x202f:
        return ' ';
    case 0x2018:
    case 0x2019:
        return '\'';
    case 0x2013:
    case 0x2014:
        return '-';
    case 0x152:
        return 'O';
    case 0x153:
        return 'o';
    default:
        return '?';
    }
}

/* The code point that starts at *text, which is moved past it; a broken sequence counts as one. */
static unsigned int take_code_point(const unsigned char **text)
{
    unsigned int code = *(*text)++;
    unsigned int more = code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : code >= 0xc0 ? 1 : 0;

    if (code < 0x80) {
        return code;
    }
    code &= 0x3fU >> more;
    for (; more > 0 && (**text & 0xc0) == 0x80; more--) {
        code = code << 6 | (*(*text)++ & 0x3f);
    }
    return more == 0 && code >= 0x80 ? code : 0xfffd;
}

void kinamo_ascii_line(const char *text, char *out, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t length = 0;

    while (*p != '\0' && length + 1 < size) {
        unsigned int code = take_code_point(&p);

        if (code >= 0x80) {
            out[length++] = ascii_of(code);
        } else {
            bool control = code < 0x20 || code == 0x7f;

            out[length++] = ' ';
            if (!control) {
                out[length - 1] = (char)code;
            }
        }
    }
    if (size > 0) {
        out[length] = '\0';
    }
}
