/* The promises about in.kinamo.be. */
#include "kinamo-config.h"

#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define CURL "curl -sS --cacert " LIVE_CA " -u " LIVE_JAN ":" LIVE_JAN_PASSWORD " "

static const char *const letter = "From: eva@klant.example\nTo: jan@klant.example\n"
                                  "Subject: Lunch\n\nAt noon?\n";

START_TEST(both_protocols)
{
    struct live *live = live_start(NULL);
    char *imap;
    char *pop3;

    live_deliver(LIVE_JAN, letter);
    imap = live_must(CURL "'imaps://in.kinamo.be/INBOX;UID=1'");
    pop3 = live_must(CURL "'pop3s://in.kinamo.be/1'");
    ck_assert_msg(strstr(imap, "At noon?") != NULL, "IMAP fetched: %s", imap);
    ck_assert_msg(strstr(pop3, "At noon?") != NULL, "POP3 fetched: %s", pop3);
    evidence("curl fetched the same letter from imaps://in.kinamo.be and pop3s://in.kinamo.be");
    free(imap);
    free(pop3);
    live_stop(live);
}
END_TEST

START_TEST(imap_keeps)
{
    struct live *live = live_start(NULL);
    int left;

    live_deliver_many(LIVE_JAN, 3);
    for (int device = 1; device <= 3; device++) {
        char *fetched = live_must(CURL "'imaps://in.kinamo.be/INBOX;UID=[1-3]'");

        ck_assert_msg(strstr(fetched, "This is message 3.") != NULL, "device %d fetched: %s",
                      device, fetched);
        free(fetched);
    }
    left = live_messages(LIVE_JAN, "INBOX");
    ck_assert_msg(left == 3, "3 messages, fetched by 3 devices: got %d left, want 3", left);
    evidence("3 devices fetched 3 messages each over IMAP; %d messages are still there", left);
    live_stop(live);
}
END_TEST

START_TEST(pop3_removes)
{
    struct live *live = live_start(NULL);
    char *fetched;
    int left;

    live_deliver_many(LIVE_JAN, 3);
    /* curl fetches all three in one session and never sends DELE. */
    fetched = live_must(CURL "'pop3s://in.kinamo.be/[1-3]'");
    ck_assert_msg(strstr(fetched, "This is message 3.") != NULL, "fetched: %s", fetched);
    free(fetched);
    left = live_messages(LIVE_JAN, "INBOX");
    ck_assert_msg(left == 0, "3 messages, downloaded over POP3: got %d left, want 0", left);
    evidence("curl downloaded 3 messages, sent no DELE, said QUIT; %d are left", left);
    live_stop(live);
}
END_TEST

START_TEST(pop3_second_device)
{
    struct live *live = live_start(NULL);
    char *first;
    char *second;

    live_deliver_many(LIVE_JAN, 2);
    free(live_must(CURL "'pop3s://in.kinamo.be/[1-2]'"));
    first = live_must(CURL "'imaps://in.kinamo.be/INBOX?ALL'");
    second = live_must(CURL "'pop3s://in.kinamo.be/'");
    ck_assert_msg(strncmp(first, "* SEARCH", 8) == 0 && strpbrk(first, "0123456789") == NULL,
                  "IMAP finds: %s", first);
    ck_assert_msg(strpbrk(second, "0123456789") == NULL, "POP3 lists: %s", second);
    evidence("after one device fetched 2 messages, POP3 lists none and IMAP finds none");
    free(first);
    free(second);
    live_stop(live);
}
END_TEST

START_TEST(complete_address)
{
    /* An account without a domain, so that only the policy can refuse it. */
    struct live *live =
        live_start(&(struct live_options){.users = "jan:{PLAIN}" LIVE_JAN_PASSWORD "::::::\n"});
    char *short_name;
    char *wrong_password;

    (void)live_run(&short_name, "curl -sS --cacert " LIVE_CA " -u jan:" LIVE_JAN_PASSWORD
                                " imaps://in.kinamo.be/");
    (void)live_run(&wrong_password,
                   "curl -sS --cacert " LIVE_CA " -u " LIVE_JAN ":wrong imaps://in.kinamo.be/");
    free(live_must(CURL "imaps://in.kinamo.be/"));
    ck_assert_msg(strcmp(short_name, wrong_password) == 0, "got %s, want %s", short_name,
                  wrong_password);
    short_name[strcspn(short_name, "\r\n")] = '\0';
    evidence(LIVE_JAN " is let in; \"jan\" hears what a wrong password hears: %s", short_name);
    free(short_name);
    free(wrong_password);
    live_stop(live);
}
END_TEST

START_TEST(private_connection)
{
    struct live *live = live_start(NULL);
    struct talk *conversation = talk_open("imap");
    const char *reply;

    free(live_fetch("imaps://in.kinamo.be/", LIVE_JAN, LIVE_JAN_PASSWORD));
    free(live_fetch("imap://in.kinamo.be/", LIVE_JAN, LIVE_JAN_PASSWORD));
    free(live_fetch("pop3s://in.kinamo.be/", LIVE_JAN, LIVE_JAN_PASSWORD));
    free(live_fetch("pop3://in.kinamo.be/", LIVE_JAN, LIVE_JAN_PASSWORD));
    talk(conversation, "S: * OK *LOGINDISABLED*\n"
                       "C: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\n");
    do {
        reply = talk_line(conversation);
        ck_assert_msg(reply != NULL, "the connection ended without a reply");
    } while (strncmp(reply, "1 ", 2) != 0);
    ck_assert_msg(talk_matches("1 NO [PRIVACYREQUIRED] *", reply), "got %s", reply);
    evidence("993, 995, and STARTTLS on 143 and 110 let in; without TLS: %s", reply);
    talk_close(conversation);
    live_stop(live);
}
END_TEST

const TTest *demo_c1(void)
{
    return both_protocols;
}

const TTest *demo_c2(void)
{
    return imap_keeps;
}

const TTest *demo_c4(void)
{
    return pop3_removes;
}

const TTest *demo_c5(void)
{
    return pop3_second_device;
}

const TTest *demo_c6(void)
{
    return complete_address;
}

const TTest *demo_c7(void)
{
    return private_connection;
}
