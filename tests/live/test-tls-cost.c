/* What the login plugin costs: CPU of all processes of Dovecot for the same logins, with ours and
   without, in turn. KINAMO_COST_LOGINS=250 measures in earnest; the short run that every test run
   makes only notices a gross change. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fixture/live.h"
#include "suites.h"

#define ROUNDS         4
#define SHORT          15
#define LIMIT_OF_SHORT 1.6

static const struct {
    const char *name, *dovecot_2_3, *dovecot_2_4;
    double limit; /* in earnest */
} services[] = {
    {"a process for each login", "service imap-login {\n  service_count = 1\n}\n",
     "service imap-login {\n  restart_request_count = 1\n}\n", 1.15},
    {"reused processes", "service imap-login {\n  service_count = 0\n}\n",
     "service imap-login {\n  restart_request_count = unlimited\n}\n", 1.05},
};

/* CPU seconds of all that Dovecot started and waited for. */
static double cpu_of_children(void)
{
    struct rusage usage;

    ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &usage), 0);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The login plugin alone: all else is as in a Dovecot without anything of ours. The client is on a
   trusted network, so that there is no TLS handshake to hide the cost behind. */
static double cpu_of_logins(const char *service, bool ours, int logins)
{
    const struct live_options stock = {.stock = true, .dovecot = service};
    const struct live_options with_plugin = {
        .stock = true,
        .dovecot = service,
        .settings = {{"kinamo_tls_mode", "enforce"},
                     {"kinamo_tls_trusted_networks", "127.0.0.0/8"}},
        .dovecot_2_3 = "login_plugins = login_kinamo_policy\n",
        .dovecot_2_4 = "login_plugins {\n  login_kinamo_policy = yes\n}\n",
    };
    double before = cpu_of_children();
    struct live *live = live_start(ours ? &with_plugin : &stock);

    for (int i = 0; i < logins; i++) {
        talk_once("imap", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD
                          "\nS* 1 OK *\nC: 2 LOGOUT\nS* 2 OK *\nEOF\n");
    }
    live_stop(live);
    return cpu_of_children() - before;
}

START_TEST(login)
{
    const char *text = getenv("KINAMO_COST_LOGINS");
    int logins = text == NULL ? SHORT : (int)strtol(text, NULL, 10);
    double limit = text == NULL ? LIMIT_OF_SHORT : services[_i].limit;
    const char *service = live_is_2_4() ? services[_i].dovecot_2_4 : services[_i].dovecot_2_3;
    double ours = 0;
    double stock = 0;

    for (int round = 0; round < ROUNDS; round++) {
        /* Without logins: what starting and stopping costs. */
        ours += cpu_of_logins(service, true, logins) - cpu_of_logins(service, true, 0);
        stock += cpu_of_logins(service, false, logins) - cpu_of_logins(service, false, 0);
    }
    (void)printf("# tls cost, %s, %d rounds of %d logins: ours %.2f s of CPU, stock %.2f s, ratio "
                 "%.3f\n",
                 services[_i].name, ROUNDS, logins, ours, stock, ours / stock);
    (void)fflush(stdout);
    ck_assert_msg(ours <= stock * limit, "%s: ratio: got %.3f, want at most %.2f",
                  services[_i].name, ours / stock, limit);
}
END_TEST

Suite *tls_cost_suite(void)
{
    Suite *suite = suite_create("tls-cost");
    TCase *tcase = tcase_create("tls-cost");

    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, login, 0, (int)(sizeof(services) / sizeof(services[0])));
    suite_add_tcase(suite, tcase);
    return suite;
}
