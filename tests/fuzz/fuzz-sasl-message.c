/* PLAIN and CRAM-MD5 messages of clients: the spans lie within, and what passes is bounded. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/sasl-message.h"

static void within(const struct kinamo_span *span, const char *text, size_t size)
{
    CLAIM(span->length == 0 || (span->text >= text && span->text + span->length <= text + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size == 0 ? 1 : size);
    struct kinamo_span authzid;
    struct kinamo_span user;
    struct kinamo_span password;

    CLAIM(text != NULL);
    (void)memcpy(text, data, size);
    if (kinamo_sasl_parse_plain(text, size, &authzid, &user, &password) == KINAMO_SASL_GOOD) {
        CLAIM(password.length > 0);
    }
    within(&authzid, text, size);
    within(&user, text, size);
    within(&password, text, size);
    if (kinamo_sasl_check_user(&user, false) == KINAMO_SASL_GOOD) {
        CLAIM(user.length > 0 && memchr(user.text, '\0', user.length) == NULL);
    }
    (void)kinamo_sasl_check_authzid(&authzid, &user);
    if (kinamo_sasl_parse_cram(text, size, &user) == KINAMO_SASL_GOOD) {
        CLAIM(user.length + 33 == size);
    }
    within(&user, text, size);
    free(text);
    return 0;
}
