/* Templates of what the user reads: fields and a body with variables (promise C11). */
#ifndef KINAMO_TEMPLATE_H
#define KINAMO_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KINAMO_TEMPLATE_ERROR_SIZE 160

/* A list of variables ends with a NULL name. */
struct kinamo_variable {
    const char *name, *value;
};

/* A part of a template. */
struct kinamo_template_part {
    const char *text;
    size_t length;
};

enum kinamo_template_kind {
    KINAMO_TEMPLATE_LINE, /* one line, for a header or a protocol reply */
    KINAMO_TEMPLATE_TEXT, /* values may have several lines */
};

/* A template starts with fields, "Name: text", one a line, up to an empty line; then comes the
   body. Lines that start with "#" before the empty line are comments. Find a field, or the body for
   a NULL name; false if it is not there. */
bool kinamo_template_find(const char *template, const char *field,
                          struct kinamo_template_part *part_r);

/* Replace each %{name} by its value, and %% by %. Control characters in values become spaces: in a
   line all of them, in a text all but the newline; so no value can add a header or a reply. False,
   with the reason and the name in error, if a variable is unknown, a "%" is not one of these, or
   out is too small; out is then empty. */
bool kinamo_template_expand(const struct kinamo_template_part *part,
                            const struct kinamo_variable *variables, enum kinamo_template_kind kind,
                            char *out, size_t size, char error[KINAMO_TEMPLATE_ERROR_SIZE]);

/* A size as people write it, e.g. "1.2 GB": two digits of precision below ten, units of 1024. */
void kinamo_size_print(uint64_t bytes, char decimal_mark, const char *unit, char out[24]);

/* Turn UTF-8 into one line of printable ASCII: accents are dropped, what has no ASCII form becomes
   "?", and a line end becomes a space. */
void kinamo_ascii_line(const char *text, char *out, size_t size);

#endif
