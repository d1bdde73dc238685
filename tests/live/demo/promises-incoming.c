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

const TTest *demo_c1(void)
{
    return both_protocols;
}

const TTest *demo_c2(void)
{
    return imap_keeps;
}
