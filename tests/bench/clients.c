/* Clients that run at once, and how long each of their units took. */
#include "kinamo-config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "parts.h"

static struct bench_samples *running;

void bench_samples_use(struct bench_samples *samples)
{
    running = samples;
}

double bench_now(void)
{
    struct timespec now;

    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bench_sample(double milliseconds)
{
    running->values =
        realloc(running->values, ((size_t)running->count + 1) * sizeof(*running->values));
    ck_assert_ptr_nonnull(running->values);
    running->values[running->count++] = milliseconds;
}

/* Client number first does the units first, first + step, ... */
static void be_client(int first, int step, int units, void (*one)(int number, const void *data),
                      const void *data, double *milliseconds)
{
    for (int number = first; number < units; number += step) {
        double start = bench_now();

        one(number, data);
        milliseconds[number] = (bench_now() - start) * 1e3;
    }
}

void bench_clients(int clients, int units, void (*one)(int number, const void *data),
                   const void *data)
{
    size_t size = (size_t)units * sizeof(double);
    double *milliseconds =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t *children = calloc((size_t)clients, sizeof(*children));

    ck_assert(milliseconds != MAP_FAILED);
    ck_assert_ptr_nonnull(children);
    for (int i = 0; i < clients; i++) {
        children[i] = fork();
        ck_assert_int_ge(children[i], 0);
        if (children[i] == 0) {
            be_client(i, clients, units, one, data, milliseconds);
            _exit(EXIT_SUCCESS);
        }
    }
    for (int i = 0; i < clients; i++) {
        int status;

        ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
        ck_assert_msg(status == 0, "client %d of %d failed", i + 1, clients);
    }
    for (int i = 0; i < units; i++) {
        bench_sample(milliseconds[i]);
    }
    ck_assert_int_eq(munmap(milliseconds, size), 0);
    free(children);
}
