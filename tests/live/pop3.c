/* Shared by the tests of POP3 retention. */
#include <stdlib.h>
#include <string.h>

#include "pop3.h"

struct talk *pop3_login(const char *user, const char *password)
{
    struct talk *conversation = talk_open("pop3s");

    talkf(conversation, "S: +OK *\nC: USER %s\nS: +OK*\nC: PASS %s\nS: +OK Logged in.\n", user,
          password);
    return conversation;
}

void pop3_retr(struct talk *conversation, int first, int last)
{
    for (int n = first; n <= last; n++) {
        talkf(conversation, "C: RETR %d\nS: +OK *\nS* .\n", n);
    }
}

void pop3_write(struct talk *conversation, const char *text)
{
    char data[512];
    size_t used = 0;

    for (; *text != '\0'; text++) {
        ck_assert_uint_lt(used + 2, sizeof(data));
        if (*text == '|') {
            data[used++] = '\r';
            data[used++] = '\n';
        } else if (*text != '\n') {
            data[used++] = *text;
        }
    }
    talk_send(conversation, data, used);
}

void pop3_quit(struct talk *conversation, const char *reply)
{
    talkf(conversation, "C: QUIT\nS: %s\nEOF\n", reply);
    talk_close(conversation);
}

void pop3_expect_subjects(const char *user, const char *mailbox, const char *want)
{
    char *got = live_must("doveadm -f flow fetch -u '%s' hdr.subject mailbox '%s' | "
                          "sed 's/.*subject=//' | sort -n | tr '\\n' ' '",
                          user, mailbox);

    ck_assert_msg(strcmp(got, want) == 0, "%s of %s: got \"%s\", want \"%s\"", mailbox, user, got,
                  want);
    free(got);
}
