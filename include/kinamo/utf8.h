/* UTF-8, as Dovecot's library wants it of the names that it is given: it ends the process else. */
#ifndef KINAMO_UTF8_H
#define KINAMO_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether all bytes are well-formed UTF-8 (RFC 3629 4): shortest forms, no surrogates, nothing
   above U+10FFFF. */
bool kinamo_utf8_is_valid(const char *text, size_t length);

#endif
