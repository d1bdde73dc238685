/* Runs the parts of the bench: all, or those named as arguments. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

static const struct part {
    const char *name, *about;
    void (*run)(void);
    bool by_hand; /* only when it is named */
} parts[] = {
    {"pop3", "removal at QUIT beside a client that deletes", bench_part_pop3, false},
    {"pop3-many", "the same with 20,000 messages, and whether a message of many costs more",
     bench_part_pop3_many, false},
    {"quota-imap", "sessions of a user who is not warned, beside quota alone",
     bench_part_quota_imap, false},
    {"quota-lmtp", "deliveries to such a user", bench_part_quota_lmtp, false},
    {"quota-crossing", "a warning, beside a script of quota_warning", bench_part_quota_crossing,
     false},
    {"sasl", "PLAIN through Postfix", bench_part_sasl, false},
    {"sasl-cram", "CRAM-MD5 through Postfix", bench_part_sasl_cram, false},
    {"sasl-crypt", "PLAIN through Postfix with slow hashes", bench_part_sasl_crypt, false},
    {"sasl-smtpd", "PLAIN with new smtpd processes, and without TLS", bench_part_sasl_smtpd, false},
    {"sasl-process", "the SASL module without Postfix", bench_part_sasl_process, false},
    {"sasl-failure", "the time of a refusal", bench_part_sasl_failure, false},
    {"tls", "logins with the login plugin and without", bench_part_tls, false},
    {"memory", "what a session holds for itself", bench_part_memory, false},
    {"mixed", "all kinds of sessions at once: no error, no growth", bench_part_mixed, true},
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

START_TEST(part)
{
    parts[_i].run();
    ck_assert_msg(bench_missed() == 0, "%d goals missed", bench_missed());
}
END_TEST

/* Returns whether the part ran to its end and kept its goals. */
static bool run_part(int number)
{
    Suite *suite = suite_create(parts[number].name);
    TCase *tcase = tcase_create(parts[number].name);
    SRunner *runner = srunner_create(suite);
    bool ok;

    (void)printf("== %s: %s\n", parts[number].name, parts[number].about);
    (void)fflush(stdout);
    tcase_set_timeout(tcase, 0);
    tcase_add_loop_test(tcase, part, number, number + 1);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_SILENT);
    ok = srunner_ntests_failed(runner) == 0;
    if (!ok) {
        TestResult **failures = srunner_failures(runner);

        (void)printf("FAIL: %s: %s\n", parts[number].name, tr_msg(failures[0]));
        free(failures);
        live_show_failed();
    }
    srunner_free(runner);
    return ok;
}

static bool is_wanted(const struct part *one, char *const *names)
{
    if (*names == NULL) {
        return !one->by_hand;
    }
    for (; *names != NULL; names++) {
        if (strcmp(*names, one->name) == 0) {
            return true;
        }
    }
    return false;
}

static int run_parts(void *names)
{
    int failed = 0;

    for (size_t i = 0; i < PARTS; i++) {
        if (is_wanted(&parts[i], names)) {
            failed += !run_part((int)i);
        }
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool exists(const char *name)
{
    for (size_t i = 0; i < PARTS; i++) {
        if (strcmp(parts[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!exists(argv[i])) {
            (void)fprintf(stderr, "bench: unknown part \"%s\"; there are:\n", argv[i]);
            for (size_t p = 0; p < PARTS; p++) {
                (void)fprintf(stderr, "  %-13s %s\n", parts[p].name, parts[p].about);
            }
            return EXIT_FAILURE;
        }
    }
    /* Nothing may wait in a buffer that a fork copies. */
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    return live_inside(run_parts, argv + 1);
}
