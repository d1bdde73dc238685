/* The kinds of faults in POP3 sessions, but for resets and stalls. */
#include "kinamo-config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fault/pop3-kinds.h"

#define DAY 86400LL

/* Kill. */

static void random_moment(struct fault_run *run)
{
    (void)usleep((useconds_t)fault_roll(run, 4000));
}

static void kill_pop3(struct fault_run *run)
{
    random_moment(run);
    if (live_kill("pop3", SIGKILL) > 0) {
        fault_injected(run->kind->name, "QUIT was %s", run->client.quit_sent ? "sent" : "not sent");
    }
}

static void kill_login(struct fault_run *run)
{
    random_moment(run);
    if (live_kill("pop3-login", SIGKILL) > 0) {
        fault_injected(run->kind->name, "QUIT was %s", run->client.quit_sent ? "sent" : "not sent");
    }
}

static void kill_master(struct fault_run *run)
{
    random_moment(run);
    live_crash(run->live);
    fault_injected(run->kind->name, "QUIT was %s", run->client.quit_sent ? "sent" : "not sent");
}

static void restart(struct fault_run *run)
{
    for (int i = 0; i < 2; i++) {
        fault_views_close(&run->user[i]);
    }
    live_recover(run->live);
    for (int i = 0; i < 2; i++) {
        fault_views_open(&run->user[i]);
    }
}

/* Orders to the shim. */

struct order {
    int error, files, calls, pass;
};

static const struct order orders[] = {
    [ORDER_KILL_MAIL] = {SHIM_KILL, SHIM_MAIL, SHIM_WRITE, 8},
    [ORDER_KILL_INDEX] = {SHIM_KILL, SHIM_INDEX, SHIM_WRITE, 8},
    [ORDER_EIO_MAIL_READ] = {EIO, SHIM_MAIL, SHIM_READ, 6},
    [ORDER_EIO_MAIL_WRITE] = {EIO, SHIM_MAIL, SHIM_WRITE, 6},
    [ORDER_EIO_INDEX_READ] = {EIO, SHIM_INDEX, SHIM_READ, 6},
    [ORDER_EIO_INDEX_WRITE] = {EIO, SHIM_INDEX, SHIM_WRITE, 6},
    [ORDER_ENOSPC_MAIL] = {ENOSPC, SHIM_MAIL, SHIM_WRITE, 4},
    [ORDER_ENOSPC_INDEX] = {ENOSPC, SHIM_INDEX, SHIM_WRITE, 4},
};

static void order(struct fault_run *run)
{
    const struct order *what = &orders[run->kind->parameter];

    run->shim->error = what->error;
    run->shim->files = what->files;
    run->shim->calls = what->calls;
    run->shim->once = fault_roll(run, 2) == 0;
    atomic_store(&run->shim->let_pass, fault_roll(run, what->pass));
    atomic_store(&run->shim->armed, true);
}

static void order_settle(struct fault_run *run)
{
    if (atomic_load(&run->shim->failed) > 0) {
        fault_injected(run->kind->name, "%s, %d times", run->shim->where,
                       atomic_load(&run->shim->failed));
    }
}

/* The clock. */

static void move_clock(struct fault_run *run)
{
    static const long long jumps[] = {3, 3600, DAY, 400 * DAY, 3650 * DAY};
    long long jump = jumps[fault_roll(run, (int)(sizeof(jumps) / sizeof(jumps[0])))];

    run->shim->clock_jump = run->kind->parameter * jump;
    atomic_store(&run->shim->clock_let_pass, fault_roll(run, 12));
    atomic_store(&run->shim->clock_armed, true);
}

static void clock_settle(struct fault_run *run)
{
    if (atomic_load(&run->shim->clock_jumped) > 0) {
        fault_injected(run->kind->name, "%lld s", run->shim->clock_jump);
    }
}

/* A full disk: each user's home is a file system of its own. */

static void filler_path(struct fault_run *run, char path[256])
{
    (void)snprintf(path, 256, LIVE_MAIL_DIR "/%s/filler", run->client.user->name);
}

static void fill_disk(struct fault_run *run)
{
    static const char block[65536];
    char path[256];
    int fd;

    filler_path(run, path);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    for (size_t size = sizeof(block); size >= 4096; size /= 2) {
        while (write(fd, block, size) > 0) {
        }
    }
    (void)close(fd);
}

static void empty_disk(struct fault_run *run)
{
    char path[256];

    filler_path(run, path);
    (void)unlink(path);
    if (atomic_load(&run->shim->full) > 0) {
        fault_injected(run->kind->name, "%d calls", atomic_load(&run->shim->full));
    }
}

/* Directories in which nothing can be made or removed. */

static mode_t directory_mode;

static int set_mode(const char *path, const struct stat *status, int type, struct FTW *level)
{
    (void)status;
    (void)level;
    return type == FTW_D || type == FTW_DP ? chmod(path, directory_mode) : 0;
}

static void set_directories(struct fault_run *run, mode_t mode)
{
    char home[256];

    (void)snprintf(home, sizeof(home), LIVE_MAIL_DIR "/%s", run->client.user->name);
    directory_mode = mode;
    ck_assert_int_eq(nftw(home, set_mode, 16, FTW_PHYS), 0);
}

static void lock_directories(struct fault_run *run)
{
    set_directories(run, 0555);
}

static void unlock_directories(struct fault_run *run)
{
    set_directories(run, 0700);
    if (atomic_load(&run->shim->denied) > 0) {
        fault_injected(run->kind->name, "%d calls", atomic_load(&run->shim->denied));
    }
}

/* Others at work on the same mailbox while QUIT is carried out. */

