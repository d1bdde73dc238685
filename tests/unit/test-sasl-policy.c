/* The SASL module's policy: TLS, options, versions; and that nothing grows. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth-server.h"
#include "sasl-host.h"
#include "unit-sasl.h"

#define JAN "jan@klant.example"

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
    {4, 3, SASL_BADVERS},
    {4, 4, SASL_OK},
    {4, 5, SASL_OK},
    /* What 2.1.28 may leave there. */
    {0, 4, SASL_OK},
    {9, 4, SASL_OK},
    {-1094795586, 4, SASL_OK},
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
        assert_logged("not loaded: libsasl2 has plugin version 3, this module 4");
    }
    host_done(&host);
}
END_TEST

#define OK_JAN "C: AUTH*\nS: OK\t$\tuser=" JAN "\n"

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
    host_init(&host, NULL);
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
    tcase_add_test(tcase, hundred_sessions);
    suite_add_tcase(suite, tcase);
    return suite;
}
