/* The few POP3 commands that retention must know, as the client sent them. */
#include <string.h>
#include <strings.h>

#include "kinamo/pop3-command.h"

static const struct {
    const char *name;
    enum kinamo_pop3_verb verb;
} verbs[] = {
    {"RETR", KINAMO_POP3_RETR},
    {"TOP", KINAMO_POP3_TOP},
    {"RSET", KINAMO_POP3_RSET},
    {"QUIT", KINAMO_POP3_QUIT},
};

static enum kinamo_pop3_verb find_verb(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strlen(verbs[i].name) == length && strncasecmp(verbs[i].name, word, length) == 0) {
            return verbs[i].verb;
        }
    }
    return KINAMO_POP3_OTHER;
}

/* Reads spaces and digits at *at and leaves it behind them; false if there is no digit. Too large a
   number is UINT64_MAX. */
static bool read_number(const char *line, size_t length, size_t *at, uint64_t *number_r)
{
    size_t start;

    while (*at < length && line[*at] == ' ') {
        (*at)++;
    }
    start = *at;
    *number_r = 0;
    for (; *at < length && line[*at] >= '0' && line[*at] <= '9'; (*at)++) {
        uint64_t digit = (uint64_t)(line[*at] - '0');

        *number_r = *number_r > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *number_r * 10 + digit;
    }
    return *at > start;
}

struct kinamo_pop3_command kinamo_pop3_command_parse(const char *line, size_t length)
{
    struct kinamo_pop3_command command = {.verb = KINAMO_POP3_OTHER};
    const char *space;
    uint64_t number;
    size_t at;

    length = strnlen(line, length);
    space = memchr(line, ' ', length);
    at = space == NULL ? length : (size_t)(space - line);
    command.verb = find_verb(line, at);
    if (command.verb != KINAMO_POP3_RETR && command.verb != KINAMO_POP3_TOP) {
        return command;
    }
    if (read_number(line, length, &at, &number) && number <= UINT32_MAX) {
        command.message = (uint32_t)number;
    }
    if (command.verb == KINAMO_POP3_TOP) {
        (void)read_number(line, length, &at, &command.lines);
    }
    return command;
}

static bool may_become_quit(const char *part, size_t length)
{
    static const char quit[] = "QUIT";
    size_t count = length < strlen(quit) ? length : strlen(quit);

    return count > 0 && strncasecmp(part, quit, count) == 0;
}

bool kinamo_pop3_quit_received(const char *data, size_t size)
{
    while (size > 0) {
        const char *end = memchr(data, '\n', size);
        size_t length;

        if (end == NULL) {
            return may_become_quit(data, size);
        }
        length = (size_t)(end - data);
        if (length > 0 && data[length - 1] == '\r') {
            length--;
        }
        if (may_become_quit(data, length) &&
            kinamo_pop3_command_parse(data, length).verb == KINAMO_POP3_QUIT) {
            return true;
        }
        size -= (size_t)(end - data) + 1;
        data = end + 1;
    }
    return false;
}
