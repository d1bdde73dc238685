/* Replies of the auth service, however garbled: no acceptance without OK, our id and a name. */
#include "tests/fuzz/fuzz.h"

#include "plugin/sasl/auth-line.h"

static void look(const char *text)
{
    CLAIM(text == NULL || strlen(text) < SIZE_MAX / 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = fuzz_text(data, size);
    bool begins_ok = strncmp(line, "OK\t", 3) == 0;
    struct auth_reply reply;

    auth_reply_parse(line, &reply);
    CLAIM(reply.kind != AUTH_REPLY_OK || begins_ok);
    look(reply.user);
    look(reply.code);
    look(reply.challenge);
    free(line);
    return 0;
}
