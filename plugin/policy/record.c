/* Records and their log line. */
#include <stdio.h>
#include <string.h>

#include "kinamo/record.h"

static void put(char *line, size_t size, size_t *offset, const char *text)
{
    while (*text != '\0' && *offset + 1 < size) {
        line[(*offset)++] = *text++;
    }
    line[*offset] = '\0';
}

/* The ctype functions depend on the locale; a log line must not. */
static bool is_bare(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("@._:/+,%~-", c) != NULL);
}

static bool needs_quotes(const char *value)
{
    if (*value == '\0') {
        return true;
    }
    for (size_t i = 0; value[i] != '\0'; i++) {
        if (i == KINAMO_RECORD_MAX_VALUE || !is_bare((unsigned char)value[i])) {
            return true;
        }
    }
    return false;
}

static void put_quoted(char *line, size_t size, size_t *offset, const char *value)
{
    put(line, size, offset, "\"");
    for (size_t i = 0; value[i] != '\0'; i++) {
        unsigned char c = (unsigned char)value[i];
        char piece[5];

        if (i == KINAMO_RECORD_MAX_VALUE) {
            put(line, size, offset, "...");
            break;
        }
        if (c == '"' || c == '\\') {
            (void)snprintf(piece, sizeof(piece), "\\%c", c);
        } else if (c < 0x20 || c > 0x7e) {
            (void)snprintf(piece, sizeof(piece), "\\x%02x", c);
        } else {
            (void)snprintf(piece, sizeof(piece), "%c", c);
        }
        put(line, size, offset, piece);
    }
    put(line, size, offset, "\"");
}

size_t kinamo_record_escape(char *line, size_t size, size_t offset, const char *value)
{
    if (size == 0) {
        return offset;
    }
    if (needs_quotes(value)) {
        put_quoted(line, size, &offset, value);
    } else {
        put(line, size, &offset, value);
    }
    return offset;
}

void kinamo_record_init(struct kinamo_record *record, const char *name)
{
    record->name = name;
    record->count = 0;
}

static void add(struct kinamo_record *record, const struct kinamo_field *field)
{
    if (record->count < KINAMO_RECORD_MAX_FIELDS) {
        record->field[record->count++] = *field;
    }
}

void kinamo_record_text(struct kinamo_record *record, const char *key, const char *text)
{
    if (text != NULL) {
        add(record, &(struct kinamo_field){.key = key, .text = text});
    }
}

void kinamo_record_number(struct kinamo_record *record, const char *key, int64_t number)
{
    add(record, &(struct kinamo_field){.key = key, .number = number});
}

static void put_field(char *line, size_t size, size_t *offset, const struct kinamo_field *field)
{
    char number[24];

    if (*offset > 0) {
        put(line, size, offset, " ");
    }
    put(line, size, offset, field->key);
    put(line, size, offset, "=");
    if (field->text != NULL) {
        *offset = kinamo_record_escape(line, size, *offset, field->text);
    } else {
        (void)snprintf(number, sizeof(number), "%lld", (long long)field->number);
        put(line, size, offset, number);
    }
}

static size_t render_at(const struct kinamo_record *record, char *line, size_t size, size_t offset)
{
    for (unsigned int i = 0; i < record->count; i++) {
        put_field(line, size, &offset, &record->field[i]);
    }
    return offset;
}

size_t kinamo_record_render_fields(const struct kinamo_record *record, char *line, size_t size)
{
    if (size == 0) {
        return 0;
    }
    line[0] = '\0';
    return render_at(record, line, size, 0);
}

size_t kinamo_record_render(const struct kinamo_record *record, char *line, size_t size)
{
    size_t offset = 0;

    if (size == 0) {
        return 0;
    }
    put(line, size, &offset, "event=");
    put(line, size, &offset, record->name);
    return render_at(record, line, size, offset);
}
