/* What a client says in a SASL exchange, and whether policy lets it be asked about. */
#ifndef KINAMO_SASL_MESSAGE_H
#define KINAMO_SASL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#define KINAMO_SASL_MAX_USER     255
#define KINAMO_SASL_MAX_PASSWORD 1024
/* RFC 2195 2: a user name, a space, and 16 bytes in hexadecimal digits. */
#define KINAMO_SASL_CRAM_DIGEST 32
/* The longest message that the parsers take. */
#define KINAMO_SASL_MAX_MESSAGE (2 * KINAMO_SASL_MAX_USER + KINAMO_SASL_MAX_PASSWORD + 2)

/* A piece of the client's message; not terminated. */
struct kinamo_span {
    const char *text;
    size_t length;
};

/* Why a message goes no further. The names are stable: they stand in the log. */
enum kinamo_sasl_fault {
    KINAMO_SASL_GOOD,
    KINAMO_SASL_MALFORMED,     /* not the form that the mechanism prescribes */
    KINAMO_SASL_TOO_LONG,      /* a part exceeds the limits above */
    KINAMO_SASL_BAD_USER,      /* empty, or with NUL or control characters */
    KINAMO_SASL_NO_ADDRESS,    /* not a complete e-mail address */
    KINAMO_SASL_OTHER_AUTHZID, /* the client wants to act for somebody else */
    KINAMO_SASL_NO_PASSWORD,
};

/* "malformed", "too-long", ...; "" for KINAMO_SASL_GOOD. */
const char *kinamo_sasl_fault_name(enum kinamo_sasl_fault fault);

/* Split [authzid] NUL authcid NUL passwd (RFC 4616 2). On anything but GOOD the spans that could be
   told apart are still set (for the log), the others are empty. */
enum kinamo_sasl_fault kinamo_sasl_parse_plain(const char *message, size_t length,
                                               struct kinamo_span *authzid_r,
                                               struct kinamo_span *user_r,
                                               struct kinamo_span *password_r);

/* Check a CRAM-MD5 response, user SP digest with lower-case digits (RFC 2195 2); on anything but
   GOOD as above. */
enum kinamo_sasl_fault kinamo_sasl_parse_cram(const char *message, size_t length,
                                              struct kinamo_span *user_r);

/* Whether this user may be asked about: bounds, characters and, if address_required, the form of
   a complete address. */
enum kinamo_sasl_fault kinamo_sasl_check_user(const struct kinamo_span *user,
                                              bool address_required);

/* Whether authzid is empty or the same as user. */
enum kinamo_sasl_fault kinamo_sasl_check_authzid(const struct kinamo_span *authzid,
                                                 const struct kinamo_span *user);

#endif
