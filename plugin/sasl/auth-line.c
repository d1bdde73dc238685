/* Lines of Dovecot's auth-client protocol. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kinamo/base64.h"
#include "plugin/sasl/auth-line.h"

static void put_char(struct auth_line *line, char c)
{
    if (line->length >= sizeof(line->text)) {
        line->overflow = true;
        return;
    }
    line->text[line->length++] = c;
}

static void put(struct auth_line *line, const char *text)
{
    while (*text != '\0') {
        put_char(line, *text++);
    }
}

/* The escapes of Dovecot's lib/strescape.c. */
static const struct {
    char plain, escaped;
} escapes[] = {{'\001', '1'}, {'\t', 't'}, {'\r', 'r'}, {'\n', 'n'}};

static void put_escaped(struct auth_line *line, const char *text)
{
    for (; *text != '\0'; text++) {
        char c = *text;

        for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
            if (*text == escapes[i].plain) {
                put_char(line, '\001');
                c = escapes[i].escaped;
            }
        }
        put_char(line, c);
    }
}

void auth_line_start(struct auth_line *line, const char *command, uint32_t id)
{
    char number[16];

    line->length = 0;
    line->overflow = false;
    (void)snprintf(number, sizeof(number), "%" PRIu32, id);
    put(line, command);
    auth_line_word(line, number);
}

void auth_line_word(struct auth_line *line, const char *word)
{
    put_char(line, '\t');
    put(line, word);
}

void auth_line_field(struct auth_line *line, const char *key, const char *value)
{
    if (value == NULL || *value == '\0') {
        return;
    }
    auth_line_word(line, key);
    put_char(line, '=');
    put_escaped(line, value);
}

void auth_line_base64(struct auth_line *line, const char *key, const void *data, size_t length)
{
    auth_line_word(line, key);
    /* A terminating NUL follows the encoding; the newline takes its place. */
    if (KINAMO_BASE64_LENGTH(length) >= sizeof(line->text) - line->length) {
        line->overflow = true;
        return;
    }
    line->length += kinamo_base64_encode(line->text + line->length,
                                         sizeof(line->text) - line->length, data, length);
}

bool auth_line_finish(struct auth_line *line)
{
    put_char(line, '\n');
    return !line->overflow;
}

void auth_line_wipe(struct auth_line *line)
{
    explicit_bzero(line, sizeof(*line));
}

bool auth_parse_number(const char *text, uint32_t *number_r)
{
    uint64_t number = 0;
    const char *p = text;

    for (; *p >= '0' && *p <= '9' && number <= UINT32_MAX; p++) {
        number = number * 10 + (uint64_t)(*p - '0');
    }
    *number_r = (uint32_t)number;
    return p > text && *p == '\0' && number <= UINT32_MAX;
}

char *auth_next_word(char **line)
{
    return *line == NULL ? NULL : strsep(line, "\t");
}

/* Undo the escapes in place; false for an escape that does not exist or stands for NUL. */
static bool unescape(char *text)
{
    char *out = text;

    for (; *text != '\0'; text++) {
        char c = *text;

        if (c == '\001') {
            size_t i = 0;

            text++;
            while (i < sizeof(escapes) / sizeof(escapes[0]) && escapes[i].escaped != *text) {
                i++;
            }
            if (i == sizeof(escapes) / sizeof(escapes[0])) {
                return false;
            }
            c = escapes[i].plain;
        }
        *out++ = c;
    }
    *out = '\0';
    return true;
}

static enum auth_reply_kind kind_of(const char *command)
{
    static const struct {
        const char *command;
        enum auth_reply_kind kind;
    } kinds[] = {
        {"OK", AUTH_REPLY_OK},
        {"FAIL", AUTH_REPLY_FAIL},
        {"CONT", AUTH_REPLY_CONTINUE},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].command, command) == 0) {
            return kinds[i].kind;
        }
    }
    return AUTH_REPLY_OTHER;
}

static const char *value_of(char *field, const char *key)
{
    size_t length = strlen(key);

    return strncmp(field, key, length) == 0 ? field + length : NULL;
}

/* False for a field that makes the whole reply worthless. */
static bool read_field(char *field, struct auth_reply *reply)
{
    const char *value = value_of(field, "user=");

    if (value != NULL) {
        /* A second one would leave open which of them was authenticated. */
        if (reply->user != NULL || !unescape(field)) {
            return false;
        }
        reply->user = value;
    }
    value = value_of(field, "code=");
    if (value != NULL) {
        reply->code = value;
        reply->temporary |= strcmp(value, "temp_fail") == 0;
    }
    reply->temporary |= strcmp(field, "temp") == 0;
    reply->nologin |= strcmp(field, "nologin") == 0 || value_of(field, "nologin=") != NULL;
    return true;
}

void auth_reply_parse(char *line, struct auth_reply *reply)
{
    char *word = auth_next_word(&line);

    memset(reply, 0, sizeof(*reply));
    reply->kind = kind_of(word == NULL ? "" : word);
    if (reply->kind == AUTH_REPLY_OTHER) {
        return;
    }
    word = auth_next_word(&line);
    if (word == NULL || !auth_parse_number(word, &reply->id)) {
        reply->kind = AUTH_REPLY_GARBAGE;
        return;
    }
    if (reply->kind == AUTH_REPLY_CONTINUE) {
        reply->challenge = auth_next_word(&line);
        if (reply->challenge == NULL) {
            reply->kind = AUTH_REPLY_GARBAGE;
        }
        return;
    }
    while ((word = auth_next_word(&line)) != NULL) {
        if (!read_field(word, reply)) {
            reply->kind = AUTH_REPLY_GARBAGE;
            return;
        }
    }
}
