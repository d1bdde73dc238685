/* POP3: maildrops that are not plain, and a client that asks for a whole one ahead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define MAILDIR       LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir"
/* The commands for so many fill more than Dovecot's buffer and a page of the kernel's. */
#define MANY 1200

static void fill(int count)
{
    free(live_must("d=" MAILDIR "/new; mkdir -p $d; seq %d | awk -v d=$d '{ f = d "
                   "\"/1700000000.M\" $1 \".x\"; printf \"Subject: %%d\\n\\ntext %%d\\n\", $1, $1 "
                   ">f; close(f) }'; chown -R 5000:5000 " LIVE_MAIL_DIR,
                   count));
}

START_TEST(all_asked_for_ahead)
{
    struct live *live = live_start(NULL);
    char *commands = live_must("seq %d | sed 's/.*/RETR &\\r/'", MANY);
    struct talk *conversation;

    fill(MANY);
    conversation = pop3_jan();
    talk_send(conversation, commands, strlen(commands));
    for (int i = 0; i < MANY; i++) {
        talk(conversation, "S: +OK *\nS* .\n");
    }
    pop3_quit(conversation, "+OK *");
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 0);
    live_stop(live);
    free(commands);
}
END_TEST

/* What was migrated from another server can have UIDLs and an order of its own. */
START_TEST(order_and_uidls_of_another_server)
{
    struct live *live = live_start(NULL);
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 4);
    free(live_must("sed -i -e 's/^1 /1 O4 Pfour /;s/^2 /2 O3 Pthree /;s/^3 /3 O2 Ptwo /;"
                   "s/^4 /4 O1 Pone /' " MAILDIR "/dovecot-uidlist && rm " MAILDIR
                   "/dovecot.index*"));
    conversation = pop3_jan();
    talk(conversation, "C: UIDL\nS: +OK*\nS: 1 one\nS: 2 two\nS: 3 three\nS: 4 four\nS: .\n");
    pop3_retr(conversation, 1, 1);
    pop3_retr(conversation, 3, 3);
    talk(conversation, "C: DELE 4\nS: +OK*\n");
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    live_stop(live);
}
END_TEST

static const char *const destinations[] = {"", "Trash"};

START_TEST(compressed)
{
    struct live *live = live_start(&(struct live_options){
        .dovecot_2_3 = "protocol doveadm {\n  mail_plugins = $mail_plugins zlib\n}\n"
                       "protocol pop3 {\n  mail_plugins = $mail_plugins zlib\n}\n"
                       "plugin {\n  zlib_save = gz\n}\n",
        .dovecot_2_4 = "mail_plugins {\n  mail_compress = yes\n}\n"
                       "mail_compress_write_method = gz\n",
        .settings = {{"kinamo_pop3_destination", destinations[_i]}},
    });
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 3);
    free(live_must("file=$(find " MAILDIR "/new " MAILDIR "/cur -type f | head -n 1) && "
                   "[ \"$(head -c 2 \"$file\" | od -An -tx1)\" = ' 1f 8b' ]"));
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    pop3_expect_subjects(LIVE_JAN, "Trash", *destinations[_i] == '\0' ? "" : "1 2 ");
    live_stop(live);
}
END_TEST

