/* The mailboxes after a session, against what the client got and was told. */
#include "kinamo-config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fault/pop3-fault.h"
#include "tests/live/fixture/parts.h"

#define LEAST_MESSAGES 4
#define TRIES          5

static bool has_opened(struct talk *imap, const char *user, const char *mailbox)
{
    char *commands = format_text("a LOGIN %s " FAULT_PASSWORD "\r\nb SELECT %s\r\n", user, mailbox);
    const char *line = NULL;
    bool sent = talk_try_send(imap, commands, strlen(commands));

    free(commands);
    while (sent && (line = talk_line(imap)) != NULL && strncmp(line, "b ", 2) != 0) {
    }
    return sent && line != NULL && strncmp(line, "b OK", 4) == 0;
}

/* A session in which Dovecot notices that an index must be rebuilt is refused or cut off. */
static void open_view(struct ledger_view *view, const char *user, const char *mailbox)
{
    view->mailbox = mailbox;
    for (int i = 0; i < TRIES; i++) {
        view->imap = talk_open("imaps");
        if (has_opened(view->imap, user, mailbox)) {
            return;
        }
        fault_note("%s of %s cannot be opened", mailbox, user);
        talk_close(view->imap);
    }
    ck_abort_msg("%s of %s cannot be opened, %d times", mailbox, user, TRIES);
}

void fault_views_open(struct fault_user *user)
{
    open_view(&user->ledger.inbox, user->name, "INBOX");
    if (user->grace) {
        open_view(&user->folder, user->name, FAULT_GRACE);
    }
}

void fault_views_close(struct fault_user *user)
{
    talk_close(user->ledger.inbox.imap);
    if (user->grace) {
        talk_close(user->folder.imap);
    }
}

void fault_views_reopen(struct fault_user *user)
{
    fault_views_close(user);
    fault_views_open(user);
}

struct seen {
    struct model_mailbox whole, broken, folder, folder_broken;
};

static bool look(struct fault_user *user, struct seen *seen)
{
    memset(seen, 0, sizeof(*seen));
    return ledger_look(&user->ledger.inbox, &seen->whole, &seen->broken) &&
           (!user->grace || ledger_look(&user->folder, &seen->folder, &seen->folder_broken));
}

static bool look_anew(struct fault_user *user, struct seen *seen)
{
    fault_views_reopen(user);
    return look(user, seen);
}

/* Whether it was taken; an IMAP session may be cut off here too. */
static bool append(struct ledger_view *view, int message)
{
    char body[LEDGER_MESSAGE_SIZE];
    size_t length = ledger_message(message, body);
    char *command = format_text("f APPEND INBOX {%zu+}\r\n", length);
    const char *line = NULL;
    bool sent = talk_try_send(view->imap, command, strlen(command)) &&
                talk_try_send(view->imap, body, length) && talk_try_send(view->imap, "\r\n", 2);

    free(command);
    while (sent && (line = talk_line(view->imap)) != NULL && strncmp(line, "f ", 2) != 0) {
    }
    return sent && line != NULL && strncmp(line, "f OK", 4) == 0;
}

void fault_fill(struct fault_user *user)
{
    struct ledger *ledger = &user->ledger;
    int fill = LEAST_MESSAGES + ledger_roll(ledger, 6);
    int failures = 0;

    while (ledger->mailbox.count < fill) {
        int message = ledger->next_message++;
        struct seen seen;

        if (append(&ledger->inbox, message)) {
            model_add(&ledger->mailbox, message);
            continue;
        }
        ck_assert_msg(++failures < TRIES, "%s: INBOX takes no message", user->name);
        /* Perhaps it was taken. */
        if (look_anew(user, &seen)) {
            ledger->mailbox = seen.whole;
        }
    }
}

static bool has_either(const struct model_mailbox *a, const struct model_mailbox *b, int message)
{
    return model_has(a, message) || model_has(b, message);
}

struct verdict {
    enum fault_outcome outcome;
    const char *reason;
};

/* What is certain of a duplicate: it is allowed where the process died, and where the client was
   told that something is wrong. The copy stays in both cases: the original may go at any time. */
