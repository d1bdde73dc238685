/* The ledger: random POP3 sessions against the model. After each one, the mailbox as IMAP sees it
   must be the model's. The same seed makes the same sessions everywhere.

   KINAMO_LEDGER_SEED and KINAMO_LEDGER_SESSIONS (per storage format) choose others. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pop3-model.h"
#include "pop3.h"
#include "suites.h"

#define LENGTH(array)     ((int)(sizeof(array) / sizeof((array)[0])))
#define DEFAULT_SEED      1939
#define DEFAULT_SESSIONS  25
#define MAX_BATCH         5
#define TRIES             100
#define WAIT_MICROSECONDS 50000

static const char *const formats[] = {"maildir", "sdbox", "mdbox"};

struct ledger {
    struct live *live;
    struct talk *imap;
    int tag;
    uint64_t state; /* of the random numbers */
    int next_message;
    struct model_mailbox mailbox;
    uint64_t digest; /* of all that was sent and expected */
    int removed;
};

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);

    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

/* Knuth's MMIX generator. */
static int roll(struct ledger *ledger, int sides)
{
    ledger->state = ledger->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((ledger->state >> 33) % (uint64_t)sides);
}

/* FNV-1a. */
static void digest(struct ledger *ledger, const char *text)
{
    for (; *text != '\0'; text++) {
        ledger->digest = (ledger->digest ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
}

/* The mailbox over IMAP. */

static void deliver(struct ledger *ledger)
{
    static char body[70000];
    int lines = roll(ledger, 10) == 0 ? 1000 : roll(ledger, 30);
    int message = ledger->next_message++;
    int length = sprintf(body, "Subject: x%dx\r\n\r\n", message);

    for (int i = 0; i < lines; i++) {
        length += sprintf(body + length, "%s line %d\r\n", roll(ledger, 5) == 0 ? "." : "", i);
    }
    talkf(ledger->imap, "C: %d APPEND INBOX {%d}\nS* + *\n", ++ledger->tag, length);
    talk_send(ledger->imap, body, (size_t)length);
    talkf(ledger->imap, "C: \nS* %d OK *\n", ledger->tag);
    model_add(&ledger->mailbox, message);
}

static void expunge_over_imap(struct ledger *ledger)
{
    int message;

    if (ledger->mailbox.count == 0) {
        return;
    }
    message = ledger->mailbox.message[roll(ledger, ledger->mailbox.count)];
    talkf(ledger->imap,
          "C: %d NOOP\nS* %d OK *\nC: %d UID SEARCH RETURN (SAVE) SUBJECT \"x%dx\"\nS* %d OK *\n"
          "C: %d UID STORE $ +FLAGS (\\Deleted)\nS* %d OK *\nC: %d EXPUNGE\nS* %d OK *\n",
          ledger->tag + 1, ledger->tag + 1, ledger->tag + 2, message, ledger->tag + 2,
          ledger->tag + 3, ledger->tag + 3, ledger->tag + 4, ledger->tag + 4);
    ledger->tag += 4;
    model_remove(&ledger->mailbox, message);
}

static void look(struct ledger *ledger, struct model_mailbox *seen)
{
    char end[32];
    const char *line;

    seen->count = 0;
    talkf(ledger->imap, "C: %d NOOP\nS* %d OK *\n", ledger->tag + 1, ledger->tag + 1);
    ledger->tag += 2;
    talkf(ledger->imap, "C: %d UID FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]\n", ledger->tag);
    (void)snprintf(end, sizeof(end), "%d OK *", ledger->tag);
    while ((line = talk_line(ledger->imap)) != NULL && !talk_matches(end, line)) {
        if (talk_matches("Subject: x*x", line) && seen->count < MODEL_MAX) {
            model_add(seen, (int)strtol(line + strlen("Subject: x"), NULL, 10));
        }
    }
    ck_assert_ptr_nonnull(line);
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
        look(ledger, &seen);
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

struct batch {
    char text[256];
    enum model_reply reply[MAX_BATCH];
    int count;
};

static enum model_reply random_command(struct ledger *ledger, struct model_session *session,
                                       bool before_quit, char text[32])
{
    int number = roll(ledger, session->seen.count + 2);
    int lines = roll(ledger, 3) == 0 ? 99999999 : roll(ledger, 20);

    switch (roll(ledger, 12)) {
    case 0:
        sprintf(text, "TOP %d %d|", number, lines);
        return model_top(session, &ledger->mailbox, number, lines, before_quit);
    case 1:
        sprintf(text, "DELE %d|", number);
        return model_dele(session, number);
    case 2:
        sprintf(text, roll(ledger, 2) == 0 ? "RSET|" : "rset|");
        return model_rset(session);
    case 3:
        strcpy(text, "NOOP|");
        return MODEL_OK;
    case 4:
        strcpy(text, "LIST|");
        return MODEL_MULTILINE;
    case 5:
        strcpy(text, "UIDL|");
        return MODEL_MULTILINE;
    case 6:
        strcpy(text, "CAPA|");
        return MODEL_MULTILINE;
    case 7:
        strcpy(text, "STAT|");
        return MODEL_OK;
    default:
        sprintf(text, "RETR %d|", number);
        return model_retr(session, &ledger->mailbox, number, before_quit);
    }
}

static void make_batch(struct ledger *ledger, struct model_session *session, bool before_quit,
                       struct batch *batch)
{
    batch->text[0] = '\0';
    for (batch->count = 0; batch->count < 1 + roll(ledger, MAX_BATCH); batch->count++) {
        char text[32];

        batch->reply[batch->count] = random_command(ledger, session, before_quit, text);
        strcat(batch->text, text);
    }
    digest(ledger, batch->text);
}

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

static void read_replies(struct talk *pop3, const struct batch *batch)
{
    for (int i = 0; i < batch->count; i++) {
        read_reply(pop3, batch->reply[i], batch->text);
    }
}

static void exchange(struct ledger *ledger, struct talk *pop3, struct model_session *session)
{
    struct batch batch;

    make_batch(ledger, session, false, &batch);
    pop3_write(pop3, batch.text);
    read_replies(pop3, &batch);
}

enum end { QUIT, QUIT_PIPELINED, QUIT_UNHEARD, CUT, CUT_IN_REPLY, RESET, KILLED };

/* QUIT twice as often as all the others. */
static enum end random_end(struct ledger *ledger)
{
    static const enum end others[] = {QUIT_PIPELINED, QUIT_UNHEARD, CUT,
                                      CUT_IN_REPLY,   RESET,        KILLED};

    return roll(ledger, 3) < 2 ? QUIT : others[roll(ledger, LENGTH(others))];
}

static void quit(struct ledger *ledger, const struct model_session *session)
{
    int before = ledger->mailbox.count;

    model_quit(session, &ledger->mailbox);
    ledger->removed += before - ledger->mailbox.count;
}

static void end_session(struct ledger *ledger, struct talk *pop3, struct model_session *session)
{
    struct batch batch;

    switch (random_end(ledger)) {
    case QUIT:
        talk(pop3, "C: QUIT\nS: +OK *\nEOF\n");
        quit(ledger, session);
        break;
    case QUIT_PIPELINED:
        make_batch(ledger, session, true, &batch);
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
        make_batch(ledger, session, false, &batch);
        pop3_write(pop3, batch.text);
        break;
    case RESET:
        make_batch(ledger, session, false, &batch);
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

    switch (roll(ledger, 8)) {
    case 0:
        expunge_over_imap(ledger);
        break;
    case 1:
        if (ledger->mailbox.count < MODEL_MAX - 1) {
            deliver(ledger);
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
    int fill = 3 + roll(ledger, 8);

    while (ledger->mailbox.count < fill) {
        deliver(ledger);
    }
    model_begin(&session, &ledger->mailbox);
    pop3 = pop3_jan();
    for (int i = roll(ledger, 4); i >= 0; i--) {
        exchange(ledger, pop3, &session);
        meanwhile(ledger);
    }
    end_session(ledger, pop3, &session);
    expect_mailbox(ledger, session_number);
}

START_TEST(random_sessions)
{
    int sessions = (int)number_from("KINAMO_LEDGER_SESSIONS", DEFAULT_SESSIONS);
    struct ledger ledger = {
        .live = live_start(&(struct live_options){.mail_format = formats[_i]}),
        .state = number_from("KINAMO_LEDGER_SEED", DEFAULT_SEED) + (uint64_t)_i,
        .next_message = 1,
        .digest = UINT64_C(14695981039346656037),
    };

    live_allow(ledger.live, "killed with signal 9");
    ledger.imap = talk_open("imaps");
    talk(ledger.imap, "S: * OK *\nC: a LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* a OK *\n"
                      "C: b SELECT INBOX\nS* b OK *\n");
    for (int i = 1; i <= sessions; i++) {
        one_session(&ledger, i);
    }
    printf("# ledger: %s, %d sessions, %d messages, %d removed, digest %016llx\n", formats[_i],
           sessions, ledger.next_message - 1, ledger.removed, (unsigned long long)ledger.digest);
    (void)fflush(stdout);
    talk_close(ledger.imap);
    live_stop(ledger.live);
}
END_TEST

Suite *pop3_ledger_suite(void)
{
    Suite *suite = suite_create("pop3-ledger");
    TCase *tcase = tcase_create("pop3-ledger");

    tcase_set_timeout(tcase, 3600);
    tcase_add_loop_test(tcase, random_sessions, 0, LENGTH(formats));
    suite_add_tcase(suite, tcase);
    return suite;
}
