/* Messages of ours: headers and MIME. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kinamo/message.h"

/* RFC 2045 6.7: a line of quoted-printable has at most 76 characters, its "=" included. */
#define QP_LINE 75
/* RFC 2047 2: a line with an encoded word has at most 76 characters; this leaves room for
   "Subject: =?utf-8?Q?" and "?=". */
#define WORD_TEXT 54

struct output {
    char *text;
    size_t size, length;
    bool full;
};

__attribute__((format(printf, 2, 3))) static void put(struct output *output, const char *format,
                                                      ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(output->text + output->length, output->size - output->length, format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= output->size - output->length) {
        output->full = true;
    } else {
        output->length += (size_t)length;
    }
}

static void put_byte(struct output *output, unsigned char c, bool encoded)
{
    if (encoded) {
        put(output, "=%02X", c);
    } else {
        put(output, "%c", c);
    }
}

struct date {
    long long year;
    unsigned int month, day; /* month 0 is January */
};

/* Proleptic Gregorian calendar. Years are counted from March, so that the day that leap years add
   comes last. */
static struct date date_of(long long days)
{
    const long long era_days = 146097; /* 400 years */
    long long since = days + 719468;   /* 1970-01-01 since 0000-03-01 */
    long long era = since / era_days;
    unsigned int day = (unsigned int)(since % era_days);
    unsigned int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    unsigned int in_year = day - (365 * year + year / 4 - year / 100);
    unsigned int month = (5 * in_year + 2) / 153; /* 0 is March */

    return (struct date){
        .year = year + era * 400 + (month >= 10 ? 1 : 0),
        .month = (month + 2) % 12,
        .day = in_year - (153 * month + 2) / 5 + 1,
    };
}

/* Days and months are English in every locale (RFC 5322 3.3). */
static void put_date(struct output *output, int64_t seconds)
{
    static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    long long day = seconds < 0 ? 0 : seconds / 86400;
    unsigned int rest = seconds < 0 ? 0 : (unsigned int)(seconds % 86400);
    struct date date = date_of(day);

    put(output, "Date: %s, %u %s %lld %02u:%02u:%02u +0000\r\n", days[day % 7], date.day,
        months[date.month], date.year, rest / 3600, rest / 60 % 60, rest % 60);
}

static bool is_visible_ascii(unsigned char c)
{
    return c > 0x20 && c < 0x7f;
}

static bool is_dot_atom(const char *text, size_t length)
{
    if (length == 0) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_visible_ascii((unsigned char)text[i]) ||
            strchr("()<>[]:;@\\,\"", text[i]) != NULL) {
            return false;
        }
    }
    return true;
}

/* An address of a domain; what is none becomes the display name of an empty group. */
static void put_address(struct output *output, const char *name, const char *address)
{
    const char *at = strrchr(address, '@');
    size_t local = at == NULL ? 0 : (size_t)(at - address);

    if (at == NULL || !is_dot_atom(at + 1, strlen(at + 1)) || local == 0) {
        put(output, "%s: undisclosed-recipients:;\r\n", name);
        return;
    }
    if (is_dot_atom(address, local)) {
        put(output, "%s: <%s>\r\n", name, address);
        return;
    }
    put(output, "%s: <\"", name);
    for (size_t i = 0; i < local; i++) {
        unsigned char c = (unsigned char)address[i];

        if (is_visible_ascii(c) || c == ' ') {
            put(output, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
        }
    }
    put(output, "\"%s>\r\n", at);
}

static bool is_plain_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (!is_visible_ascii((unsigned char)*text) && *text != ' ') {
            return false;
        }
    }
    return true;
}

static size_t sequence_length(const char *text)
{
    size_t length = 1;

    while (length < 4 && ((unsigned char)text[length] & 0xc0) == 0x80) {
        length++;
    }
    return length;
}

/* Encoded words never split a character (RFC 2047 5). */
static void put_encoded(struct output *output, const char *text)
{
    size_t used = 0;

    put(output, "=?utf-8?Q?");
    while (*text != '\0') {
        size_t length = sequence_length(text);

        if (used + length * 3 > WORD_TEXT) {
            put(output, "?=\r\n =?utf-8?Q?");
            used = 0;
        }
        for (size_t i = 0; i < length; i++, text++) {
            unsigned char c = (unsigned char)*text;

            if (c == ' ') {
                put(output, "_");
            } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
                put(output, "%c", c);
            } else {
                put(output, "=%02X", c);
            }
        }
        used += length * 3;
    }
    put(output, "?=");
}

static void put_subject(struct output *output, const char *subject)
{
    put(output, "Subject: ");
    if (is_plain_text(subject) && strlen(subject) < 60 && strstr(subject, "=?") == NULL) {
        put(output, "%s", subject);
    } else {
        put_encoded(output, subject);
    }
    put(output, "\r\n");
}

static void put_quoted_printable(struct output *output, const char *text)
{
    size_t column = 0;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        bool last = text[1] == '\0' || text[1] == '\n';
        bool plain = c != '=' && (is_visible_ascii(c) || (c == ' ' && !last));
        /* "From " and "." at the start of a line are touched by mbox and SMTP. */
        bool start = column == 0 && (c == 'F' || c == '.');
        size_t width = plain && !start ? 1 : 3;

        if (c == '\n') {
            put(output, "\r\n");
            column = 0;
            continue;
        }
        if (column + width > QP_LINE) {
            put(output, "=\r\n");
            column = 0;
        }
        put_byte(output, c, width == 3);
        column += width;
    }
    if (column > 0) {
        put(output, "\r\n");
    }
}

/* What may stand in Message-ID and Content-Language; the rest is dropped. */
static void put_token(struct output *output, const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_visible_ascii((unsigned char)*text) && strchr("<>()\\\"", *text) == NULL) {
            put_byte(output, (unsigned char)*text, false);
        }
    }
}

size_t kinamo_message_compose(const struct kinamo_message *message, char *out, size_t size)
{
    struct output output = {.text = out, .size = size};

    if (size > 0) {
        out[0] = '\0';
    }
    put_date(&output, message->date);
    put_address(&output, "From", message->from);
    put_address(&output, "To", message->to);
    put_subject(&output, message->subject);
    put(&output, "Message-ID: <");
    put_token(&output, message->id);
    put(&output, ">\r\nAuto-Submitted: auto-generated\r\n");
    if (message->important) {
        put(&output, "Importance: high\r\nX-Priority: 1\r\n");
    }
    put(&output, "Content-Language: ");
    put_token(&output, message->language);
    put(&output, "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                 "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    put_quoted_printable(&output, message->body);
    return output.full ? 0 : output.length;
}