static struct verdict judge_duplicate(const struct fault_run *run)
{
    if (run->kind->kills || atomic_load(&run->shim->looped) || atomic_load(&run->shim->crashed)) {
        return (struct verdict){FAULT_DUPLICATED, "was copied when the process died"};
    }
    if (run->client.quit_answer == FAULT_NO) {
        return (struct verdict){FAULT_DUPLICATED, "was copied and could not be removed"};
    }
    return (struct verdict){FAULT_WRONG, "is in INBOX and in " FAULT_GRACE};
}

/* Whether the client does not need this message any more, and has said QUIT since. */
static bool may_go(const struct fault_run *run, int message)
{
    const struct fault_client *client = &run->client;
    bool got = model_has(&client->got, message);

    return model_has(&client->user->leaving, message) ||
           (client->quit_sent &&
            (model_has(&client->deleted, message) || (got && !client->user->grace && !run->stock)));
}

/* A message that was cut is not for reading: an IMAP session would end. It must still be there, if
   the format leaves it there; then it goes, and Dovecot mends its index. */
static void judge_damaged(struct fault_run *run)
{
    struct fault_user *user = run->client.user;
    struct model_mailbox there;
    int message = user->damaged.message[0];

    fault_views_reopen(user);
    if (run->damaged_stay && !may_go(run, message) &&
        !(ledger_look(&user->ledger.inbox, &there, NULL) && model_has(&there, message))) {
        fault_outcome(FAULT_LOST, "%s: message %d, of which the client got a part", run->kind->name,
                      message);
    }
    (void)live_run(
        NULL, "doveadm force-resync -u %s INBOX; doveadm expunge -u %s mailbox INBOX subject x%dx",
        user->name, user->name, message);
    model_remove(&user->ledger.mailbox, message);
    fault_views_reopen(user);
}

/* If the read fails that would have found the end, the client has all and the server cannot know:
   it keeps the message (cause=stream_error). What the client deletes must go nevertheless. */
static bool has_cut_reads(const struct fault_run *run)
{
    return run->kind->cuts_reads && atomic_load(&run->shim->failed) > 0;
}

static struct verdict judge_message(const struct fault_run *run, const struct seen *seen,
                                    int message)
{
    const struct fault_client *client = &run->client;
    bool deleted = model_has(&client->deleted, message);
    bool got = model_has(&client->got, message);
    bool certain =
        got && !model_has(&client->doubtful, message) && !run->stock && !has_cut_reads(run);
    bool there = has_either(&seen->whole, &seen->broken, message);
    bool moved = has_either(&seen->folder, &seen->folder_broken, message);
    /* An attempt that failed has left a copy that only a rebuild of the storage has found. */
    bool copied_before = run->rebuilds && model_has(&client->user->tried, message);

    if (there && client->quit_answer == FAULT_YES && (deleted || certain)) {
        return (struct verdict){FAULT_FALSE_OK, "is still there"};
    }
    if (there && moved) {
        return copied_before ? (struct verdict){FAULT_DUPLICATED, "had been copied before"}
                             : judge_duplicate(run);
    }
    if (!there && moved && !(client->quit_sent && got) && !copied_before) {
        return (struct verdict){FAULT_WRONG, "was moved, but not fetched"};
    }
    if (!there && !moved && !may_go(run, message)) {
        return (struct verdict){FAULT_LOST, "is nowhere"};
    }
    if (has_either(&seen->broken, &seen->folder_broken, message)) {
        return (struct verdict){FAULT_LOST, "is damaged"};
    }
    return (struct verdict){FAULT_SURVIVED, ""};
}

/* Messages of which the test itself cannot say what must have become of them. */
static bool is_unsure(const struct fault_user *user, int message)
{
    return model_has(&user->taken, message);
}

/* After QUIT without +OK, the removal may be carried out at any time by whoever syncs the mailbox.
 */
static void note_leaving(const struct fault_run *run, const struct seen *seen)
{
    struct model_mailbox leaving = {.count = 0};

    for (int i = 0; i < seen->whole.count; i++) {
        if (may_go(run, seen->whole.message[i])) {
            model_add(&leaving, seen->whole.message[i]);
        }
    }
    run->client.user->leaving = leaving;
}

static void note_tried(const struct fault_run *run, const struct seen *seen)
{
    const struct fault_client *client = &run->client;
    struct model_mailbox tried = {.count = 0};

    for (int i = 0; i < seen->whole.count; i++) {
        int message = seen->whole.message[i];

        if (model_has(&client->user->tried, message) ||
            (client->quit_sent && model_has(&client->got, message))) {
            model_add(&tried, message);
        }
    }
    run->client.user->tried = tried;
}

