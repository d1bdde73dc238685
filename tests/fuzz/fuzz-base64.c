/* Base64: what decodes is canonical, so encoding it again gives the same text. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t room = KINAMO_BASE64_LENGTH(size) + 1;
    char *encoded = malloc(room);
    unsigned char *decoded = malloc(room);
    size_t length;

    CLAIM(encoded != NULL && decoded != NULL);
    CLAIM(kinamo_base64_encode(encoded, room, data, size) == room - 1);
    CLAIM(kinamo_base64_decode(decoded, size, &length, encoded, room - 1));
    CLAIM(length == size && memcmp(decoded, data, size) == 0);
    if (kinamo_base64_decode(decoded, room, &length, (const char *)data, size)) {
        CLAIM(kinamo_base64_encode(encoded, room, decoded, length) == size);
        CLAIM(memcmp(encoded, data, size) == 0);
    }
    free(decoded);
    free(encoded);
    return 0;
}
