/* Whether a username is a complete e-mail address (promise C6). */
#ifndef KINAMO_ADDRESS_H
#define KINAMO_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

/* RFC 5321 4.5.3.1.1 and 4.5.3.1.3 (a path of 256 with its angle brackets). */
#define KINAMO_ADDRESS_MAX       254
#define KINAMO_ADDRESS_MAX_LOCAL 64

/* True for local-part "@" domain as a hosting provider gives them out: the local part a dot-atom
   (RFC 5322 3.2.3), the domain at least two labels of letters, digits and hyphens (RFC 1123 2.1),
   the last one not all digits, all ASCII and within the limits above. Quoted local parts, address
   literals and a final dot are not accepted. text need not be terminated and may hold any byte. */
bool kinamo_address_is_complete(const char *text, size_t length);

#endif
