/* What the parts count. It lies in memory that they share with the program, so that it is there
   however a part ends. */
#include "kinamo-config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "tests/fault/counts.h"

#define DEFAULT_SEED     1939
#define DEFAULT_SESSIONS 60
#define DEFAULT_SECONDS  600
#define PATIENCE         5
#define MAX_SHOWN        20

/* Check tells its parent how long a test took in an int of microseconds, and gives up when that
   overflows. */
#define MAX_SECONDS 2100

static const char *const outcomes[FAULT_OUTCOMES] = {"survived", "LOST", "duplicated", "FALSE +OK",
                                                     "WRONG"};

static struct fault_counts *counts;
static const struct fault_part *part;
static FILE *log_file;
static double started;

static unsigned long long number(const char *variable, unsigned long long otherwise)
{
    const char *text = getenv(variable);

    return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

unsigned long long fault_seed(void)
{
    return number("FAULT_SEED", DEFAULT_SEED);
}

int fault_sessions(void)
{
    return (int)number("FAULT_SESSIONS", DEFAULT_SESSIONS);
}

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool fault_open_log(const char *path)
{
    counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    log_file = fopen(path, "we");
    return counts != MAP_FAILED && log_file != NULL && setvbuf(log_file, NULL, _IOLBF, 0) == 0;
}

const struct fault_counts *fault_begin(const struct fault_part *next)
{
    memset(counts, 0, sizeof(*counts));
    part = next;
    started = now();
    return counts;
}

bool fault_is_chosen(const char *list, const char *name)
{
    size_t length;

    if (list == NULL || list[strspn(list, " ")] == '\0') {
        return true;
    }
    for (list += strspn(list, " "); *list != '\0'; list += length + strspn(list + length, " ")) {
        length = strcspn(list, " ");
        if (strncmp(list, name, length) == 0 && (name[length] == '\0' || name[length] == '-')) {
            return true;
        }
    }
    return false;
}

bool fault_kind_is_chosen(const char *kind)
{
    return fault_is_chosen(getenv("KINDS"), kind);
}

static bool all_happened(void)
{
    for (int i = 0; part->kinds[i] != NULL; i++) {
        if (counts->injected[i] == 0 && fault_kind_is_chosen(part->kinds[i])) {
            return false;
        }
    }
    return true;
}

bool fault_goes_on(int n)
{
    unsigned long long seconds = number("FAULT_SECONDS", DEFAULT_SECONDS);
    bool within = n <= fault_sessions() &&
                  now() - started < (double)(seconds < MAX_SECONDS ? seconds : MAX_SECONDS);

    if (within || (!all_happened() && n <= PATIENCE * fault_sessions())) {
        counts->sessions = n;
        return true;
    }
    return false;
}

static int index_of(const char *kind)
{
    for (int i = 0; part->kinds[i] != NULL; i++) {
        if (strcmp(part->kinds[i], kind) == 0) {
            return i;
        }
    }
    ck_abort_msg("%s does not name the fault %s", part->name, kind);
    return 0;
}

static void log_line(const char *what, const char *format, va_list args)
{
    (void)fprintf(log_file, "%.3f %s session %d: %s: ", now() - started, part->name,
                  counts->sessions, what);
    (void)vfprintf(log_file, format, args);
    (void)fputc('\n', log_file);
}

void fault_injected(const char *kind, const char *format, ...)
{
    va_list args;

    counts->injected[index_of(kind)]++;
    va_start(args, format);
    log_line(kind, format, args);
    va_end(args);
}

void fault_note(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_line("note", format, args);
    va_end(args);
}

int fault_count(const char *kind)
{
    return counts->injected[index_of(kind)];
}

static void show(enum fault_outcome outcome, const char *text)
{
    if (counts->shown++ < MAX_SHOWN) {
        (void)printf("# %s session %d: %s: %s\n", part->name, counts->sessions, outcomes[outcome],
                     text);
        (void)fflush(stdout);
    }
}

void fault_outcome(enum fault_outcome outcome, const char *format, ...)
{
    char text[512] = "";
    va_list args;

    counts->outcome[outcome]++;
    if (format == NULL) {
        return;
    }
    va_start(args, format);
    log_line(outcomes[outcome], format, args);
    va_end(args);
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (outcome != FAULT_SURVIVED && outcome != FAULT_DUPLICATED) {
        show(outcome, text);
    }
}
