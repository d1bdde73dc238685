/* A decision as a record: name and fields, from which a host makes an event and a log line. */
#ifndef KINAMO_RECORD_H
#define KINAMO_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KINAMO_RECORD_MAX_FIELDS 20
/* Room for any record: values are cut at KINAMO_RECORD_MAX_VALUE bytes before escaping. */
#define KINAMO_RECORD_LINE_SIZE 4096
#define KINAMO_RECORD_MAX_VALUE 160

struct kinamo_field {
    const char *key;
    const char *text; /* NULL: the field is the number */
    int64_t number;
};

struct kinamo_record {
    const char *name;
    struct kinamo_field field[KINAMO_RECORD_MAX_FIELDS];
    unsigned int count;
};

/* Start a record. The name and all keys are literals of ours: [a-z0-9_]+. */
void kinamo_record_init(struct kinamo_record *record, const char *name);

/* Add a field. Text is borrowed until the record is rendered; NULL adds nothing. */
void kinamo_record_text(struct kinamo_record *record, const char *key, const char *text);
void kinamo_record_number(struct kinamo_record *record, const char *key, int64_t number);

/* Write "event=<name> key=value ..." with a terminating NUL, cut to size. A value is written bare
   if it consists of letters, digits and "@._:/+,%~-" only; otherwise in double quotes, where '"'
   and
   '\' are preceded by '\' and every byte that is not printable ASCII is \xHH. So a value can
   neither end the line nor look like another field. Returns the length written. */
size_t kinamo_record_render(const struct kinamo_record *record, char *line, size_t size);

/* The same without "event=<name> ". */
size_t kinamo_record_render_fields(const struct kinamo_record *record, char *line, size_t size);

/* Append one escaped value as above to line at offset; returns the new offset (at most size - 1).
 */
size_t kinamo_record_escape(char *line, size_t size, size_t offset, const char *value);

#endif
