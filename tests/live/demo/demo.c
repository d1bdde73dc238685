/* Walks the promises of the article with real servers and real clients and prints a line for each:
   kept, with what was seen; not kept, with what was missed; or not yet built. */
#include "kinamo-config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"

#define EVIDENCE LIVE_DIR "/evidence"

static const struct {
    const char *number, *promise;
    const TTest *(*test)(void); /* NULL: not yet built */
} promises[] = {
    {"C1", "every address works over IMAP and over POP3", demo_c1},
    {"C2", "IMAP: messages remain on the server", demo_c2},
    {"C3", "the user is told in time that the mailbox fills up", demo_c3},
    {"C4", "POP3: what was downloaded is removed", demo_c4},
    {"C5", "a second POP3 device finds an empty mailbox", demo_c5},
    {"C6", "the username is the complete address", demo_c6},
    {"C7", "SSL or STARTTLS before any password", demo_c7},
    {"C8", "outgoing mail goes through port 587, secured", demo_c8},
    {"C9", "outgoing authentication by password or CRAM-MD5", demo_c9},
    {"C10", "one address and password for incoming and outgoing", demo_c10},
    {"C11", "what a user reads comes in the user's language", demo_c11},
};

#define PROMISES (sizeof(promises) / sizeof(promises[0]))

void evidence(const char *format, ...)
{
    FILE *file = fopen(EVIDENCE, "we");
    va_list args;

    ck_assert_ptr_nonnull(file);
    va_start(args, format);
    (void)vfprintf(file, format, args);
    va_end(args);
    ck_assert_int_eq(fclose(file), 0);
}

char *line_with(const char *text, const char *word)
{
    const char *found = strstr(text, word);
    const char *start = found;

    if (found == NULL) {
        return strdup("");
    }
    while (start > text && start[-1] != '\n') {
        start--;
    }
    return strndup(start, strcspn(start, "\r\n"));
}

static void print_evidence(void)
{
    char line[1024] = "";
    FILE *file = fopen(EVIDENCE, "re");

    if (file != NULL) {
        (void)fgets(line, sizeof(line), file);
        (void)fclose(file);
    }
    (void)printf("%s\n", line);
}

/* Returns whether the promise was kept. */
static bool walk(size_t i)
{
    Suite *suite = suite_create(promises[i].number);
    TCase *tcase = tcase_create(promises[i].number);
    SRunner *runner = srunner_create(suite);
    bool kept;

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, promises[i].test());
    suite_add_tcase(suite, tcase);
    (void)unlink(EVIDENCE);
    srunner_run_all(runner, CK_SILENT);
    kept = srunner_ntests_failed(runner) == 0;
    (void)printf("%-4s%-10s%s: ", promises[i].number, kept ? "kept" : "NOT KEPT",
                 promises[i].promise);
    if (kept) {
        print_evidence();
    } else {
        TestResult **failures = srunner_failures(runner);

        (void)printf("%s\n", tr_msg(failures[0]));
        free(failures);
        live_show_failed();
    }
    srunner_free(runner);
    return kept;
}

static int run(void *context)
{
    unsigned int kept = 0;
    unsigned int broken = 0;

    (void)context;
    for (size_t i = 0; i < PROMISES; i++) {
        if (promises[i].test == NULL) {
            (void)printf("%-4s%-10s%s\n", promises[i].number, "not yet", promises[i].promise);
        } else if (walk(i)) {
            kept++;
        } else {
            broken++;
        }
        (void)fflush(stdout);
    }
    (void)printf("%u of %u promises kept, %u not kept, %u not yet built\n", kept,
                 (unsigned int)PROMISES, broken, (unsigned int)PROMISES - kept - broken);
    return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
    return live_inside(run, NULL);
}
