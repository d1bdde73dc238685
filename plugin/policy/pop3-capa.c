/* Edits of the answer to CAPA: EXPIRE comes in (RFC 2449 6.7), others go. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kinamo/pop3-capa.h"
#include "kinamo/settings.h"

#define END "\r\n.\r\n"

static bool begins(const char *text, size_t length, const char *word)
{
    return length >= strlen(word) && strncasecmp(text, word, strlen(word)) == 0;
}

/* A message may contain anything, but never a line with a single dot: it is stuffed. */
static bool is_capa_reply(const char *reply, size_t length)
{
    return begins(reply, length, "+OK") && length >= strlen("+OK" END) &&
           memcmp(reply + length - strlen(END), END, strlen(END)) == 0;
}

static bool is_line_of(const char *name, const char *line, size_t length)
{
    return begins(line, length, name) &&
           (length == strlen(name) || strchr(" \r", line[strlen(name)]) != NULL);
}

static int expire_line(uint64_t expire, bool user, char line[KINAMO_POP3_CAPA_ROOM])
{
    const char *token = user ? " USER" : "";

    if (expire == KINAMO_EXPIRE_NEVER) {
        return snprintf(line, KINAMO_POP3_CAPA_ROOM, "EXPIRE NEVER%s\r\n", token);
    }
    return snprintf(line, KINAMO_POP3_CAPA_ROOM, "EXPIRE %" PRIu64 "%s\r\n", expire, token);
}

size_t kinamo_pop3_capa_expire(const char *reply, size_t length, uint64_t expire, bool user,
                               char *buffer, size_t size)
{
    char line[KINAMO_POP3_CAPA_ROOM];
    size_t used = 0;
    size_t added;

    if (expire == KINAMO_EXPIRE_UNSET || !is_capa_reply(reply, length)) {
        return 0;
    }
    added = (size_t)expire_line(expire, user, line);
    if (length + added > size) {
        return 0;
    }
    for (size_t at = 0; at < length - strlen(".\r\n");) {
        const char *end = memchr(reply + at, '\n', length - at);
        size_t count = (size_t)(end - (reply + at)) + 1;

        if (!is_line_of("EXPIRE", reply + at, count)) {
            memcpy(buffer + used, reply + at, count);
            used += count;
        }
        at += count;
    }
    memcpy(buffer + used, line, added);
    memcpy(buffer + used + added, ".\r\n", strlen(".\r\n"));
    return used + added + strlen(".\r\n");
}

static bool is_line_of_any(const char *const *names, const char *line, size_t length)
{
    for (; *names != NULL; names++) {
        if (is_line_of(*names, line, length)) {
            return true;
        }
    }
    return false;
}

size_t kinamo_pop3_capa_drop(const char *reply, size_t length, const char *const *names,
                             char *buffer)
{
    size_t used = 0;

    if (!is_capa_reply(reply, length)) {
        return 0;
    }
    for (size_t at = 0; at < length;) {
        const char *end = memchr(reply + at, '\n', length - at);
        size_t count = (size_t)(end - (reply + at)) + 1;

        if (!is_line_of_any(names, reply + at, count)) {
            memcpy(buffer + used, reply + at, count);
            used += count;
        }
        at += count;
    }
    return used == length ? 0 : used;
}
