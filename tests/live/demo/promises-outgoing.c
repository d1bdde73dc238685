/* The promises about out.kinamo.be. */
#include "kinamo-config.h"

#include <stdlib.h>
#include <string.h>

#include "demo.h"

/* Jan writes to himself, so that one account serves all that is shown. */
#define SWAKS                                                                                      \
    "swaks --server out.kinamo.be --port 587 --tls --tls-verify --tls-ca-path " LIVE_CA            \
    " --from " LIVE_JAN " --to " LIVE_JAN " --auth-user " LIVE_JAN                                 \
    " --auth-password " LIVE_JAN_PASSWORD " --body 'By %s.' --auth %s"

static void submit(const char *mechanism)
{
    char *conversation = live_must(SWAKS, mechanism, mechanism);

    ck_assert_msg(strstr(conversation, "235 2.7.0 ") != NULL, "%s: %s", mechanism, conversation);
    free(conversation);
}

static void wait_for_mail(struct live *live, int count)
{
    for (int i = 0; i < 100 && live_log_count(live, "saved mail to INBOX") < count; i++) {
        free(live_must("sleep 0.1"));
    }
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), count);
}

START_TEST(port_587_secured)
{
    struct live *live = live_start(&(struct live_options){.postfix = true});
    struct talk *conversation = talk_open("submission");
    char *reply;

    talk(conversation, "S: 220 *\nC: EHLO client.example\nS* 250 *\nC: MAIL FROM:<" LIVE_JAN ">\n");
    reply = strdup(talk_line(conversation));
    talk_close(conversation);
    ck_assert_msg(strncmp(reply, "530 ", 4) == 0, "without TLS: got %s, want 530", reply);
    submit("PLAIN");
    wait_for_mail(live, 1);
    evidence("swaks submitted a letter on 587 with STARTTLS; without TLS: %s", reply);
    free(reply);
    live_stop(live);
}
END_TEST

START_TEST(password_or_challenge)
{
    struct live *live = live_start(&(struct live_options){.postfix = true});
    char *log;
    char *line;

    submit("PLAIN");
    submit("CRAM-MD5");
    wait_for_mail(live, 2);
    log = live_log_text(live);
    line = line_with(log, "result=ok mech=CRAM-MD5");
    ck_assert_msg(*line != '\0', "CRAM-MD5 is not in the log");
    evidence("swaks authenticated with PLAIN and with CRAM-MD5; %s", strstr(line, "kinamo-sasl: "));
    free(line);
    free(log);
    live_stop(live);
}
END_TEST

START_TEST(one_account)
{
    struct live *live = live_start(&(struct live_options){.postfix = true});
    char *imap;
    char *pop3;

    submit("CRAM-MD5");
    wait_for_mail(live, 1);
    imap = live_fetch("imaps://in.kinamo.be/INBOX;UID=1", LIVE_JAN, LIVE_JAN_PASSWORD);
    pop3 = live_fetch("pop3s://in.kinamo.be/1", LIVE_JAN, LIVE_JAN_PASSWORD);
    ck_assert_msg(strstr(imap, "By CRAM-MD5.") != NULL, "IMAP fetched: %s", imap);
    ck_assert_msg(strstr(pop3, "By CRAM-MD5.") != NULL, "POP3 fetched: %s", pop3);
    evidence("the letter that " LIVE_JAN " submitted was read over IMAP and POP3 with the same "
             "password");
    free(imap);
    free(pop3);
    live_stop(live);
}
END_TEST

const TTest *demo_c8(void)
{
    return port_587_secured;
}

const TTest *demo_c9(void)
{
    return password_or_challenge;
}

const TTest *demo_c10(void)
{
    return one_account;
}
