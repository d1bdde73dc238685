/* The SASL module's throttle: shared by processes, exact, and never in the way of mail. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "auth-server.h"
#include "plugin/sasl/line-stream.h"
#include "plugin/sasl/throttle-file.h"
#include "sasl-host.h"
#include "unit-sasl.h"

#define JAN "jan@klant.example"
#define EVA "eva@klant.example"

static void assert_logged(const char *text)
{
    ck_assert_msg(strstr(host_log(), text) != NULL, "logged \"%s\", want \"%s\"", host_log(), text);
}

#define FAIL_ONCE "C: AUTH*\nS: FAIL\t$\n"
#define OK_JAN    "C: AUTH*\nS: OK\t$\tuser=" JAN "\n"

static const struct host_option throttled[] = {
    {"kinamo_throttle", "enforce"},
    {"kinamo_throttle_account", "2"},
    {NULL, NULL},
};

/* Fails twice for eva, in a process of its own. */
static void fail_elsewhere(struct host *host)
{
    pid_t pid = fork();

    if (pid == 0) {
        ck_assert_int_eq(host_plain(host, EVA, "1"), SASL_BADAUTH);
        ck_assert_int_eq(host_plain(host, EVA, "2"), SASL_BADAUTH);
        _exit(0);
    }
    (void)waitpid(pid, NULL, 0);
}

