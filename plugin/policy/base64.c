/* Base64. */
#include <stdint.h>

#include "kinamo/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t kinamo_base64_encode(char *out, size_t size, const void *data, size_t length)
{
    const unsigned char *in = data;
    char *p = out;

    if (size <= KINAMO_BASE64_LENGTH(length)) {
        return 0;
    }
    for (; length > 0; in += 3) {
        size_t n = length < 3 ? length : 3;
        uint32_t group = (uint32_t)in[0] << 16;

        group |= n > 1 ? (uint32_t)in[1] << 8 : 0;
        group |= n > 2 ? in[2] : 0;
        p[0] = alphabet[group >> 18];
        p[1] = alphabet[group >> 12 & 63];
        p[2] = p[3] = '=';
        if (n > 1) {
            p[2] = alphabet[group >> 6 & 63];
        }
        if (n > 2) {
            p[3] = alphabet[group & 63];
        }
        p += 4;
        length -= n;
    }
    *p = '\0';
    return (size_t)(p - out);
}

static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The first n (2 to 4) characters of a group of four. */
static bool group_value(const char *text, size_t n, uint32_t *group_r)
{
    uint32_t group = 0;

    for (size_t i = 0; i < 4; i++) {
        int value = i < n ? digit_value(text[i]) : 0;

        if (value < 0) {
            return false;
        }
        group = group << 6 | (uint32_t)value;
    }
    *group_r = group;
    /* RFC 4648 3.5: bits that encode nothing are zero. */
    return (group & (n == 2 ? 0xffff : n == 3 ? 0xff : 0)) == 0;
}

bool kinamo_base64_decode(void *out, size_t size, size_t *length_r, const char *text, size_t length)
{
    unsigned char *p = out;

    *length_r = 0;
    if (length % 4 != 0) {
        return false;
    }
    for (; length > 0; text += 4, length -= 4) {
        size_t digits = 4;
        uint32_t group;

        if (length == 4 && text[3] == '=') {
            digits = text[2] == '=' ? 2 : 3;
        }
        if (!group_value(text, digits, &group) || size - *length_r < digits - 1) {
            return false;
        }
        for (size_t i = 0; i < digits - 1; i++) {
            p[(*length_r)++] = (unsigned char)(group >> (16 - 8 * i));
        }
    }
    return true;
}