/* pop3_migration reads a second mailbox the way POP3 reads the first: it is not the maildrop. */
START_TEST(the_other_maildrop_of_a_migration)
{
    struct live *live = live_start(&(struct live_options){
        .dovecot = "namespace old {\n  prefix = OLD/\n  separator = /\n  list = no\n"
                   "  hidden = yes\n}\n",
        .dovecot_2_3 = "namespace old {\n  location = maildir:~/Old\n}\n"
                       "protocol pop3 {\n  mail_plugins = $mail_plugins pop3_migration\n}\n"
                       "plugin {\n  pop3_migration_mailbox = OLD/saved\n"
                       "  pop3_migration_ignore_missing_uidls = yes\n"
                       "  pop3_migration_ignore_extra_uidls = yes\n}\n",
        .dovecot_2_4 = "namespace old {\n  mail_path = ~/Old\n}\n"
                       "protocol pop3 {\n  mail_plugins {\n    pop3_migration = yes\n  }\n}\n"
                       "pop3_migration_mailbox = OLD/saved\n"
                       "pop3_migration_ignore_missing_uidls = yes\n"
                       "pop3_migration_ignore_extra_uidls = yes\n",
    });
    struct talk *conversation;

    live_allow(live, "pop3_migration:");
    live_deliver_many(LIVE_JAN, 3);
    free(live_must("doveadm mailbox create -u " LIVE_JAN " OLD/saved && for i in 1 2 3; do "
                   "printf 'Subject: %%d\\n\\nold\\n' $i | doveadm save -u " LIVE_JAN
                   " -m OLD/saved; done"));
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 1);
    talk(conversation, "C: UIDL\nS* .\n");
    pop3_retr(conversation, 2, 2);
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    pop3_expect_subjects(LIVE_JAN, "OLD/saved", "1 2 3 ");
    live_stop(live);
}
END_TEST

/* The user may read INBOX and not remove from it. */
START_TEST(without_the_right_to_remove)
{
    static const char *const acls = LIVE_DIR "/acls";
    struct live *live = live_start(&(struct live_options){
        .dovecot_2_3 = "protocol pop3 {\n  mail_plugins = $mail_plugins acl\n}\n"
                       "plugin {\n  acl = vfile:" LIVE_DIR "/acls\n}\n",
        .dovecot_2_4 = "protocol pop3 {\n  mail_plugins {\n    acl = yes\n  }\n}\n"
                       "acl_driver = vfile\nacl_global_path = " LIVE_DIR "/acls\n",
    });
    struct talk *conversation;

    live_allow(live, "cause=not_removed");
    live_deliver_many(LIVE_JAN, 2);
    free(live_must("echo 'INBOX owner lrws' >%s", acls));
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    pop3_quit(conversation, "-ERR *");
    live_log_wait(live, "event=kinamo_pop3_kept user=" LIVE_JAN " cause=not_removed count=2 "
                        "uids=1:2");
    live_log_wait(live, "retrieved=2 removed=0 kept=2");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    live_stop(live);
    free(live_must("rm %s", acls));
}
END_TEST

/* A destination that is the maildrop itself: with 2.3, the name leads elsewhere. */
START_TEST(destination_is_inbox_by_another_name)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_destination", "OLD/INBOX"}},
        .dovecot = "namespace inbox {\n  prefix =\n  separator = /\n}\n"
                   "namespace old {\n  prefix = OLD/\n  separator = /\n  list = no\n"
                   "  hidden = yes\n  alias_for =\n}\n",
    });
    struct talk *conversation;

    live_allow(live, "event=kinamo_pop3_destination_failed|cause=not_copied");
    live_deliver_many(LIVE_JAN, 2);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    if (live_is_2_4()) {
        pop3_quit(conversation, "-ERR *");
        live_log_wait(live, "is INBOX by another name");
        live_log_wait(live, "cause=not_copied count=2 uids=1:2");
        pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    } else {
        pop3_quit(conversation, "+OK *");
        pop3_expect_subjects(LIVE_JAN, "INBOX", "");
        pop3_expect_subjects(LIVE_JAN, "OLD/INBOX", "1 2 ");
    }
    live_stop(live);
}
END_TEST

Suite *pop3_maildrop_suite(void)
{
    Suite *suite = suite_create("pop3-maildrop");
    TCase *tcase = tcase_create("pop3-maildrop");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, all_asked_for_ahead);
    tcase_add_test(tcase, order_and_uidls_of_another_server);
    tcase_add_loop_test(tcase, compressed, 0, LENGTH(destinations));
    tcase_add_test(tcase, the_other_maildrop_of_a_migration);
    tcase_add_test(tcase, without_the_right_to_remove);
    tcase_add_test(tcase, destination_is_inbox_by_another_name);
    suite_add_tcase(suite, tcase);
    return suite;
}
