/* Messages of SASL clients: parsing and policy. */
#include <string.h>

#include "kinamo/address.h"
#include "kinamo/sasl-message.h"

const char *kinamo_sasl_fault_name(enum kinamo_sasl_fault fault)
{
    static const char *const names[] = {
        [KINAMO_SASL_GOOD] = "",
        [KINAMO_SASL_MALFORMED] = "malformed",
        [KINAMO_SASL_TOO_LONG] = "too-long",
        [KINAMO_SASL_BAD_USER] = "bad-user",
        [KINAMO_SASL_NO_ADDRESS] = "no-address",
        [KINAMO_SASL_OTHER_AUTHZID] = "other-authzid",
        [KINAMO_SASL_NO_PASSWORD] = "no-password",
    };

    return names[fault];
}

enum kinamo_sasl_fault kinamo_sasl_parse_plain(const char *message, size_t length,
                                               struct kinamo_span *authzid_r,
                                               struct kinamo_span *user_r,
                                               struct kinamo_span *password_r)
{
    static const struct kinamo_span empty = {.text = ""};
    struct kinamo_span *part[3];
    const char *end = message + length;

    *(part[0] = authzid_r) = empty;
    *(part[1] = user_r) = empty;
    *(part[2] = password_r) = empty;
    for (size_t i = 0; i < 3; i++) {
        const char *separator = length == 0 ? NULL : memchr(message, '\0', (size_t)(end - message));

        /* Two separators, no more and no less. */
        if ((separator == NULL) != (i == 2)) {
            return KINAMO_SASL_MALFORMED;
        }
        part[i]->text = message;
        part[i]->length = (size_t)((separator == NULL ? end : separator) - message);
        message = separator == NULL ? end : separator + 1;
    }
    if (password_r->length == 0) {
        return KINAMO_SASL_NO_PASSWORD;
    }
    return password_r->length > KINAMO_SASL_MAX_PASSWORD ? KINAMO_SASL_TOO_LONG : KINAMO_SASL_GOOD;
}

static bool is_digest(const char *text)
{
    for (size_t i = 0; i < KINAMO_SASL_CRAM_DIGEST; i++) {
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'))) {
            return false;
        }
    }
    return true;
}

enum kinamo_sasl_fault kinamo_sasl_parse_cram(const char *message, size_t length,
                                              struct kinamo_span *user_r)
{
    size_t user_length;

    *user_r = (struct kinamo_span){.text = ""};
    if (length < KINAMO_SASL_CRAM_DIGEST + 1) {
        return KINAMO_SASL_MALFORMED;
    }
    user_length = length - KINAMO_SASL_CRAM_DIGEST - 1;
    if (message[user_length] != ' ') {
        return KINAMO_SASL_MALFORMED;
    }
    user_r->text = message;
    user_r->length = user_length;
    return is_digest(message + user_length + 1) ? KINAMO_SASL_GOOD : KINAMO_SASL_MALFORMED;
}

enum kinamo_sasl_fault kinamo_sasl_check_user(const struct kinamo_span *user, bool address_required)
{
    if (user->length > KINAMO_SASL_MAX_USER) {
        return KINAMO_SASL_TOO_LONG;
    }
    if (user->length == 0) {
        return KINAMO_SASL_BAD_USER;
    }
    for (size_t i = 0; i < user->length; i++) {
        unsigned char c = (unsigned char)user->text[i];

        if (c < 0x20 || c == 0x7f) {
            return KINAMO_SASL_BAD_USER;
        }
    }
    if (address_required && !kinamo_address_is_complete(user->text, user->length)) {
        return KINAMO_SASL_NO_ADDRESS;
    }
    return KINAMO_SASL_GOOD;
}

enum kinamo_sasl_fault kinamo_sasl_check_authzid(const struct kinamo_span *authzid,
                                                 const struct kinamo_span *user)
{
    if (authzid->length == 0 ||
        (authzid->length == user->length && memcmp(authzid->text, user->text, user->length) == 0)) {
        return KINAMO_SASL_GOOD;
    }
    return KINAMO_SASL_OTHER_AUTHZID;
}
