/* POP3 under faults: sessions of the ledger, one kind of fault in each, for every storage format.
   The same seed makes the same sessions; when a signal arrives in the server, chance decides. */
#include "kinamo-config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fault/pop3-fault.h"

#define PURGE_EVERY 100 /* sessions */
#define CONTROL     LIVE_DIR "/fault-control"
#define WRAPPER     LIVE_DIR "/fault-pop3"
#define EXPUNGE     "weg@klant.example"
#define GRACE       "bewaar@klant.example"

#define ACCOUNTS                                                                                   \
    EXPUNGE ":{PLAIN}" FAULT_PASSWORD "::::::\n" GRACE ":{PLAIN}" FAULT_PASSWORD                   \
            "::::::userdb_kinamo_pop3_destination=" FAULT_GRACE "\n"

/* Sessions per second, not the default of each service, is what counts here. */
#define SERVICES                                                                                   \
    "service pop3 {\n  executable = " WRAPPER "\n}\n"                                              \
    "namespace inbox {\n  mailbox " FAULT_GRACE " {\n    auto = create\n  }\n}\n"

int fault_roll(struct fault_run *run, int sides)
{
    return ledger_roll(&run->client.user->ledger, sides);
}

static struct shim_control *make_shim(void)
{
    int fd = open(CONTROL, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    void *memory;

    ck_assert_int_eq(fchmod(fd, 0666), 0);
    ck_assert_int_eq(ftruncate(fd, sizeof(struct shim_control)), 0);
    memory = mmap(NULL, sizeof(struct shim_control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    (void)close(fd);
    free(live_must("printf '#!/bin/sh\\nFAULT_CONTROL=" CONTROL " LD_PRELOAD=" FAULT_SHIM
                   " exec /usr/lib/dovecot/pop3 \"$@\"\\n' >" WRAPPER " && chmod 755 " WRAPPER));
    return memory;
}

static void quiet_shim(struct shim_control *shim)
{
    atomic_store(&shim->armed, false);
    atomic_store(&shim->clock_armed, false);
    atomic_store(&shim->failed, 0);
    atomic_store(&shim->clock_jumped, 0);
    atomic_store(&shim->denied, 0);
    atomic_store(&shim->full, 0);
    atomic_store(&shim->looped, false);
    atomic_store(&shim->crashed, false);
}

/* A small file system of its own, which can be filled. */
static void make_home(const char *user)
{
    char home[256];

    (void)snprintf(home, sizeof(home), LIVE_MAIL_DIR "/%s", user);
    ck_assert_int_eq(mkdir(home, 0700), 0);
    ck_assert_int_eq(
        mount("tmpfs", home, "tmpfs", MS_NOSUID | MS_NODEV, "size=6m,mode=0700,uid=5000,gid=5000"),
        0);
}

static void begin_user(struct fault_user *user, const char *name, bool grace, uint64_t seed)
{
    memset(user, 0, sizeof(*user));
    user->name = name;
    user->grace = grace;
    ledger_begin(&user->ledger, seed);
    make_home(name);
    fault_views_open(user);
}

/* One step of the session: commands and replies, or QUIT and its answer. */
static void step(struct fault_run *run, const struct ledger_batch *batch, bool struck)
{
    struct fault_client *client = &run->client;
    const struct fault_kind *kind = run->kind;

    if (client->pop3 == NULL) {
        return;
    }
    if (struck && kind->arm != NULL) {
        kind->arm(run);
    }
    if (batch == NULL) {
        fault_client_say_quit(client);
    } else {
        (void)fault_client_send(client, batch->text);
    }
    if (struck && kind->strike != NULL) {
        kind->strike(run);
    }
    if (batch == NULL) {
        fault_client_hear_quit(client);
    } else {
        (void)fault_client_read(client, batch);
    }
}

static void random_step(struct fault_run *run, bool struck)
{
    struct fault_client *client = &run->client;
    struct ledger_batch batch;

    ledger_batch(&client->user->ledger, &client->model, false, &batch);
    step(run, &batch, struck);
}

/* Without faults, so that there is something to remove. */
static void fetch_some(struct fault_run *run)
{
    struct ledger_batch batch;
    int from = fault_roll(run, run->client.model.seen.count) + 1;

    fault_client_fetch_batch(&run->client, from, run->stock, &batch);
    step(run, &batch, false);
}

/* The fault strikes at QUIT twice as often as before. */
static void hold_session(struct fault_run *run)
{
    const struct fault_kind *kind = run->kind;
    bool at_quit = kind->at_quit || (!kind->in_session && fault_roll(run, 3) < 2);

    if (fault_roll(run, 2) == 0) {
        random_step(run, false);
    }
    fetch_some(run);
    if (kind->converse != NULL) {
        kind->converse(run);
        return;
    }
    if (!at_quit) {
        random_step(run, true);
        fetch_some(run);
    }
    step(run, NULL, at_quit);
}

/* Whether the session ends, or goes round for ever: one of some dozen small messages needs far less
   CPU than 5 seconds. */
#define ENDS_OR_GOES_ROUND                                                                         \
    "for i in $(seq 300); do pgrep -r D,R,S -x pop3 >/dev/null || exit 0; "                        \
    "used=$(ps -C pop3 -o cputimes= | sort -n | tail -n 1); "                                      \
    "test \"${used:-0}\" -lt 5 || exit 1; sleep 0.1; done; exit 1"

/* Dovecot's sync may go round for ever when an index cannot be written (RELIABILITY.md); the
   program ends it then, which is one more way to kill. */
static void end_session(struct fault_run *run)
{
    if (run->kind->loops ? live_run(NULL, ENDS_OR_GOES_ROUND) == 0 : live_wait_gone("pop3")) {
        return;
    }
    if (run->kind->loops) {
        atomic_store(&run->shim->looped, true);
    } else {
        fault_outcome(FAULT_WRONG, "%s: the session does not end", run->kind->name);
    }
    (void)live_kill("pop3", SIGKILL);
    (void)live_wait_gone("pop3");
}

static void one_session(struct fault_run *run, struct fault_user *user)
{
    fault_views_reopen(user);
    fault_fill(user);
    run->client.user = user;
    quiet_shim(run->shim);
    if (run->kind->prepare != NULL) {
        run->kind->prepare(run);
    }
    fault_client_login(&run->client, user);
    hold_session(run);
    fault_client_close(&run->client);
    end_session(run);
    atomic_store(&run->shim->armed, false);
    run->crashes += atomic_load(&run->shim->crashed);
    run->loops += atomic_load(&run->shim->looped);
    if (atomic_load(&run->shim->failed) > 0) {
        live_remove_locks(user->name);
    }
    if (run->kind->settle != NULL) {
        run->kind->settle(run);
    }
    fault_judge(run);
}

/* The next kind in turn. */
static const struct fault_kind *next_kind(int *turn)
{
    do {
        ++*turn;
    } while (!fault_kind_is_chosen(fault_kinds[*turn % fault_kind_count].name));
    return &fault_kinds[*turn % fault_kind_count];
}

/* What an operator of mdbox does at night: its files only grow. */
static void purge(struct fault_run *run)
{
    for (int i = 0; run->rebuilds && i < 2; i++) {
        (void)live_run(NULL, "doveadm purge -u %s", run->user[i].name);
    }
}

/* Both users alike for each kind. */
static void all_sessions(struct fault_run *run)
{
    int turn = -1;

    for (int n = 1; fault_goes_on(n); n++) {
        if (n % PURGE_EVERY == 0) {
            purge(run);
        }
        run->kind = next_kind(&turn);
        one_session(run, &run->user[run->kind->moves || (turn + turn / fault_kind_count) % 2 == 1]);
    }
}

#define REUSED_2_3                                                                                 \
    "service pop3-login {\n  service_count = 0\n}\nservice imap-login {\n  service_count = 0\n}\n"
#define REUSED_2_4                                                                                 \
    "service pop3-login {\n  restart_request_count = unlimited\n}\n"                               \
    "service imap-login {\n  restart_request_count = unlimited\n}\n"

/* What the shipped file switches on of Dovecot's own. */
#define STOCK_2_3                                                                                  \
    "mail_plugins = quota\nplugin {\n  quota = count:User quota\n  quota_vsizes = yes\n"           \
    "  quota_rule = *:storage=1G\n}\n"
#define STOCK_2_4                                                                                  \
    "mail_plugins {\n  quota = yes\n}\nquota \"User quota\" {\n  driver = count\n}\n"              \
    "quota_storage_size = 1G\n"

static void sessions(const char *format, bool stock)
{
    struct fault_run run = {.stock = stock,
                            .damaged_stay = strcmp(format, "maildir") == 0,
                            .rebuilds = strcmp(format, "maildir") != 0};

    (void)signal(SIGPIPE, SIG_IGN);
    run.shim = make_shim();
    run.live = live_start(
        &(struct live_options){.mail_format = format,
                               .stock = stock,
                               .users = ACCOUNTS,
                               .dovecot = SERVICES,
                               .dovecot_2_3 = stock ? REUSED_2_3 STOCK_2_3 : REUSED_2_3,
                               .dovecot_2_4 = stock ? REUSED_2_4 STOCK_2_4 : REUSED_2_4});
    live_allow(run.live, "(Warning|Error): |Fatal: .*killed with signal 9");
    /* Of stock Dovecot after an error in a sync, and in dbox_file_seek() after an error in reading
       a message; the control run has both too. In mdbox_transaction_save_commit_post() if the disk
       is full, and in the same function of sdbox: it reports an error to a mail that was freed
       (RELIABILITY.md has the stack). When a mailbox is opened again whose index could not be read:
       once in a thousand sessions, on both series. */
    live_allow(run.live, "Fatal: Time just moved backwards|stats: Panic: file lib-event.c|Panic: "
                         "Leaked view for index|Panic: "
                         "data stack: Out of memory|Panic: "
                         ".*assertion failed: \\(wanted > 0\\)|Panic: "
                         ".*\\(mail_transaction_log_set_head\\): assertion failed|"
                         "killed with signal 6");
    if (run.rebuilds) {
        live_allow(run.live, "killed with signal 11");
    }
    begin_user(&run.user[0], EXPUNGE, false, fault_seed());
    begin_user(&run.user[1], GRACE, !stock, fault_seed() + 1);
    all_sessions(&run);
    (void)printf("# %s: %d sessions ended by a crash of Dovecot, %d in an endless loop of it\n",
                 format, run.crashes, run.loops);
    for (int i = 0; i < 2; i++) {
        fault_views_close(&run.user[i]);
        free(live_must("umount -l " LIVE_MAIL_DIR "/%s", run.user[i].name));
    }
    live_stop(run.live);
}

static void maildir(void)
{
    sessions("maildir", false);
}

static void sdbox(void)
{
    sessions("sdbox", false);
}

static void mdbox(void)
{
    sessions("mdbox", false);
}

/* The control: what Dovecot does by itself, when the client says DELE. */
static void stock_maildir(void)
{
    sessions("maildir", true);
}

static void stock_sdbox(void)
{
    sessions("sdbox", true);
}

static void stock_mdbox(void)
{
    sessions("mdbox", true);
}

/* clang-format off */
const struct fault_part fault_pop3_maildir = {"pop3-maildir", fault_kind_names, maildir, false};
const struct fault_part fault_pop3_sdbox = {"pop3-sdbox", fault_kind_names, sdbox, false};
const struct fault_part fault_pop3_mdbox = {"pop3-mdbox", fault_kind_names, mdbox, false};
const struct fault_part fault_stock_maildir = {"stock-maildir", fault_kind_names, stock_maildir, true};
const struct fault_part fault_stock_sdbox = {"stock-sdbox", fault_kind_names, stock_sdbox, true};
const struct fault_part fault_stock_mdbox = {"stock-mdbox", fault_kind_names, stock_mdbox, true};
/* clang-format on */
