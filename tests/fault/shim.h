/* What the preloaded shim does to a server process, and what it has seen; shared memory between it
   and the test. The test writes the orders while no session runs, and arms last. */
#ifndef KINAMO_FAULT_SHIM_H
#define KINAMO_FAULT_SHIM_H

#include <stdatomic.h>
#include <stdbool.h>

#define SHIM_KILL (-1) /* in place of an errno: SIGKILL before the call */

/* With the quota driver "count", stock Dovecot tries without end to make its lock file in a
   directory in which it may not (index_storage_expunged_sync_begin()). After so many calls it is
   killed. */
#define SHIM_LOOPS 12

/* Which files, by their path below the users' homes; Dovecot's own are called dovecot*. */
enum shim_files { SHIM_MAIL = 1, SHIM_INDEX = 2 };
enum shim_calls { SHIM_READ = 1, SHIM_WRITE = 2 };

struct shim_control {
    /* Orders. */
    int error; /* errno of the calls that fail, or SHIM_KILL */
    int files, calls;
    bool once;            /* only one call fails; else all from then on */
    long long clock_jump; /* seconds */
    atomic_int let_pass;  /* how many calls go well first */
    atomic_int clock_let_pass;
    atomic_bool armed, clock_armed;
    /* Reports. */
    atomic_int failed;       /* calls that were made to fail */
    atomic_int clock_jumped; /* answers that came from another time */
    atomic_int denied, full; /* calls that failed by themselves: EACCES or EROFS; ENOSPC */
    atomic_bool crashed;     /* SIGSEGV or SIGABRT */
    atomic_bool looped;      /* the process was killed because of SHIM_LOOPS */
    char where[64];          /* the call that failed first */
};

#endif
