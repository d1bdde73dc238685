/* Base64 (RFC 4648 4) for bytes of known length; secrets pass through here, so nothing is kept. */
#ifndef KINAMO_BASE64_H
#define KINAMO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the encoding of n bytes, without a terminating NUL. */
#define KINAMO_BASE64_LENGTH(n) (((n) + 2) / 3 * 4)

/* Write the encoding of data and a NUL. Returns its length; size must be more than
   KINAMO_BASE64_LENGTH(length), else nothing is written and the return value is 0. */
size_t kinamo_base64_encode(char *out, size_t size, const void *data, size_t length);

/* Decode exactly length characters: only the canonical form of RFC 4648 is taken (padding present,
   unused bits zero, no white space). Returns false, with out in any state, if text is anything else
   or needs more than size bytes. */
bool kinamo_base64_decode(void *out, size_t size, size_t *length_r, const char *text,
                          size_t length);

#endif