/* The table is shared: what one process has seen, another knows, also after the first has ended. */
START_TEST(throttle_across_processes)
{
    struct host host;
    struct stat st;
    pid_t server;

    host_init(&host, throttled);
    server = auth_server_start(host.socket, "HELLO\n" FAIL_ONCE FAIL_ONCE "CLOSE\nHELLO\n" OK_JAN);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    fail_elsewhere(&host);
    /* Without asking: the server would take it for jan's. */
    ck_assert_int_eq(host_plain(&host, EVA, "3"), SASL_TRYAGAIN);
    assert_logged("result=refused mech=PLAIN user=" EVA);
    assert_logged("cause=throttle-account");
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    ck_assert_int_eq(stat(host.throttle, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

START_TEST(owner_passes_while_guessed_at)
{
    struct host host;
    pid_t server;

    host_init(&host, throttled);
    server = auth_server_start(host.socket, "HELLO\n" OK_JAN FAIL_ONCE FAIL_ONCE OK_JAN);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    host.params.ipremoteport = "198.51.100.1;1";
    ck_assert_int_eq(host_plain(&host, JAN, "1"), SASL_BADAUTH);
    ck_assert_int_eq(host_plain(&host, JAN, "2"), SASL_BADAUTH);
    ck_assert_int_eq(host_plain(&host, JAN, "3"), SASL_TRYAGAIN);
    host.params.ipremoteport = "192.0.2.1;2";
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

START_TEST(temporary_trouble_is_nobodys_failure)
{
    struct host host;
    pid_t server;

    host_init(&host, throttled);
    server = auth_server_start(
        host.socket, "HELLO\nC: AUTH*\nS: FAIL\t$\ttemp\nC: AUTH*\nS: FAIL\t$\tcode=temp_fail\n"
                     "C: AUTH*\nS: FAIL\t$\ttemp\n" OK_JAN);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_TRYAGAIN);
        assert_logged("cause=auth-tempfail");
    }
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

START_TEST(observe_only_logs)
{
    static const struct host_option options[] = {
        {"kinamo_throttle", "observe"}, {"kinamo_throttle_account", "2"}, {NULL, NULL}};
    struct host host;
    pid_t server;

    host_init(&host, options);
    server = auth_server_start(host.socket, "HELLO\n" FAIL_ONCE FAIL_ONCE OK_JAN);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "1"), SASL_BADAUTH);
    ck_assert_int_eq(host_plain(&host, JAN, "2"), SASL_BADAUTH);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    assert_logged("result=ok");
    assert_logged("observed=throttle-account");
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* Bookkeeping that fails stands in nobody's way, and the log names the cure. */
static const struct {
    const char *name, *prepare;
} troubles[] = {
    {"a symbolic link", "ln -s /etc/passwd '%s'"},
    {"a directory", "mkdir '%s'"},
    {"a FIFO", "mkfifo '%s'"},
};

START_TEST(throttle_out_of_order)
{
    char command[256];
    struct host host;
    pid_t server;

    host_init(&host, throttled);
    (void)snprintf(command, sizeof(command), "%.*s%s%s",
                   (int)(strstr(troubles[_i].prepare, "%s") - troubles[_i].prepare),
                   troubles[_i].prepare, host.throttle,
                   strstr(troubles[_i].prepare, "%s") + strlen("%s"));
    ck_assert_int_eq(system(command), 0);
    server = auth_server_start(host.socket, "HELLO\n" OK_JAN);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_msg(host_plain(&host, JAN, "geheim") == SASL_OK, "%s: %s", troubles[_i].name,
                  host_log());
    ck_assert_int_eq(host_log_lines(), 2);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* Cut short, overwritten or removed while in use. */
START_TEST(throttle_file_is_damaged)
{
    static const char *const damages[] = {
        "truncate -s 10 %s", "dd if=/dev/urandom of=%s bs=4096 count=4 conv=notrunc 2>/dev/null",
        "rm %s", ": > %s"};
    char command[256];
    struct host host;
    pid_t server;

    host_init(&host, throttled);
    server = auth_server_start(host.socket, "HELLO\n" OK_JAN OK_JAN OK_JAN OK_JAN OK_JAN);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        const char *path = strstr(damages[i], "%s");

        (void)snprintf(command, sizeof(command), "%.*s%s%s", (int)(path - damages[i]), damages[i],
                       host.throttle, path + strlen("%s"));
        ck_assert_int_eq(system(command), 0);
        ck_assert_msg(host_plain(&host, JAN, "geheim") == SASL_OK, "after %s: %s", command,
                      host_log());
    }
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* A process that holds the lock of the whole file, and is stopped. */
static pid_t stop_with_lock(const char *path)
{
    pid_t pid = fork();
    int status;

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        struct flock flock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open(path, O_RDWR | O_CLOEXEC);

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (fd >= 0 && fcntl(fd, F_SETLK, &flock) == 0) {
            (void)raise(SIGSTOP);
        }
        _exit(EXIT_FAILURE);
    }
    ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
    ck_assert_msg(WIFSTOPPED(status), "the holder of the lock ended: %#x", status);
    return pid;
}

static void attempt_within(struct host *host, const char *user, int want, int64_t milliseconds)
{
    int64_t started = clock_ms();
    int code = host_plain(host, user, "geheim");
    int64_t took = clock_ms() - started;

    ck_assert_msg(code == want, "got %d, want %d: %s", code, want, host_log());
    ck_assert_msg(took <= milliseconds, "took %d ms, want at most %d", (int)took,
                  (int)milliseconds);
}

/* Who is stopped with the lock in hand delays others by a moment; they are counted all the same.
   One who is killed leaves no lock behind. */
START_TEST(lock_of_another)
{
    struct host host;
    pid_t server;
    pid_t holder;

    host_init(&host, throttled);
    server = auth_server_start(host.socket, "HELLO\n" OK_JAN FAIL_ONCE FAIL_ONCE OK_JAN OK_JAN);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    holder = stop_with_lock(host.throttle);
    attempt_within(&host, EVA, SASL_BADAUTH, 1000);
    attempt_within(&host, EVA, SASL_BADAUTH, 2000); /* with a second's wait for the guesser */
    attempt_within(&host, EVA, SASL_TRYAGAIN, 1000);
    assert_logged("cause=throttle-account");
    attempt_within(&host, JAN, SASL_OK, 1000);
    ck_assert_int_eq(kill(holder, SIGKILL), 0);
    ck_assert_int_eq(waitpid(holder, NULL, 0), holder);
    attempt_within(&host, JAN, SASL_OK, 50);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* A new process meets the lock at its first look at the file. */
START_TEST(lock_before_the_first_look)
{
    struct host host;
    pid_t server;
    pid_t holder;

    host_init(&host, throttled);
    server = auth_server_start(host.socket, "HELLO\n" FAIL_ONCE FAIL_ONCE);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    fail_elsewhere(&host);
    auth_server_finish(server);
    holder = stop_with_lock(host.throttle);
    attempt_within(&host, EVA, SASL_TRYAGAIN, 1000);
    assert_logged("cause=throttle-account");
    ck_assert_int_eq(kill(holder, SIGKILL), 0);
    ck_assert_int_eq(waitpid(holder, NULL, 0), holder);
    host_done(&host);
}
END_TEST

#define PROCESSES 8
#define EACH      25

static enum kinamo_throttle_verdict admit_eva(struct throttle_file *file)
{
    struct throttle_admission admission;

    throttle_file_admit(file, EVA, "192.0.2.1", time(NULL), &admission);
    return admission.verdict;
}

/* Every failure counts when processes fail at once. */
START_TEST(no_count_is_lost)
{
    const struct kinamo_throttle_rules rules = {
        .account_limit = PROCESSES * EACH, .network_limit = 100000, .decay = 86400};
    struct throttle_file *file;
    struct host host;

    host_init(&host, NULL);
    file = throttle_file_new(host.throttle, 1024, &rules);
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            for (int j = i == 0; j < EACH; j++) {
                (void)throttle_file_record(file, EVA, "192.0.2.1", time(NULL), false);
                (void)usleep(1000);
            }
            _exit(EXIT_SUCCESS);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        ck_assert_int_gt(wait(NULL), 0);
    }
    ck_assert_int_eq(admit_eva(file), KINAMO_THROTTLE_PASS);
    ck_assert_int_eq(admit_eva(file), KINAMO_THROTTLE_BY_ACCOUNT);
    throttle_file_free(file);
    host_done(&host);
}
END_TEST

/* A process of another size came between: the file has the old size again, and another secret. */
START_TEST(made_anew_by_others)
{
    const struct kinamo_throttle_rules rules = {
        .account_limit = 1, .network_limit = 100, .decay = 86400};
    struct throttle_file *files[3];
    struct host host;

    host_init(&host, NULL);
    for (int i = 0; i < 3; i++) {
        files[i] = throttle_file_new(host.throttle, i == 1 ? 2048 : 1024, &rules);
        (void)admit_eva(files[i]);
    }
    ck_assert_int_eq(admit_eva(files[2]), KINAMO_THROTTLE_BY_ACCOUNT);
    ck_assert_int_eq(admit_eva(files[0]), KINAMO_THROTTLE_BY_ACCOUNT);
    for (int i = 0; i < 3; i++) {
        throttle_file_free(files[i]);
    }
    host_done(&host);
}
END_TEST

/* Guesses that are made at once, before any has its answer, are no more than the limit; what turns
   out to be no failure makes room again. */
START_TEST(guesses_at_once)
{
    const struct kinamo_throttle_rules rules = {
        .account_limit = 2, .network_limit = 100, .decay = 86400};
    struct throttle_file *file;
    struct host host;
    int passed = 0;

    host_init(&host, NULL);
    file = throttle_file_new(host.throttle, 1024, &rules);
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            enum kinamo_throttle_verdict verdict = admit_eva(file);

            throttle_file_free(file);
            _exit(verdict == KINAMO_THROTTLE_PASS ? 1 : 0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;

        ck_assert_int_gt(wait(&status), 0);
        passed += WEXITSTATUS(status);
    }
    ck_assert_int_eq(passed, 2);
    throttle_file_refund(file, EVA, "192.0.2.1", time(NULL));
    ck_assert_int_eq(admit_eva(file), KINAMO_THROTTLE_PASS);
    ck_assert_int_eq(admit_eva(file), KINAMO_THROTTLE_BY_ACCOUNT);
    throttle_file_free(file);
    host_done(&host);
}
END_TEST

/* More failing accounts than there is room for: those that had to go are counted and logged at each
   doubling, and the owner among them stays known. */
START_TEST(evictions)
{
    static const struct host_option options[] = {{"kinamo_throttle", "enforce"},
                                                 {"kinamo_throttle_account", "2"},
                                                 {"kinamo_throttle_network", "100000"},
                                                 {"kinamo_throttle_size", "1024"},
                                                 {NULL, NULL}};
    struct host host;
    pid_t server;
    int next = 1;

    host_init(&host, options);
    server = auth_server_start(host.socket, "HELLO\n" OK_JAN "FAIL-ALL");
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_OK);
    host.params.ipremoteport = "198.51.100.1;1";
    for (int i = 0; i < 3000; i++) {
        char user[32];
        char want[64];

        (void)snprintf(user, sizeof(user), "u%d@klant.example", i);
        (void)snprintf(want, sizeof(want), "throttle evictions=%d: raise kinamo_throttle_size",
                       next);
        host_log_reset();
        ck_assert_int_eq(host_plain(&host, user, "geheim"), SASL_BADAUTH);
        if (strstr(host_log_text(), "throttle evictions=") != NULL) {
            ck_assert_msg(strstr(host_log_text(), want) != NULL, "logged %s, want %s",
                          host_log_text(), want);
            next *= 2;
        }
    }
    ck_assert_msg(next >= 1024 && next <= 4096, "after 3000 failures: evictions=%d", next / 2);
    ck_assert_int_eq(host_plain(&host, JAN, "1"), SASL_BADAUTH);
    ck_assert_int_eq(host_plain(&host, JAN, "2"), SASL_BADAUTH);
    ck_assert_int_eq(host_plain(&host, JAN, "3"), SASL_TRYAGAIN);
    host.params.ipremoteport = "192.0.2.1;2";
    /* The server says no to everybody; but he is asked. */
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_BADAUTH);
    host_done(&host);
    auth_server_finish(server);
}
END_TEST

Suite *sasl_throttle_suite(void)
{
    Suite *suite = suite_create("sasl-throttle");
    TCase *tcase = tcase_create("sasl-throttle");

    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, throttle_across_processes);
    tcase_add_test(tcase, owner_passes_while_guessed_at);
    tcase_add_test(tcase, temporary_trouble_is_nobodys_failure);
    tcase_add_test(tcase, observe_only_logs);
    tcase_add_loop_test(tcase, throttle_out_of_order, 0,
                        (int)(sizeof(troubles) / sizeof(troubles[0])));
    tcase_add_test(tcase, throttle_file_is_damaged);
    tcase_add_test(tcase, lock_of_another);
    tcase_add_test(tcase, lock_before_the_first_look);
    tcase_add_test(tcase, no_count_is_lost);
    tcase_add_test(tcase, made_anew_by_others);
    tcase_add_test(tcase, guesses_at_once);
    tcase_add_test(tcase, evictions);
    suite_add_tcase(suite, tcase);
    return suite;
}