/* After a file was cut, Dovecot mends its index in whoever looks, and cuts off who looked before.
 */
static void start_afresh(struct fault_user *user)
{
    (void)live_run(NULL,
                   "for mailbox in INBOX %s; do doveadm expunge -u %s mailbox $mailbox all; done",
                   user->grace ? FAULT_GRACE : "", user->name);
    user->ledger.mailbox.count = 0;
    user->damaged.count = 0;
    user->taken.count = 0;
}

/* What the next session begins with: all that is there and whole. */
static void settle(struct fault_user *user, const struct seen *seen)
{
    for (int i = 0; i < seen->broken.count; i++) {
        free(live_must("doveadm expunge -u %s mailbox INBOX subject x%dx", user->name,
                       seen->broken.message[i]));
    }
    if (seen->folder.count + seen->folder_broken.count > 0) {
        free(live_must("doveadm expunge -u %s mailbox " FAULT_GRACE " all", user->name));
    }
    user->ledger.mailbox = seen->whole;
    user->taken.count = 0;
}

/* Report is false for a first look, after which one may look again. */
static bool judge(struct fault_run *run, const struct seen *seen, bool report)
{
    static const char *const answers[] = {"none", "+OK", "-ERR"};
    const struct fault_client *client = &run->client;
    const struct model_mailbox *must = &client->user->ledger.mailbox;
    bool good = true;

    for (int i = 0; i < must->count; i++) {
        struct verdict verdict = judge_message(run, seen, must->message[i]);

        if (is_unsure(client->user, must->message[i]) || verdict.outcome == FAULT_SURVIVED) {
            continue;
        }
        good = false;
        if (report) {
            fault_outcome(verdict.outcome, "%s, %s: message %d %s; QUIT was %s, answer %s",
                          run->kind->name, client->user->grace ? "moved" : "expunged",
                          must->message[i], verdict.reason, client->quit_sent ? "sent" : "not sent",
                          answers[client->quit_answer]);
        }
    }
    return good;
}

static bool has_come_back(struct fault_run *run, const struct seen *seen)
{
    bool any = false;

    if (run->client.user->damaged.count > 0) {
        return false; /* force-resync takes in files that an earlier fault has left behind */
    }
    for (int i = 0; i < seen->whole.count; i++) {
        if (!model_has(&run->client.user->ledger.mailbox, seen->whole.message[i])) {
            fault_outcome(FAULT_WRONG, "%s: message %d has come back", run->kind->name,
                          seen->whole.message[i]);
            any = true;
        }
    }
    return any;
}

/* For whoever looks into it. */
static void note_files(const struct fault_user *user)
{
    char *files;

    (void)live_run(
        &files,
        "cd " LIVE_MAIL_DIR "/%s && find . -type f ! -name 'dovecot*' -printf '%%p %%i ' "
        "-exec sh -c 'grep -ahoE \"^(Subject: x|last x)[0-9]*\" \"$1\" | tr \"\\n\" \" \"; "
        "echo' - {} \\;; doveadm -f flow fetch -u %s 'mailbox uid hdr.subject' all",
        user->name, user->name);
    fault_note("files:\n%s", files);
    free(files);
}

/* An IMAP session whose index was damaged may be cut off or blind; a new one is not. */
void fault_judge(struct fault_run *run)
{
    struct fault_user *user = run->client.user;
    struct seen seen;
    bool seen_well;
    bool good;

    if (user->damaged.count > 0) {
        judge_damaged(run);
    }
    seen_well = look(user, &seen);
    if (!seen_well || !judge(run, &seen, false)) {
        seen_well = look_anew(user, &seen);
    }
    if (!seen_well) {
        fault_outcome(FAULT_WRONG, "%s: the mailbox cannot be read", run->kind->name);
    }
    good = seen_well && judge(run, &seen, true);
    if (seen_well && has_come_back(run, &seen)) {
        good = false;
    }
    if (good) {
        fault_outcome(FAULT_SURVIVED, NULL);
    } else {
        note_files(user);
    }
    if (user->damaged.count > 0) {
        start_afresh(user);
        return;
    }
    note_leaving(run, &seen);
    note_tried(run, &seen);
    settle(user, &seen);
}
