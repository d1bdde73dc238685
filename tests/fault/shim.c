/* Preloaded into a server process: lets calls on the users' files fail or kill the process, moves
   its clock, and counts what fails by itself. FAULT_CONTROL names the shared memory. */
#include "kinamo-config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "tests/fault/shim.h"

#define HOMES "/mnt/mail/"

static struct shim_control *control;

/* Then it ends as it would have. */
static void note_crash(int number)
{
    atomic_store(&control->crashed, true);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* Before the constructor below, there is no control. */
__attribute__((constructor)) static void attach(void)
{
    const char *path = getenv("FAULT_CONTROL");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    void *memory;

    if (fd < 0) {
        return;
    }
    memory = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (memory != MAP_FAILED) {
        control = memory;
        (void)signal(SIGSEGV, note_crash);
        (void)signal(SIGABRT, note_crash);
    }
}

static int files_of_path(const char *path)
{
    const char *base = strrchr(path, '/');

    base = base == NULL ? path : base + 1;
    return strncmp(base, "dovecot", strlen("dovecot")) == 0 ? SHIM_INDEX : SHIM_MAIL;
}

static bool is_below_homes(const char *path)
{
    return strncmp(path, HOMES, strlen(HOMES)) == 0;
}

static void note_failure(atomic_int *counter)
{
    if (atomic_fetch_add(counter, 1) > SHIM_LOOPS) {
        atomic_store(&control->looped, true);
        (void)kill(getpid(), SIGKILL);
    }
}

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path);

    return length >= strlen(end) && strcmp(path + length - strlen(end), end) == 0;
}

/* Stock Dovecot crashes if sdbox cannot open a mailbox's directory to sync it, in
   sdbox_transaction_save_commit_post(), and if mdbox cannot do that or sync its storage, in
   mdbox_transaction_save_commit_post(). */
static bool is_spared(const char *call, const char *path)
{
    return (strcmp(call, "fdatasync") == 0 && strstr(path, "/mdbox/storage") != NULL) ||
           (strcmp(call, "open") == 0 && ends_with(path, "/dbox-Mails"));
}

/* Whether this call is to fail; sets errno. */
static bool fails(const char *call, enum shim_calls calls, const char *path)
{
    if (is_spared(call, path)) {
        return false;
    }
    if (control == NULL || !atomic_load(&control->armed) || (control->calls & (int)calls) == 0 ||
        !is_below_homes(path) || (control->files & files_of_path(path)) == 0 ||
        atomic_fetch_sub(&control->let_pass, 1) > 0) {
        return false;
    }
    if (atomic_load(&control->failed) == 0) {
        (void)snprintf(control->where, sizeof(control->where), "%s %.40s", call,
                       strrchr(path, '/') + 1);
    }
    note_failure(&control->failed);
    if (control->once) {
        atomic_store(&control->armed, false);
    }
    if (control->error == SHIM_KILL) {
        (void)kill(getpid(), SIGKILL);
    }
    errno = control->error;
    return true;
}

static bool fails_fd(const char *call, enum shim_calls calls, int fd)
{
    char link[64];
    char path[PATH_MAX];
    ssize_t length;

    if (control == NULL || !atomic_load(&control->armed)) {
        return false;
    }
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof(path) - 1);
    if (length <= 0) {
        return false;
    }
    path[length] = '\0';
    return fails(call, calls, path);
}

/* Counts what went wrong without us. */
static long seen(long result)
{
    if (result < 0 && control != NULL) {
        if (errno == EACCES || errno == EROFS) {
            note_failure(&control->denied);
        } else if (errno == ENOSPC) {
            note_failure(&control->full);
        }
    }
    return result;
}

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

static enum shim_calls calls_of_open(int flags)
{
    return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) == O_WRONLY ? SHIM_WRITE
                                                                                 : SHIM_READ;
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list args;

    va_start(args, flags);
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        mode = va_arg(args, mode_t);
    }
    va_end(args);
    return fails("open", calls_of_open(flags), path) ? -1
                                                     : (int)seen(REAL(open)(path, flags, mode));
}

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

/* clang-format off */
#define ON_FD(type, name, calls, parameters, arguments)                                             \
    type name parameters                                                                            \
    {                                                                                               \
        return fails_fd(#name, calls, fd) ? -1 : (type)seen((long)REAL(name) arguments);            \
    }

ON_FD(ssize_t, read, SHIM_READ, (int fd, void *data, size_t size), (fd, data, size))
ON_FD(ssize_t, pread, SHIM_READ, (int fd, void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(ssize_t, write, SHIM_WRITE, (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(ssize_t, pwrite, SHIM_WRITE, (int fd, const void *data, size_t size, off_t at),
      (fd, data, size, at))
ON_FD(ssize_t, writev, SHIM_WRITE, (int fd, const struct iovec *iov, int count), (fd, iov, count))
ON_FD(int, ftruncate, SHIM_WRITE, (int fd, off_t size), (fd, size))
ON_FD(int, fsync, SHIM_WRITE, (int fd), (fd))
ON_FD(int, fdatasync, SHIM_WRITE, (int fd), (fd))

#define ON_PATH(name, parameters, arguments)                                                        \
    int name parameters                                                                             \
    {                                                                                               \
        return fails(#name, SHIM_WRITE, path) ? -1 : (int)seen(REAL(name) arguments);               \
    }

ON_PATH(unlink, (const char *path), (path))
ON_PATH(rename, (const char *from, const char *path), (from, path))
ON_PATH(link, (const char *from, const char *path), (from, path))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
/* clang-format on */

/* Seconds by which the clock is off now. */
static long long jump(void)
{
    if (control == NULL || !atomic_load(&control->clock_armed) ||
        atomic_fetch_sub(&control->clock_let_pass, 1) > 0) {
        return 0;
    }
    atomic_fetch_add(&control->clock_jumped, 1);
    return control->clock_jump;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = REAL(clock_gettime)(clock, time);

    if (result == 0 && clock == CLOCK_REALTIME) {
        time->tv_sec += jump();
    }
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    int result = REAL(gettimeofday)(time, zone);

    if (result == 0) {
        time->tv_sec += jump();
    }
    return result;
}

time_t time(time_t *result)
{
    time_t now = REAL(time)(NULL) + jump();

    if (result != NULL) {
        *result = now;
    }
    return now;
}
