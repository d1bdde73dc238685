/* The ledger: random POP3 sessions against the model. After each one, the mailbox as IMAP sees it
   must be the model's. The same seed makes the same sessions everywhere.

   KINAMO_LEDGER_SEED and KINAMO_LEDGER_SESSIONS (per storage format) choose others. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pop3-ledger.h"
#include "suites.h"

#define LENGTH(array)     ((int)(sizeof(array) / sizeof((array)[0])))
#define DEFAULT_SEED      1939
#define DEFAULT_SESSIONS  25
#define SESSION_SECONDS   4 /* one takes a tenth */
#define TRIES             100
#define WAIT_MICROSECONDS 50000

static const char *const formats[] = {"maildir", "sdbox", "mdbox"};

static void expunge_one(struct ledger *ledger)
{
    if (ledger->mailbox.count > 0) {
        ledger_expunge(ledger, ledger->mailbox.message[ledger_roll(ledger, ledger->mailbox.count)]);
    }
}

static bool is_same(const struct model_mailbox *a, const struct model_mailbox *b)
{
    return a->count == b->count &&
           memcmp(a->message, b->message, (size_t)a->count * sizeof(a->message[0])) == 0;
}

/* A client that did not wait for the end may be ahead of the server. */
static void expect_mailbox(struct ledger *ledger, int session)
{
    struct model_mailbox seen;

    for (int i = 0; i < TRIES; i++) {
        ck_assert(ledger_look(&ledger->inbox, &seen, NULL));
        if (is_same(&seen, &ledger->mailbox)) {
            return;
        }
        (void)usleep(WAIT_MICROSECONDS);
    }
    for (int i = 0; i < seen.count; i++) {
        if (!model_has(&ledger->mailbox, seen.message[i])) {
            (void)fprintf(stderr, "# %d is there, and should be gone\n", seen.message[i]);
        }
    }
    for (int i = 0; i < ledger->mailbox.count; i++) {
        if (!model_has(&seen, ledger->mailbox.message[i])) {
            (void)fprintf(stderr, "# %d is gone, and should be there\n",
                          ledger->mailbox.message[i]);
        }
    }
    ck_abort_msg("session %d: got %d messages, want %d", session, seen.count,
                 ledger->mailbox.count);
}

/* A POP3 session. */

static void read_reply(struct talk *pop3, enum model_reply want, const char *batch)
{
    const char *line = talk_line(pop3);
    bool ok;

    ck_assert_msg(line != NULL, "closed after %s", batch);
    ok = line[0] == '+';
    ck_assert_msg(want == MODEL_GONE || ok == (want != MODEL_ERR), "%s: got %s, want %s", batch,
                  line, want == MODEL_ERR ? "-ERR" : "+OK");
    if (ok && want != MODEL_OK) {
        while ((line = talk_line(pop3)) != NULL && strcmp(line, ".") != 0) {
        }
        ck_assert_msg(line != NULL, "closed in the reply to %s", batch);
    }
}

static void read_replies(struct talk *pop3, const struct ledger_batch *batch)
{
    for (int i = 0; i < batch->count; i++) {
        read_reply(pop3, batch->command[i].reply, batch->text);
    }
}

static void exchange(struct ledger *ledger, struct talk *pop3, struct model_session *session)
{
    struct ledger_batch batch;

    ledger_batch(ledger, session, false, &batch);
    pop3_write(pop3, batch.text);
    read_replies(pop3, &batch);
}

enum end { QUIT, QUIT_PIPELINED, QUIT_UNHEARD, CUT, CUT_IN_REPLY, RESET, KILLED };

/* QUIT twice as often as all the others. */
static enum end random_end(struct ledger *ledger)
{
    static const enum end others[] = {QUIT_PIPELINED, QUIT_UNHEARD, CUT,
                                      CUT_IN_REPLY,   RESET,        KILLED};

    return ledger_roll(ledger, 3) < 2 ? QUIT : others[ledger_roll(ledger, LENGTH(others))];
}

