/* POP3: the message that announces the removal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void fetch_first(void)
{
    struct talk *conversation = pop3_jan();

    pop3_retr(conversation, 1, 1);
    pop3_quit(conversation, "+OK Logging out.");
}

/* In warn the user is told by a message, once, in the own language; nothing is removed. */
START_TEST(warn_tells_once)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_mode", "warn"}, {"kinamo_language", "nl"}},
    });
    char *notice;

    live_deliver_many(LIVE_JAN, 1);
    for (int session = 1; session <= 2; session++) {
        fetch_first();
        live_log_wait(live, session == 1 ? "event=kinamo_pop3_notice user=" LIVE_JAN " result=sent"
                                         : "event=kinamo_pop3_notice user=" LIVE_JAN
                                           " result=suppressed");
    }
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 2);
    notice = live_must("doveadm fetch -u " LIVE_JAN " text mailbox INBOX header Auto-Submitted "
                       "auto-generated");
    ck_assert_msg(strstr(notice, "Uw mail via POP3 wordt binnenkort van de server verwijderd") !=
                      NULL,
                  "got %s", notice);
    free(notice);
    live_stop(live);
}
END_TEST

#define JAN_HOME LIVE_MAIL_DIR "/" LIVE_JAN

/* A message that could not be saved is tried again after a minute. */
static const struct {
    const char *name, *break_it, *mend_it, *next;
} failures[] = {
    {"the state cannot be written", "chown root " JAN_HOME " && chmod 755 " JAN_HOME,
     "chown 5000 " JAN_HOME, "sent"},
    {"INBOX takes no message", "chmod 500 " JAN_HOME "/Maildir/tmp",
     "chmod 700 " JAN_HOME "/Maildir/tmp", "suppressed"},
};

/* The session does not notice; a line says what to mend, and the user is told later. */
START_TEST(warn_cannot_tell)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_mode", "warn"}}});
    char line[160];

    live_allow(live, "Error: ");
    live_deliver_many(LIVE_JAN, 1);
    free(live_must("%s", failures[_i].break_it));
    fetch_first();
    live_log_wait(live, "event=kinamo_notice_failed user=" LIVE_JAN
                        " notice=pop3-removal error=*cure=\"check the dict kinamo_state");
    live_log_wait(live, "event=kinamo_pop3_notice user=" LIVE_JAN " result=failed");
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 1);
    free(live_must("%s", failures[_i].mend_it));
    fetch_first();
    (void)snprintf(line, sizeof(line), "event=kinamo_pop3_notice user=" LIVE_JAN " result=%s",
                   failures[_i].next);
    live_log_wait(live, line);
    live_stop(live);
}
END_TEST

static const struct {
    const char *name, *before;
    int messages; /* after the next session */
} unfinished[] = {
    {"the notice was saved", "true", 2},
    {"it was not",
     "doveadm expunge -u " LIVE_JAN " mailbox INBOX header Auto-Submitted "
     "auto-generated",
     2},
};

/* A process claimed the notice and was killed before it could say how it ended, some minutes ago:
   the user is told once, and not never. */
START_TEST(warn_was_killed)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_mode", "warn"}}});

    live_deliver_many(LIVE_JAN, 1);
    fetch_first();
    live_log_wait(live, "event=kinamo_pop3_notice user=" LIVE_JAN " result=sent");
    free(live_must("%s; sed -i -E \"s/:100:[0-9]+:s/:100:$(($(date +%%s) - 400)):p/\" " JAN_HOME
                   "/.kinamo-policy && grep -q :100:.*:p " JAN_HOME "/.kinamo-policy",
                   unfinished[_i].before));
    for (int session = 0; session < 2; session++) {
        fetch_first();
        live_log_wait_times(live,
                            "event=kinamo_pop3_notice user=" LIVE_JAN " result=", session + 2);
    }
    ck_assert_msg(live_messages(LIVE_JAN, "INBOX") == unfinished[_i].messages,
                  "%s: messages: got %d, want %d", unfinished[_i].name,
                  live_messages(LIVE_JAN, "INBOX"), unfinished[_i].messages);
    live_stop(live);
}
END_TEST

Suite *pop3_notice_suite(void)
{
    Suite *suite = suite_create("pop3-notice");
    TCase *tcase = tcase_create("pop3-notice");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, warn_tells_once);
    tcase_add_loop_test(tcase, warn_cannot_tell, 0, LENGTH(failures));
    tcase_add_loop_test(tcase, warn_was_killed, 0, LENGTH(unfinished));
    suite_add_tcase(suite, tcase);
    return suite;
}
