/* Lines of Dovecot's auth-client protocol: writing requests, reading replies. Pure. */
#ifndef KINAMO_AUTH_LINE_H
#define KINAMO_AUTH_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Dovecot takes lines of 8192 bytes; our bounded messages need far less. */
#define AUTH_LINE_SIZE 4096

/* A request under construction. One that did not fit is marked and must not be sent. */
struct auth_line {
    char text[AUTH_LINE_SIZE];
    size_t length;
    bool overflow;
};

/* Start a request: "<command> TAB <id>". */
void auth_line_start(struct auth_line *line, const char *command, uint32_t id);
/* Append TAB and a word of ours. */
void auth_line_word(struct auth_line *line, const char *word);
/* Append TAB, key, "=" and the value with Dovecot's escapes; a NULL or empty value adds nothing. */
void auth_line_field(struct auth_line *line, const char *key, const char *value);
/* Append TAB, key (may be "") and the base64 of data. */
void auth_line_base64(struct auth_line *line, const char *key, const void *data, size_t length);
/* End the line. Returns whether it may be sent. */
bool auth_line_finish(struct auth_line *line);
/* Wipe it: it may hold a password. */
void auth_line_wipe(struct auth_line *line);

enum auth_reply_kind {
    AUTH_REPLY_OTHER, /* not a reply to a request */
    AUTH_REPLY_OK,
    AUTH_REPLY_FAIL,
    AUTH_REPLY_CONTINUE,
    AUTH_REPLY_GARBAGE, /* looks like a reply and is none */
};

struct auth_reply {
    enum auth_reply_kind kind;
    uint32_t id;
    const char *user;      /* user= of OK or FAIL without escapes, or NULL */
    const char *code;      /* code= of FAIL, or NULL */
    const char *challenge; /* base64 of CONT */
    bool nologin;          /* OK, but this user may not log in */
    bool temporary;        /* FAIL without a judgement about the password */
};

/* Take a line (without its newline) apart, in place: reply points into line. */
void auth_reply_parse(char *line, struct auth_reply *reply);

/* Decimal digits only, up to UINT32_MAX. */
bool auth_parse_number(const char *text, uint32_t *number_r);

/* The next TAB-separated word of *line, which moves on; NULL at the end. */
char *auth_next_word(char **line);

#endif