static void start_imap(struct fault_run *run, const char *command)
{
    struct ledger *ledger = &run->client.user->ledger;

    talkf(ledger->inbox.imap, "C: %d %s\n", ++ledger->inbox.tag, command);
}

static void end_imap(struct fault_run *run)
{
    struct ledger *ledger = &run->client.user->ledger;

    talkf(ledger->inbox.imap, "S* %d *\nC: x EXPUNGE\nS* x OK *\n", ledger->inbox.tag);
    fault_injected(run->kind->name, "QUIT was answered %d", run->client.quit_answer);
}

static void expunge_meanwhile(struct fault_run *run)
{
    struct fault_user *user = run->client.user;
    int number = fault_roll(run, user->ledger.mailbox.count);
    char command[64];

    model_add(&user->taken, user->ledger.mailbox.message[number]);
    (void)snprintf(command, sizeof(command), "STORE %d +FLAGS.SILENT (\\Deleted)", number + 1);
    start_imap(run, command);
    start_imap(run, "EXPUNGE");
}

static void append_meanwhile(struct fault_run *run)
{
    struct ledger *ledger = &run->client.user->ledger;
    char body[LEDGER_MESSAGE_SIZE];
    int message = ledger->next_message++;
    size_t length = ledger_message(message, body);
    char command[64];

    (void)snprintf(command, sizeof(command), "APPEND INBOX {%zu+}", length);
    start_imap(run, command);
    talk_send(ledger->inbox.imap, body, length);
    talk_send(ledger->inbox.imap, "\r\n", 2);
    model_add(&ledger->mailbox, message);
}

/* clang-format off */
#define FAULT_KINDS(KIND)                                                                           \
    KIND(kill_pop3, .kills = true, .strike = kill_pop3)                                             \
    KIND(kill_login, .strike = kill_login)                                                          \
    KIND(kill_master, .strike = kill_master, .settle = restart)                                     \
    KIND(kill_before_mail_call, .kills = true, .parameter = ORDER_KILL_MAIL, SHIM)                  \
    KIND(kill_before_index_call, .kills = true, .parameter = ORDER_KILL_INDEX, SHIM)                \
    KIND(eio_mail_read, .in_session = true, .cuts_reads = true, .parameter = ORDER_EIO_MAIL_READ, SHIM)                 \
    KIND(eio_mail_write, .moves = true, .parameter = ORDER_EIO_MAIL_WRITE, SHIM)                                   \
    KIND(eio_index_read, .parameter = ORDER_EIO_INDEX_READ, SHIM)                                   \
    KIND(eio_index_write, .loops = true, .parameter = ORDER_EIO_INDEX_WRITE, SHIM)                                 \
    KIND(enospc_mail, .moves = true, .parameter = ORDER_ENOSPC_MAIL, SHIM)                                         \
    KIND(enospc_index, .loops = true, .parameter = ORDER_ENOSPC_INDEX, SHIM)                                       \
    KIND(full_disk, .moves = true, .loops = true, .arm = fill_disk, .settle = empty_disk)                                         \
    KIND(readonly_directories, .arm = lock_directories, .settle = unlock_directories)               \
    KIND(clock_forward, .parameter = 1, .arm = move_clock, .settle = clock_settle)                  \
    KIND(clock_back, .kills = true, .parameter = -1, .arm = move_clock, .settle = clock_settle)                    \
    KIND(imap_expunge, .at_quit = true, .strike = expunge_meanwhile, .settle = end_imap)            \
    KIND(imap_append, .at_quit = true, .strike = append_meanwhile, .settle = end_imap)              \
    KIND(truncated, .prepare = fault_truncate, .settle = fault_truncated)                           \
    KIND(stall, .converse = fault_stall)                                                            \
    KIND(reset_greeting, .converse = fault_reset_greeting)                                          \
    KIND(reset_login, .converse = fault_reset_login)                                                \
    KIND(reset_in_command, .parameter = RESET_IN_COMMAND, .converse = fault_reset_in)               \
    KIND(reset_before_lf, .parameter = RESET_BEFORE_LF, .converse = fault_reset_in)                 \
    KIND(reset_in_reply, .parameter = RESET_IN_REPLY, .converse = fault_reset_in)                   \
    KIND(reset_in_header, .parameter = RESET_IN_HEADER, .converse = fault_reset_in)                 \
    KIND(reset_in_body, .parameter = RESET_IN_BODY, .converse = fault_reset_in)                     \
    KIND(reset_before_dot, .parameter = RESET_BEFORE_DOT, .converse = fault_reset_in)               \
    KIND(reset_in_dot, .parameter = RESET_IN_DOT, .converse = fault_reset_in)                       \
    KIND(reset_after_dot, .parameter = RESET_AFTER_DOT, .converse = fault_reset_in)                 \
    KIND(reset_in_quit, .parameter = RESET_IN_QUIT, .converse = fault_reset_in)                     \
    KIND(reset_after_quit, .parameter = RESET_AFTER_QUIT, .converse = fault_reset_in)               \
    KIND(reset_in_goodbye, .parameter = RESET_IN_GOODBYE, .converse = fault_reset_in)

#define SHIM                   .arm = order, .settle = order_settle
#define KIND_ROW(kind, ...)    {.name = #kind, __VA_ARGS__},
#define KIND_NAME(kind, ...)   #kind,

const struct fault_kind fault_kinds[] = {FAULT_KINDS(KIND_ROW)};
const char *const fault_kind_names[] = {FAULT_KINDS(KIND_NAME) NULL};
/* clang-format on */

const int fault_kind_count = sizeof(fault_kinds) / sizeof(fault_kinds[0]);
