/* Breaks things while real servers work, part by part, and prints what came of it.

   PARTS and KINDS, lists of names separated by blanks, choose parts and kinds of faults;
   FAULT_SEED, FAULT_SESSIONS and FAULT_SECONDS say how much each part does. FAULT_VERBOSE=1 shows
   the servers' log of a part that broke off. Every fault is logged in fault.log. */
#include "kinamo-config.h"

#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "tests/fault/counts.h"

#define LOG "fault.log"

/* clang-format off */
static const struct fault_part *const parts[] = {
    &fault_pop3_maildir,
    &fault_pop3_sdbox,
    &fault_pop3_mdbox,
    &fault_stock_maildir,
    &fault_stock_sdbox,
    &fault_stock_mdbox,
    &fault_sasl,
};
/* clang-format on */

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static bool is_chosen(const struct fault_part *part)
{
    const char *list = getenv("PARTS");

    return fault_is_chosen(list, part->name) && (!part->on_request || list != NULL);
}

/* A part that failed leaves its file systems mounted over the users' homes. */
static void unmount_homes(void)
{
    FILE *mounts = setmntent("/proc/mounts", "r");
    const struct mntent *mount;

    while (mounts != NULL && (mount = getmntent(mounts)) != NULL) {
        if (strncmp(mount->mnt_dir, LIVE_MAIL_DIR "/", strlen(LIVE_MAIL_DIR "/")) == 0) {
            (void)umount2(mount->mnt_dir, MNT_DETACH);
        }
    }
    (void)(mounts == NULL ? 0 : endmntent(mounts));
}

/* A process of its own runs it. */
static const struct fault_part *current;

START_TEST(test_of_part)
{
    current->test();
    if (getenv("FAULT_VERBOSE") != NULL) {
        char *text = live_log_text(NULL);

        fault_note("log:\n%s", text);
        free(text);
    }
}
END_TEST

static bool run_test(const struct fault_part *part)
{
    Suite *suite = suite_create(part->name);
    TCase *tcase = tcase_create(part->name);
    SRunner *runner = srunner_create(suite);
    bool passed;

    tcase_set_timeout(tcase, 7200);
    current = part;
    tcase_add_test(tcase, test_of_part);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_SILENT);
    passed = srunner_ntests_failed(runner) == 0;
    if (!passed) {
        TestResult **failures = srunner_failures(runner);

        (void)printf("# %s: %s\n", part->name, tr_msg(failures[0]));
        free(failures);
        if (getenv("FAULT_VERBOSE") != NULL) {
            live_show_failed();
        }
    }
    srunner_free(runner);
    unmount_homes();
    return passed;
}

/* Prints the kinds and adds them up. */
static bool sum_up(const struct fault_part *part, const struct fault_counts *counts, int *sum_r)
{
    bool all = true;

    *sum_r = 0;
    (void)printf("# %s:", part->name);
    for (int i = 0; part->kinds[i] != NULL; i++) {
        (void)printf(" %s=%d", part->kinds[i], counts->injected[i]);
        *sum_r += counts->injected[i];
        if (counts->injected[i] == 0 && fault_kind_is_chosen(part->kinds[i])) {
            all = false;
            (void)printf(" (NEVER HAPPENED)");
        }
    }
    (void)printf("\n");
    return all;
}

static bool run_part(const struct fault_part *part)
{
    const struct fault_counts *counts = fault_begin(part);
    bool passed = run_test(part);
    int injected;

    passed = sum_up(part, counts, &injected) && passed;
    passed = passed && injected > 0 && counts->outcome[FAULT_LOST] == 0 &&
             counts->outcome[FAULT_FALSE_OK] == 0 && counts->outcome[FAULT_WRONG] == 0;
    (void)printf("%-16s%9d%9d%9d%6d%11d%10d%7d  %s\n", part->name, counts->sessions, injected,
                 counts->outcome[FAULT_SURVIVED], counts->outcome[FAULT_LOST],
                 counts->outcome[FAULT_DUPLICATED], counts->outcome[FAULT_FALSE_OK],
                 counts->outcome[FAULT_WRONG], passed ? "passed" : "FAILED");
    (void)fflush(stdout);
    return passed;
}

static int run(void *context)
{
    int passed = 0;
    int failed = 0;

    (void)context;
    (void)printf("# Dovecot %s, seed %llu\n", KINAMO_SERIES, fault_seed());
    (void)printf("%-16s%9s%9s%9s%6s%11s%10s%7s\n", "part", "sessions", "injected", "survived",
                 "lost", "duplicated", "false +OK", "wrong");
    for (size_t i = 0; i < PARTS; i++) {
        if (is_chosen(parts[i])) {
            *(run_part(parts[i]) ? &passed : &failed) += 1;
        }
    }
    (void)printf("%d passed, %d failed\n", passed, failed);
    return passed > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
    if (!fault_open_log(LOG)) {
        perror(LOG);
        return EXIT_FAILURE;
    }
    return live_inside(run, NULL);
}
