/* The bench: what the servers cost with ours, beside a reference, measured in turn in one run.

   A part (part-<name>.c, listed in parts.h) compares ways to run the servers, its variants, under
   the same load. bench_compare() runs them A B A B ..., each time with servers and mail of their
   own, and prints for each variant the CPU of all processes of Dovecot and Postfix, and the wall
   time, per unit of the load; the ratio of its CPU to that of the first variant in the same round;
   and whether the goal was kept. Starting, stopping and prepare() are not measured, nor is the
   client.

   The environment chooses the size: BENCH_ROUNDS (default 8) and BENCH_SCALE (default 1), by which
   bench_size() multiplies. Goals are judged in earnest only: from 6 rounds and scale 1 on; in a
   smaller run a ratio of three times the goal fails the part. A missed goal fails it too. The
   helpers of the live fixture serve here too, and fail the part likewise.
 */
#ifndef KINAMO_BENCH_H
#define KINAMO_BENCH_H

#include <stdbool.h>

#include "../live/fixture/live.h"

/* One way to run the servers. */
struct bench_variant {
    const char *name; /* as printed: "stock, DELE each" */
    struct live_options options;
    double goal;      /* at most this many times the CPU of the reference; 0: only shown */
    const void *data; /* for prepare() and load() */
};

struct bench_comparison {
    const char *name;     /* as printed: "POP3 sessions of 10 messages" */
    const char *unit;     /* as printed: "session" */
    int units;            /* how many in one round; from bench_size() */
    const char *services; /* whose settings are printed beside the figures: "pop3-login pop3" */
    /* The load itself runs what is measured (a SASL module in process, say): count this process and
       those that it started and waited for too. */
    bool own_cpu;
    /* Variants with a goal: at most this many times the p50 of the reference's samples; 0: none. */
    double latency_goal;
    /* A list that ends with a NULL name. The first is the reference. At least 2, at most 8. */
    const struct bench_variant *variants;
    /* After the servers have started: mail, warming up. May be NULL. */
    void (*prepare)(const struct bench_variant *variant, int units);
    /* Do so many units. What the servers do afterwards until they are idle counts as well. */
    void (*load)(const struct bench_variant *variant, int units);
};

/* Measure and print. Each variant also gets p50 and p99 if its load gave bench_sample()s. */
void bench_compare(const struct bench_comparison *comparison);

/* A number of messages, sessions, ... times BENCH_SCALE, at least 1. */
int bench_size(int full);
/* Whether goals are judged in this run. */
bool bench_in_earnest(void);

/* Add the wall time of one unit, in milliseconds, to the samples of the running variant. */
void bench_sample(double milliseconds);
/* Do so many units, spread over so many clients that run at once, each a process of its own. one()
   does one unit, its number counting from 0; its wall time becomes a sample. */
void bench_clients(int clients, int units, void (*one)(int number, const void *data),
                   const void *data);

/* For a part that compares something else than CPU: whether the median of the figures of so many
   rounds keeps the goal. Above it may be chance: "MISSED", which fails the part when it ends, is
   what the rounds together can tell from the goal. Sorts the figures. */
const char *bench_verdict(double goal, double *figures, int rounds);

/* For a single figure: print a judged line "<figure> (goal <goal>: kept)". Failed
   goals fail the part when it ends, not before. format says what was measured. */
void bench_judge(double figure, double goal, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Users number 0 to count - 1 for the passwd-file; to be freed. */
#define BENCH_USER     "u%d@klant.example"
#define BENCH_PASSWORD "secret"
char *bench_users(int count);
/* Give each of the first users so many messages of 1 kB, straight into an empty Maildir; indexed,
   as if they had been delivered. */
void bench_fill(int users, int messages);

/* Seconds of a clock that never jumps. */
double bench_now(void);

/* Print "service: setting = value, ..." of the running Dovecot for each of the services. */
void bench_print_services(const char *services);

#endif