static void quit(struct ledger *ledger, const struct model_session *session)
{
    int before = ledger->mailbox.count;

    model_quit(session, &ledger->mailbox);
    ledger->removed += before - ledger->mailbox.count;
}

static void end_session(struct ledger *ledger, struct talk *pop3, struct model_session *session)
{
    struct ledger_batch batch;

    switch (random_end(ledger)) {
    case QUIT:
        talk(pop3, "C: QUIT\nS: +OK *\nEOF\n");
        quit(ledger, session);
        break;
    case QUIT_PIPELINED:
        ledger_batch(ledger, session, true, &batch);
        strcat(batch.text, "QUIT|");
        pop3_write(pop3, batch.text);
        read_replies(pop3, &batch);
        talk(pop3, "S: +OK *\nEOF\n");
        quit(ledger, session);
        break;
    case QUIT_UNHEARD:
        pop3_write(pop3, "QUIT|");
        quit(ledger, session);
        break;
    case CUT:
        break;
    case CUT_IN_REPLY:
        ledger_batch(ledger, session, false, &batch);
        pop3_write(pop3, batch.text);
        break;
    case RESET:
        ledger_batch(ledger, session, false, &batch);
        pop3_write(pop3, batch.text);
        talk_reset(pop3);
        return;
    case KILLED:
        (void)live_kill("pop3", SIGKILL);
        break;
    }
    talk_close(pop3);
}

/* What others do meanwhile. */
static void meanwhile(struct ledger *ledger)
{
    struct model_session other;
    struct talk *pop3;

    switch (ledger_roll(ledger, 8)) {
    case 0:
        expunge_one(ledger);
        break;
    case 1:
        if (ledger->mailbox.count < MODEL_MAX - 1) {
            ledger_deliver(ledger);
        }
        break;
    case 2:
        model_begin(&other, &ledger->mailbox);
        pop3 = pop3_jan();
        exchange(ledger, pop3, &other);
        talk(pop3, "C: QUIT\nS: +OK *\nEOF\n");
        talk_close(pop3);
        quit(ledger, &other);
        break;
    default:
        break;
    }
}

static void one_session(struct ledger *ledger, int session_number)
{
    struct model_session session;
    struct talk *pop3;
    int fill = 3 + ledger_roll(ledger, 8);

    while (ledger->mailbox.count < fill) {
        ledger_deliver(ledger);
    }
    model_begin(&session, &ledger->mailbox);
    pop3 = pop3_jan();
    for (int i = ledger_roll(ledger, 4); i >= 0; i--) {
        exchange(ledger, pop3, &session);
        meanwhile(ledger);
    }
    end_session(ledger, pop3, &session);
    expect_mailbox(ledger, session_number);
}

static int session_count(void)
{
    return (int)ledger_number("KINAMO_LEDGER_SESSIONS", DEFAULT_SESSIONS);
}

START_TEST(random_sessions)
{
    int sessions = session_count();
    struct live *live = live_start(&(struct live_options){.mail_format = formats[_i]});
    struct ledger ledger;

    live_allow(live, "killed with signal 9");
    ledger_begin(&ledger, ledger_number("KINAMO_LEDGER_SEED", DEFAULT_SEED) + (uint64_t)_i);
    ledger_view_open(&ledger.inbox, LIVE_JAN, LIVE_JAN_PASSWORD, "INBOX");
    for (int i = 1; i <= sessions; i++) {
        one_session(&ledger, i);
    }
    printf("# ledger: %s, %d sessions, %d messages, %d removed, digest %016llx\n", formats[_i],
           sessions, ledger.next_message - 1, ledger.removed, (unsigned long long)ledger.digest);
    (void)fflush(stdout);
    talk_close(ledger.inbox.imap);
    live_stop(live);
}
END_TEST

Suite *pop3_ledger_suite(void)
{
    Suite *suite = suite_create("pop3-ledger");
    TCase *tcase = tcase_create("pop3-ledger");

    tcase_set_timeout(tcase, 60 + SESSION_SECONDS * session_count());
    tcase_add_loop_test(tcase, random_sessions, 0, LENGTH(formats));
    suite_add_tcase(suite, tcase);
    return suite;
}
