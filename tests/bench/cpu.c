/* The CPU that servers have used, from /proc. */
#include "kinamo-config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "parts.h"

#define MAX_PROCESSES 4096
#define IDLE_WINDOW   50000 /* microseconds */
#define IDLE_GROWTH   0.001 /* seconds of CPU within the window */
#define IDLE_WINDOWS  400

struct process {
    int pid, parent;
    bool server;
    double seconds;
};

static bool read_proc(int pid, const char *file, char *text, size_t size)
{
    char path[64];
    FILE *stream;
    size_t length;

    (void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
    stream = fopen(path, "re");
    if (stream == NULL) {
        return false;
    }
    length = fread(text, 1, size - 1, stream);
    (void)fclose(stream);
    text[length] = '\0';
    return length > 0;
}

/* False if the process is gone. The children that it waited for are known to a clock tick only, the
   process itself to a nanosecond. */
static bool read_process(int pid, struct process *process)
{
    char text[1024];
    char *name;
    char *rest;
    long ticks[2];

    if (!read_proc(pid, "stat", text, sizeof(text)) || (name = strchr(text, '(')) == NULL ||
        (rest = strrchr(text, ')')) == NULL) {
        return false;
    }
    *rest = '\0';
    if (sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %ld %ld",
               &process->parent, &ticks[0], &ticks[1]) != 3) {
        return false;
    }
    process->pid = pid;
    process->server = strcmp(name + 1, "dovecot") == 0 || strcmp(name + 1, "master") == 0;
    process->seconds = (double)(ticks[0] + ticks[1]) / (double)sysconf(_SC_CLK_TCK);
    if (!read_proc(pid, "schedstat", text, sizeof(text))) {
        return false;
    }
    process->seconds += strtod(text, NULL) / 1e9;
    return true;
}

static int read_processes(struct process *processes)
{
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    int count = 0;

    ck_assert_ptr_nonnull(proc);
    while ((entry = readdir(proc)) != NULL) {
        int pid = (int)strtol(entry->d_name, NULL, 10);

        if (pid > 0 && read_process(pid, &processes[count])) {
            count++;
            ck_assert_int_lt(count, MAX_PROCESSES);
        }
    }
    (void)closedir(proc);
    return count;
}

/* A process belongs to a server if its parent does. */
static bool spread(struct process *processes, int count)
{
    bool found = false;

    for (int i = 0; i < count; i++) {
        for (int j = 0; !processes[i].server && j < count; j++) {
            if (processes[j].server && processes[j].pid == processes[i].parent) {
                processes[i].server = found = true;
            }
        }
    }
    return found;
}

static double cpu_now(void)
{
    static struct process processes[MAX_PROCESSES];
    int count = read_processes(processes);
    double seconds = 0;

    while (spread(processes, count)) {
    }
    for (int i = 0; i < count; i++) {
        seconds += processes[i].server ? processes[i].seconds : 0;
    }
    return seconds;
}

double bench_servers_cpu(void)
{
    double seconds = cpu_now();

    for (int i = 0; i < IDLE_WINDOWS; i++) {
        double before = seconds;

        (void)usleep(IDLE_WINDOW);
        seconds = cpu_now();
        if (seconds - before < IDLE_GROWTH) {
            return seconds;
        }
    }
    ck_abort_msg("the servers are still busy after %d seconds",
                 IDLE_WINDOWS * IDLE_WINDOW / 1000000);
    return 0;
}

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

double bench_own_cpu(void)
{
    struct rusage self;
    struct rusage children;

    ck_assert_int_eq(getrusage(RUSAGE_SELF, &self), 0);
    ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &children), 0);
    return seconds_of(&self.ru_utime) + seconds_of(&self.ru_stime) +
           seconds_of(&children.ru_utime) + seconds_of(&children.ru_stime);
}
