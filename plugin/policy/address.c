/* Complete e-mail addresses. */
#include <string.h>

#include "kinamo/address.h"

/* RFC 1035 2.3.4 */
#define MAX_LABEL 63

/* The ctype functions depend on the locale; whether a login is accepted must not. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

static bool is_atext(char c)
{
    return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool is_dot_atom(const char *text, size_t length)
{
    bool after_dot = true;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' ? after_dot : !is_atext(text[i])) {
            return false;
        }
        after_dot = text[i] == '.';
    }
    return !after_dot;
}

static bool is_label(const char *text, size_t length)
{
    if (length == 0 || length > MAX_LABEL || text[0] == '-' || text[length - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_alnum(text[i]) && text[i] != '-') {
            return false;
        }
    }
    return true;
}

static bool is_number(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
    }
    return true;
}

static bool is_domain(const char *text, size_t length)
{
    unsigned int labels = 0;
    const char *label = text;
    const char *end = text + length;

    for (;;) {
        const char *dot = memchr(label, '.', (size_t)(end - label));
        size_t label_length = (size_t)((dot == NULL ? end : dot) - label);

        if (!is_label(label, label_length)) {
            return false;
        }
        labels++;
        if (dot == NULL) {
            return labels >= 2 && !is_number(label, label_length);
        }
        label = dot + 1;
    }
}

bool kinamo_address_is_complete(const char *text, size_t length)
{
    const char *at;
    size_t local;

    if (length == 0 || length > KINAMO_ADDRESS_MAX) {
        return false;
    }
    at = memchr(text, '@', length);
    if (at == NULL) {
        return false;
    }
    local = (size_t)(at - text);
    return local <= KINAMO_ADDRESS_MAX_LOCAL && is_dot_atom(text, local) &&
           is_domain(at + 1, length - local - 1);
}
