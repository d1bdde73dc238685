/* POP3 removal among other plugins and with the clients that people use. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array)     ((int)(sizeof(array) / sizeof((array)[0])))
#define TRIES             40
#define WAIT_MICROSECONDS 50000
#define HOME              LIVE_MAIL_DIR "/" LIVE_JAN

START_TEST(beside_lazy_expunge_quota_and_mail_log)
{
    struct live *live = live_start(&(struct live_options){
        .dovecot_2_3 = "protocol pop3 {\n  mail_plugins = kinamo_policy pop3_kinamo_policy quota "
                       "lazy_expunge notify mail_log\n}\n"
                       "plugin {\n  quota = count:User\n  quota_vsizes = yes\n"
                       "  quota_rule = *:messages=100\n  lazy_expunge = Expunged\n"
                       "  mail_log_events = expunge\n  mail_log_fields = uid box\n}\n",
        .dovecot_2_4 = "protocol pop3 {\n  mail_plugins {\n    quota = yes\n"
                       "    lazy_expunge = yes\n    notify = yes\n    mail_log = yes\n  }\n}\n"
                       "quota \"User\" {\n  driver = count\n  quota_message_count = 100\n}\n"
                       "lazy_expunge_mailbox = Expunged\n"
                       "mail_log_events {\n  expunge = yes\n}\nmail_log_fields {\n  uid = yes\n"
                       "  box = yes\n}\nmailbox Expunged {\n  auto = create\n}\n",
    });
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 3);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 1);
    talk(conversation, "C: DELE 2\nS: +OK *\n");
    pop3_quit(conversation, "+OK *");
    live_log_wait(live, "expunge: box=INBOX, uid=1");
    live_log_wait(live, "expunge: box=INBOX, uid=2");
    live_log_wait(live, "retrieved=1 removed=1 kept=0");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    pop3_expect_subjects(LIVE_JAN, "Expunged", "1 2 ");
    live_stop(live);
}
END_TEST

#define CREDENTIALS LIVE_JAN ":" LIVE_JAN_PASSWORD

/* Each downloads all it finds, and knows nothing of the server's policy. */
static const struct {
    const char *name, *command;
} clients[] = {
    {"curl", "for n in 1 2 3; do curl -sS --cacert " LIVE_CA " -u " CREDENTIALS
             " pop3s://in.kinamo.be/1 || exit 1; done"},
    {"fetchmail",
     "printf 'poll in.kinamo.be protocol pop3 port 995 user \"" LIVE_JAN
     "\" password \"" LIVE_JAN_PASSWORD "\" ssl sslcertfile " LIVE_CA " keep mda \"cat >>" LIVE_DIR
     "/fetched\"\\n' >" LIVE_DIR "/fetchmailrc && chmod 600 " LIVE_DIR
     "/fetchmailrc && HOME=" LIVE_DIR " fetchmail -f " LIVE_DIR "/fetchmailrc --nosyslog -N"},
    {"fetchmail --fetchall", "printf 'poll in.kinamo.be protocol pop3 port 995 user \"" LIVE_JAN
                             "\" password \"" LIVE_JAN_PASSWORD "\" ssl sslcertfile " LIVE_CA
                             " keep mda \"cat >>" LIVE_DIR "/fetched\"\\n' >" LIVE_DIR
                             "/fetchmailrc && chmod 600 " LIVE_DIR "/fetchmailrc && HOME=" LIVE_DIR
                             " fetchmail -f " LIVE_DIR "/fetchmailrc --nosyslog -N --fetchall"},
    {"mpop",
     "printf 'account a\\nhost in.kinamo.be\\nport 995\\nuser " LIVE_JAN
     "\\npassword " LIVE_JAN_PASSWORD "\\ntls on\\ntls_starttls off\\ntls_trust_file " LIVE_CA
     "\\nkeep on\\nuidls_file " LIVE_DIR "/uidls\\ndelivery mbox " LIVE_DIR
     "/fetched\\naccount default : a\\n' >" LIVE_DIR "/mpoprc && chmod 600 " LIVE_DIR
     "/mpoprc && HOME=" LIVE_DIR " mpop --file=" LIVE_DIR "/mpoprc"},
};

