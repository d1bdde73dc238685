/* The SASL module's policy: TLS, options, versions, the throttle; and that nothing grows. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth-server.h"
#include "sasl-host.h"
#include "unit-sasl.h"

#define JAN "jan@klant.example"
#define EVA "eva@klant.example"

static void assert_logged(const char *text)
{
    ck_assert_msg(strstr(host_log(), text) != NULL, "logged \"%s\", want \"%s\"", host_log(), text);
}

START_TEST(no_tls_no_mechanism)
{
    struct host host;

    host_init(&host, NULL);
    host.params.props.security_flags = SASL_SEC_NOANONYMOUS;
    ck_assert_int_eq(host_load(&host), SASL_OK);
    for (int i = 0; i < host.count; i++) {
        ck_assert_int_eq(
            host.plugins[i].mech_avail(host.plugins[i].glob_context, &host.params, NULL),
            SASL_NOMECH);
    }
    assert_logged("smtpd_tls_auth_only = yes");
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_ENCRYPT);
    assert_logged("result=refused mech=PLAIN user=\"\" rip=192.0.2.1 rport=40000 lip=192.0.2.9 "
                  "lport=587 tls=no cause=no-tls");
    host_done(&host);
}
END_TEST

START_TEST(tls_is_checked_in_every_step)
{
    struct host host;

    host_init(&host, NULL);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_begin(&host, "PLAIN"), SASL_OK);
    host.params.props.security_flags = SASL_SEC_NOANONYMOUS;
    ck_assert_int_eq(host_step(&host, "\0" JAN "\0x", sizeof(JAN) + 2, NULL), SASL_ENCRYPT);
    host_done(&host);
}
END_TEST

START_TEST(outer_layer_counts_as_tls)
{
    struct host host;

    host_init(&host, NULL);
    host.params.props.security_flags = 0;
    host.params.external_ssf = 256;
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host.plugins[0].mech_avail(host.plugins[0].glob_context, &host.params, NULL),
                     SASL_OK);
    host_done(&host);
}
END_TEST

START_TEST(login_only_if_named)
{
    static const struct host_option named[] = {{"mech_list", "PLAIN LOGIN"}, {NULL, NULL}};
    struct host host;

    host_init(&host, NULL);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_ptr_null(host_plugin(&host, "LOGIN"));
    host_done(&host);
    host_init(&host, named);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_ptr_nonnull(host_plugin(&host, "LOGIN"));
    host_done(&host);
}
END_TEST

static const struct {
    struct host_option option;
    const char *want;
} bad_options[] = {
    {{"kinamo_auth_timeout", "25"}, "not loaded: kinamo_auth_timeout: bad value 25 (a number"},
    {{"kinamo_auth_timeout", "1h"}, "not loaded: kinamo_auth_timeout: bad value 1h (a number"},
    {{"kinamo_require_tls", "maybe"},
     "not loaded: kinamo_require_tls: bad value maybe (yes or no)"},
    {{"kinamo_throttle", "warn"},
     "not loaded: kinamo_throttle: bad value warn (off, observe or enforce)"},
    {{"kinamo_throttle_size", "1"}, "not loaded: kinamo_throttle_size: bad value 1 (a number"},
    {{"kinamo_auth_socket", ""}, "not loaded: kinamo_auth_socket: bad value \"\" (1 to 100 bytes"},
};

START_TEST(bad_option)
{
    struct host_option options[] = {bad_options[_i].option, {NULL, NULL}};
    struct host host;

    host_init(&host, options);
    ck_assert_int_eq(host_load(&host), SASL_BADPARAM);
    assert_logged(bad_options[_i].want);
    host_done(&host);
}
END_TEST

static const struct {
    int version, max_version;
    int want;
} versions[] = {
    {0, 4, SASL_OK}, {4, 4, SASL_OK}, {5, 5, SASL_OK}, {6, 4, SASL_BADVERS}, {4, 3, SASL_BADVERS},
};

START_TEST(version)
{
    struct host host;
    sasl_server_plug_t *plugins;
    int count;
    int out;
    int code;

    host_init(&host, NULL);
    host.utils.version = versions[_i].version;
    code = sasl_server_plug_init(&host.utils, versions[_i].max_version, &out, &plugins, &count);
    ck_assert_int_eq(code, versions[_i].want);
    if (code == SASL_OK) {
        plugins[0].mech_free(plugins[0].glob_context, &host.utils);
    } else {
        assert_logged("not loaded: libsasl2 has utils version");
    }
    host_done(&host);
}
END_TEST

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
    if (fork() == 0) {
        ck_assert_int_eq(host_plain(host, EVA, "1"), SASL_BADAUTH);
        ck_assert_int_eq(host_plain(host, EVA, "2"), SASL_BADAUTH);
        _exit(0);
    }
    (void)wait(NULL);
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

static int open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    ck_assert_ptr_nonnull(dir);
    while (readdir(dir) != NULL) {
        count++;
    }
    (void)closedir(dir);
    return count;
}

/* Mixed attempts; the growth of memory shows in a run under a leak checker. */
START_TEST(hundred_sessions)
{
    char *script = NULL;
    size_t size;
    FILE *stream = open_memstream(&script, &size);
    struct host host;
    int before = 0;
    pid_t server;

    /* A connection for each ten. */
    for (int i = 0; i < 100; i++) {
        (void)fprintf(stream, "%s" OK_JAN "%s", i % 10 == 0 ? "HELLO\n" : "",
                      i % 10 == 9 ? "CLOSE\n" : "");
    }
    (void)fclose(stream);
    host_init(&host, throttled);
    server = auth_server_start(host.socket, script);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    for (int i = 0; i < 100; i++) {
        ck_assert_msg(host_plain(&host, JAN, "geheim") == SASL_OK, "session %d: %s", i, host_log());
        if (i == 0) {
            before = open_files();
        }
    }
    ck_assert_int_eq(open_files(), before);
    auth_server_finish(server);
    free(script);
    host_done(&host);
}
END_TEST

Suite *sasl_policy_suite(void)
{
    Suite *suite = suite_create("sasl-policy");
    TCase *tcase = tcase_create("sasl-policy");

    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, no_tls_no_mechanism);
    tcase_add_test(tcase, tls_is_checked_in_every_step);
    tcase_add_test(tcase, outer_layer_counts_as_tls);
    tcase_add_test(tcase, login_only_if_named);
    tcase_add_loop_test(tcase, bad_option, 0, (int)(sizeof(bad_options) / sizeof(bad_options[0])));
    tcase_add_loop_test(tcase, version, 0, (int)(sizeof(versions) / sizeof(versions[0])));
    tcase_add_test(tcase, throttle_across_processes);
    tcase_add_test(tcase, owner_passes_while_guessed_at);
    tcase_add_test(tcase, temporary_trouble_is_nobodys_failure);
    tcase_add_test(tcase, observe_only_logs);
    tcase_add_loop_test(tcase, throttle_out_of_order, 0,
                        (int)(sizeof(troubles) / sizeof(troubles[0])));
    tcase_add_test(tcase, throttle_file_is_damaged);
    tcase_add_test(tcase, hundred_sessions);
    suite_add_tcase(suite, tcase);
    return suite;
}
