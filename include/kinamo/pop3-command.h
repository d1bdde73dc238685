/* The few POP3 commands that retention must know, as the client sent them. */
#ifndef KINAMO_POP3_COMMAND_H
#define KINAMO_POP3_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kinamo_pop3_verb {
    KINAMO_POP3_OTHER,
    KINAMO_POP3_RETR,
    KINAMO_POP3_TOP,
    KINAMO_POP3_RSET,
    KINAMO_POP3_QUIT,
};

struct kinamo_pop3_command {
    enum kinamo_pop3_verb verb;
    uint32_t message; /* RETR and TOP: the message number, 0 if it is none */
    uint64_t lines;   /* TOP: how many lines of the body, UINT64_MAX if that many or more */
};

/* Recognize one command line, given without its line end, as Dovecot reads it: a NUL ends it, the
   verb ends at the first space, further spaces before an argument do not matter. */
struct kinamo_pop3_command kinamo_pop3_command_parse(const char *line, size_t length);

/* Whether data, which a client sent and nobody has executed yet, contains QUIT. Part of a line at
   the end that may become QUIT counts. */
bool kinamo_pop3_quit_received(const char *data, size_t size);

#endif
