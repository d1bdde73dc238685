/* UTF-8. */
#include <stdint.h>

#include "kinamo/utf8.h"

#define LONGEST 4

/* How many bytes a sequence has that begins so; 0: none begins so. */
static size_t length_of(unsigned char lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc0) {
        return 0;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? LONGEST : 0;
}

static bool is_character(const unsigned char *bytes, size_t length)
{
    static const uint32_t least[LONGEST + 1] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t character = length == 1 ? bytes[0] : bytes[0] & (0x7fU >> length);

    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return false;
        }
        character = character << 6 | (bytes[i] & 0x3fU);
    }
    return character >= least[length] && character <= 0x10ffff &&
           (character < 0xd800 || character > 0xdfff);
}

bool kinamo_utf8_is_valid(const char *text, size_t length)
{
    const unsigned char *position = (const unsigned char *)text;
    size_t left = length;

    while (left > 0) {
        size_t size = length_of(*position);

        if (size == 0 || size > left || !is_character(position, size)) {
            return false;
        }
        position += size;
        left -= size;
    }
    return true;
}
