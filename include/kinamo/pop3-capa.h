/* Edits of the answer to CAPA (RFC 2449). Each takes a whole answer and gives a whole answer, so
   they can follow one another. */
#ifndef KINAMO_POP3_CAPA_H
#define KINAMO_POP3_CAPA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Enough for the longest line that is added, with CRLF and NUL. */
#define KINAMO_POP3_CAPA_ROOM 40

/* Copy a whole CAPA answer ("+OK ... CRLF . CRLF") to buffer with one line "EXPIRE <expire>" before
   the final dot, where user adds the token USER: the value may differ once a user is known. A line
   EXPIRE that was there already is left out. Returns the length written, or 0 and an undefined
   buffer if the text is not such an answer, if expire is KINAMO_EXPIRE_UNSET, or if size is too
   small; length + KINAMO_POP3_CAPA_ROOM is always enough. */
size_t kinamo_pop3_capa_expire(const char *reply, size_t length, uint64_t expire, bool user,
                               char *buffer, size_t size);

/* Copy a whole CAPA answer to buffer without the capabilities named in names (a NULL-terminated
   list). Returns the length written, never more than length, or 0 and an undefined buffer if the
   text is not such an answer or has none of them. */
size_t kinamo_pop3_capa_drop(const char *reply, size_t length, const char *const *names,
                             char *buffer);

#endif
