/* POP3: what was downloaded is removed, and nothing else ever (promises C4, C5). */
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *const formats[] = {"maildir", "sdbox", "mdbox", "mbox"};

START_TEST(retrieved_messages_go_at_quit)
{
    struct live *live = live_start(&(struct live_options){.mail_format = formats[_i]});
    struct talk *first;

    live_deliver_many(LIVE_JAN, 5);
    first = pop3_jan();
    talk(first, "C: STAT\nS: +OK 5 *\n");
    pop3_retr(first, 1, 2);
    pop3_retr(first, 4, 4);
    pop3_quit(first, "+OK Logging out, messages deleted.");
    live_log_wait(live, "retr=3/*, del=3/*,");
    live_log_wait(live, "event=kinamo_pop3_quit user=" LIVE_JAN
                        " mode=enforce retrieved=3 removed=3 kept=0");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 5 ");
    /* The second device, over POP3 and over IMAP. */
    talk_once("pop3s", "S: +OK *\nC: USER " LIVE_JAN "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD
                       "\nS: +OK *\nC: STAT\nS: +OK 2 *\nC: QUIT\nS: +OK Logging out.\nEOF\n");
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n"
                       "C: 2 STATUS INBOX (MESSAGES)\nS: * STATUS INBOX (MESSAGES 2)\nS: 2 OK *\n");
    live_stop(live);
}
END_TEST

Suite *pop3_removal_suite(void)
{
    Suite *suite = suite_create("pop3-removal");
    TCase *tcase = tcase_create("pop3-removal");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, retrieved_messages_go_at_quit, 0, LENGTH(formats));
    suite_add_tcase(suite, tcase);
    return suite;
}
