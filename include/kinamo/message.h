/* A message of ours to a user, as it lies in the inbox (RFC 5322, MIME). */
#ifndef KINAMO_MESSAGE_H
#define KINAMO_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kinamo_message {
    const char *from;     /* an address */
    const char *to;       /* an address */
    const char *subject;  /* UTF-8 */
    const char *id;       /* what stands between "<" and ">" in Message-ID */
    const char *language; /* e.g. "nl" */
    const char *body;     /* UTF-8, lines end with LF */
    int64_t date;         /* seconds since the epoch */
    bool important;
};

/* Write the message with CRLF line ends. Text outside ASCII is encoded (RFC 2047,
   quoted-printable), control characters and addresses' specials are dropped or quoted, so that no
   value can add a header. Returns its length, or 0 if it does not fit. */
size_t kinamo_message_compose(const struct kinamo_message *message, char *out, size_t size);

#endif
