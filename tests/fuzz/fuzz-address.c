/* Addresses: never a byte past the end, and what is accepted is harmless. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size == 0 ? 1 : size);

    CLAIM(text != NULL);
    (void)memcpy(text, data, size);
    if (kinamo_address_is_complete(text, size)) {
        CLAIM(size <= 254 && memchr(text, '@', size) != NULL);
        for (size_t i = 0; i < size; i++) {
            CLAIM(text[i] > ' ' && text[i] < 0x7f && text[i] != '"' && text[i] != '\\');
        }
    }
    free(text);
    return 0;
}