START_TEST(client_leaves_an_empty_mailbox)
{
    struct live *live;
    char *output;
    int status;

    live = live_start(NULL);
    live_deliver_many(LIVE_JAN, 3);
    status = live_run(&output, "%s", clients[_i].command);
    ck_assert_msg(status == 0, "%s: exit status %d: %s", clients[_i].name, status, output);
    free(output);
    for (int i = 0; i < TRIES && live_messages(LIVE_JAN, "INBOX") > 0; i++) {
        (void)usleep(WAIT_MICROSECONDS);
    }
    pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    live_stop(live);
}
END_TEST

/* kill -9 at any moment after QUIT: each message is in one place, or in both. */
START_TEST(killed_while_moving)
{
    static const int waits[] = {0, 1, 2, 3, 5, 8, 12, 20};
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_destination", "Trash"}}});
    char *places;

    live_allow(live, "killed with signal 9");
    for (int i = 0; i < LENGTH(waits); i++) {
        struct talk *conversation;

        (void)live_run(NULL, "for m in INBOX Trash; do doveadm expunge -u " LIVE_JAN
                             " mailbox $m all; done");
        live_deliver_many(LIVE_JAN, 20);
        conversation = pop3_jan();
        pop3_retr(conversation, 1, 20);
        pop3_write(conversation, "QUIT|");
        (void)usleep((unsigned int)waits[i] * 1000);
        (void)live_kill("pop3", SIGKILL);
        ck_assert(live_wait_gone("pop3"));
        live_remove_locks(LIVE_JAN);
        talk_close(conversation);
        places = live_must("for m in INBOX Trash; do doveadm -f flow fetch -u " LIVE_JAN
                           " hdr.subject mailbox $m; done | sort -u | wc -l");
        ck_assert_msg(strtol(places, NULL, 10) == 20,
                      "killed after %d ms: got %s messages, want 20", waits[i], places);
        free(places);
    }
    live_stop(live);
}
END_TEST

START_TEST(full_disk)
{
    static const char *const destinations[] = {"", "Trash"};
    struct live *live = live_start(&(struct live_options){
        .mail_format = "sdbox",
        .settings = {{"kinamo_pop3_destination", destinations[_i]}},
    });
    struct talk *conversation;
    char *left;
    const char *reply;

    live_allow(live, "No space left|not_copied|destination_failed|not_removed|not_locked|out of");
    free(live_must("mkdir -p " HOME " && mount -t tmpfs -o size=400k,uid=5000,gid=5000,mode=700 "
                   "tmpfs " HOME));
    live_deliver_many(LIVE_JAN, 3);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 3);
    (void)live_run(NULL, "dd if=/dev/zero of=" HOME "/fill bs=4k 2>/dev/null");
    talk(conversation, "C: QUIT\n");
    reply = talk_line(conversation);
    ck_assert_ptr_nonnull(reply);
    left = strdup(reply);
    talk_close(conversation);
    free(live_must("rm " HOME "/fill"));
    if (left[0] == '+') {
        pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    } else {
        ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 3);
    }
    free(left);
    live_stop(live);
    free(live_must("umount " HOME));
}
END_TEST

START_TEST(maildrop_gone)
{
    struct live *live = live_start(&(struct live_options){.mail_format = "sdbox"});
    struct talk *conversation;

    live_allow(live, "sdbox|index|INBOX|Mailbox|mailbox|cause=not_removed");
    live_deliver_many(LIVE_JAN, 2);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    free(live_must("rm -r " HOME "/sdbox/mailboxes/INBOX"));
    talk(conversation, "C: QUIT\nS: -ERR *\n");
    talk_close(conversation);
    live_log_wait(live, "retrieved=2 removed=0 kept=2");
    live_stop(live);
}
END_TEST

Suite *pop3_company_suite(void)
{
    Suite *suite = suite_create("pop3-company");
    TCase *tcase = tcase_create("pop3-company");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, beside_lazy_expunge_quota_and_mail_log);
    tcase_add_loop_test(tcase, client_leaves_an_empty_mailbox, 0, LENGTH(clients));
    tcase_add_test(tcase, killed_while_moving);
    tcase_add_loop_test(tcase, full_disk, 0, 2);
    tcase_add_test(tcase, maildrop_gone);
    suite_add_tcase(suite, tcase);
    return suite;
}
