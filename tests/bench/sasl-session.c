/* A session of a mail program with Postfix. */
#include "kinamo-config.h"

#include <string.h>

#include "sasl-session.h"

static struct talk *greet(bool tls)
{
    struct talk *conversation = talk_open(tls ? "submissions" : "smtp");

    talk(conversation, "S: 220 *\nC: EHLO client.example\nS* 250 *\n");
    return conversation;
}

static void auth_plain(struct talk *conversation, const char *user, const char *password,
                       const char *reply)
{
    char response[SASL_MAX_TEXT];

    sasl_plain_response(response, sizeof(response), user, password);
    talkf(conversation, "C: AUTH PLAIN %s\nS: %s *\n", response, reply);
}

static void auth_cram(struct talk *conversation, const struct sasl_session *session)
{
    char response[SASL_MAX_TEXT];
    const char *line;

    talk(conversation, "C: AUTH CRAM-MD5\n");
    line = talk_line(conversation);
    ck_assert_msg(line != NULL && strncmp(line, "334 ", 4) == 0, "AUTH CRAM-MD5: got %s", line);
    sasl_cram_response(response, sizeof(response), line + 4, session->user, session->password);
    talkf(conversation, "C: %s\nS: 235 *\n", response);
}

void sasl_session_run(int number, const void *data)
{
    const struct sasl_session *session = data;
    struct talk *conversation = greet(session->tls);

    (void)number;
    if (strcmp(session->mechanism, "CRAM-MD5") == 0) {
        auth_cram(conversation, session);
    } else {
        auth_plain(conversation, session->user, session->password, "235");
    }
    talk(conversation, "C: QUIT\nS: 221 *\n");
    talk_close(conversation);
}

void sasl_session_fail(const char *user)
{
    struct talk *conversation = greet(false);

    auth_plain(conversation, user, "wrong", "535");
    talk_close(conversation);
}
