/* The throttle's table in a file. It is read and written with pread() and pwrite(), never mapped: a
   file that somebody cuts short must not kill smtpd. Locks only keep two writers from losing one of
   two counts. They are record locks, which the kernel drops when their holder dies; for one who is
   stopped while holding it, nobody waits longer than a moment: what then happens without the lock
   is sound as well, because entries are written one by one and any bytes are a valid entry. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/sasl/line-stream.h"
#include "plugin/sasl/throttle-file.h"

#define LOCK_TRIES    20
#define LOCK_PAUSE_MS 5

struct header {
    char magic[8];
    uint32_t version;
    uint32_t buckets;
    uint64_t evictions;
    unsigned char secret[KINAMO_SIPHASH_KEY];
};

static const char magic[8] = "KINAMO-T";
#define VERSION 1

struct throttle_file {
    char *path;
    struct kinamo_throttle_rules rules;
    uint32_t buckets;
    int fd;
    struct header header;
    const char *trouble;
    int error;
};

struct throttle_file *throttle_file_new(const char *path, uint32_t size,
                                        const struct kinamo_throttle_rules *rules)
{
    struct throttle_file *file = calloc(1, sizeof(*file));

    if (file == NULL || (file->path = strdup(path)) == NULL) {
        free(file);
        return NULL;
    }
    file->rules = *rules;
    file->buckets = (size + KINAMO_THROTTLE_WAYS - 1) / KINAMO_THROTTLE_WAYS;
    file->fd = -1;
    return file;
}

static void close_file(struct throttle_file *file)
{
    if (file->fd >= 0) {
        (void)close(file->fd);
        file->fd = -1;
    }
}

void throttle_file_free(struct throttle_file *file)
{
    if (file != NULL) {
        close_file(file);
        free(file->path);
        free(file);
    }
}

/* Notes why; always returns false. */
static bool fail(struct throttle_file *file, const char *trouble)
{
    file->trouble = trouble;
    file->error = errno;
    return false;
}

/* A part of the file; returns also if somebody else does not let go of it. */
static void lock(struct throttle_file *file, off_t start, size_t size)
{
    struct flock flock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = (off_t)size};

    for (int i = 0; i < LOCK_TRIES && fcntl(file->fd, F_SETLK, &flock) < 0; i++) {
        clock_sleep(LOCK_PAUSE_MS);
    }
}

static void unlock(struct throttle_file *file)
{
    struct flock flock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

    (void)fcntl(file->fd, F_SETLK, &flock);
}

static off_t offset_of(const struct throttle_file *file, uint64_t key)
{
    return (off_t)(sizeof(struct header) +
                   key % file->buckets * sizeof(struct kinamo_throttle_bucket));
}

static off_t whole_size(const struct throttle_file *file)
{
    return (off_t)(sizeof(struct header) +
                   (off_t)file->buckets * (off_t)sizeof(struct kinamo_throttle_bucket));
}

static bool read_at(struct throttle_file *file, void *data, size_t size, off_t offset)
{
    ssize_t got = pread(file->fd, data, size, offset);

    if (got >= 0 && (size_t)got < size) {
        errno = EIO;
    }
    return (got >= 0 && (size_t)got == size) || fail(file, "cannot read");
}

static bool write_at(struct throttle_file *file, const void *data, size_t size, off_t offset)
{
    ssize_t put = pwrite(file->fd, data, size, offset);

    if (put >= 0 && (size_t)put < size) {
        errno = ENOSPC;
    }
    return (put >= 0 && (size_t)put == size) || fail(file, "cannot write");
}

/* Whether the file has the table that this process is configured for. */
static bool is_ours(struct throttle_file *file)
{
    struct stat st;

    return fstat(file->fd, &st) == 0 && st.st_size == whole_size(file) &&
           read_at(file, &file->header, sizeof(file->header), 0) &&
           memcmp(file->header.magic, magic, sizeof(magic)) == 0 &&
           file->header.version == VERSION && file->header.buckets == file->buckets;
}

/* A new, empty table; what was never written reads as unused entries. */
static bool create(struct throttle_file *file)
{
    memset(&file->header, 0, sizeof(file->header));
    memcpy(file->header.magic, magic, sizeof(magic));
    file->header.version = VERSION;
    file->header.buckets = file->buckets;
    if (getrandom(file->header.secret, sizeof(file->header.secret), 0) !=
        sizeof(file->header.secret)) {
        return fail(file, "no random numbers for");
    }
    if (ftruncate(file->fd, 0) < 0 || ftruncate(file->fd, whole_size(file)) < 0) {
        return fail(file, "cannot set the size of");
    }
    /* So that counting goes on when the disk is full. Not every file system can; some keep what
       they got before they failed. */
    if (posix_fallocate(file->fd, 0, whole_size(file)) != 0 &&
        (ftruncate(file->fd, 0) < 0 || ftruncate(file->fd, whole_size(file)) < 0)) {
        return fail(file, "cannot set the size of");
    }
    return write_at(file, &file->header, sizeof(file->header), 0);
}

static bool prepare(struct throttle_file *file)
{
    bool ready;

    lock(file, 0, sizeof(file->header));
    ready = is_ours(file);
    if (!ready) {
        file->trouble = NULL;
        ready = create(file);
    }
    unlock(file);
    return ready;
}

/* Somebody may have removed the file, or made it anew: with another size, or, between two of
   another size, with another secret, under which nothing would be found. */
static bool is_current(struct throttle_file *file)
{
    unsigned char secret[KINAMO_SIPHASH_KEY];
    struct stat ours;
    struct stat named;

    return stat(file->path, &named) == 0 && fstat(file->fd, &ours) == 0 &&
           named.st_ino == ours.st_ino && named.st_dev == ours.st_dev &&
           ours.st_size == whole_size(file) &&
           read_at(file, secret, sizeof(secret), offsetof(struct header, secret)) &&
           memcmp(secret, file->header.secret, sizeof(secret)) == 0;
}

static bool open_file(struct throttle_file *file)
{
    struct stat ours;

    if (file->fd >= 0 && !is_current(file)) {
        close_file(file);
    }
    file->trouble = NULL;
    file->error = 0;
    if (file->fd >= 0) {
        return true;
    }
    file->fd = open(file->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (file->fd < 0) {
        return fail(file, "cannot open");
    }
    if (fstat(file->fd, &ours) < 0 || !S_ISREG(ours.st_mode)) {
        errno = EINVAL;
        close_file(file);
        return fail(file, "not a regular file:");
    }
    if (!prepare(file)) {
        close_file(file);
        return false;
    }
    return true;
}

static void lock_key(struct throttle_file *file, uint64_t key)
{
    if (key != 0) {
        lock(file, offset_of(file, key), sizeof(struct kinamo_throttle_bucket));
    }
}

static const struct kinamo_throttle_bucket *load(struct throttle_file *file, uint64_t key,
                                                 struct kinamo_throttle_bucket *bucket)
{
    if (key == 0 || !read_at(file, bucket, sizeof(*bucket), offset_of(file, key))) {
        return NULL;
    }
    return bucket;
}

static void count_eviction(struct throttle_file *file, uint64_t *reached)
{
    uint64_t evictions;

    lock(file, 0, sizeof(file->header));
    if (read_at(file, &evictions, sizeof(evictions), offsetof(struct header, evictions))) {
        evictions++;
        (void)write_at(file, &evictions, sizeof(evictions), offsetof(struct header, evictions));
        if ((evictions & (evictions - 1)) == 0) {
            *reached = evictions;
        }
    }
    unlock(file);
}

/* Only what has changed: a writer that was stopped for long undoes no more than that. */
static void store(struct throttle_file *file, uint64_t key,
                  const struct kinamo_throttle_bucket *before,
                  const struct kinamo_throttle_bucket *after)
{
    const size_t size = sizeof(struct kinamo_throttle_entry);

    for (size_t at = 0; at < sizeof(*after); at += size) {
        const char *entry = (const char *)after + at;

        if (memcmp((const char *)before + at, entry, size) != 0) {
            (void)write_at(file, entry, size, offset_of(file, key) + (off_t)at);
        }
    }
}

enum change {
    FAILURE,
    SUCCESS,
    FORGIVE,
};

/* Returns whether an entry that still meant something had to go. */
static bool change(struct throttle_file *file, enum change how, enum kinamo_throttle_kind kind,
                   uint64_t key, int64_t now)
{
    struct kinamo_throttle_bucket before;
    struct kinamo_throttle_bucket after;
    bool evicted = false;

    if (load(file, key, &before) == NULL) {
        return false;
    }
    after = before;
    if (how == FAILURE) {
        evicted = kinamo_throttle_fail(&after, kind, key, &file->rules, now);
    } else if (how == SUCCESS) {
        evicted = kinamo_throttle_succeed(&after, key, now);
    } else {
        kinamo_throttle_forgive(&after, key, &file->rules, now);
    }
    store(file, key, &before, &after);
    return evicted;
}

static void change_alone(struct throttle_file *file, enum change how,
                         enum kinamo_throttle_kind kind, uint64_t key, int64_t now,
                         uint64_t *reached)
{
    bool evicted;

    lock_key(file, key);
    evicted = change(file, how, kind, key, now);
    unlock(file);
    if (evicted) {
        count_eviction(file, reached);
    }
}

/* In the order of the file, so that two never wait for each other. */
static void lock_keys(struct throttle_file *file, const struct kinamo_throttle_keys *keys)
{
    bool ordered = offset_of(file, keys->account) < offset_of(file, keys->network);

    lock_key(file, ordered ? keys->account : keys->network);
    lock_key(file, ordered ? keys->network : keys->account);
}

void throttle_file_admit(struct throttle_file *file, const char *user, const char *ip, int64_t now,
                         struct throttle_admission *admission_r)
{
    struct kinamo_throttle_bucket account;
    struct kinamo_throttle_bucket network;
    struct kinamo_throttle_bucket owner;
    struct kinamo_throttle_keys keys;
    struct kinamo_throttle_view view;
    unsigned int evicted = 0;

    memset(admission_r, 0, sizeof(*admission_r));
    if (!open_file(file)) {
        return;
    }
    kinamo_throttle_make_keys(file->header.secret, user, ip, &keys);
    lock_keys(file, &keys);
    view.account = load(file, keys.account, &account);
    view.network = load(file, keys.network, &network);
    view.owner = load(file, keys.owner, &owner);
    admission_r->verdict =
        kinamo_throttle_decide(&keys, &view, &file->rules, now, &admission_r->wait);
    admission_r->charged = admission_r->verdict == KINAMO_THROTTLE_PASS &&
                           !kinamo_throttle_is_owner(view.owner, keys.owner, now);
    if (admission_r->charged) {
        evicted += change(file, FAILURE, KINAMO_THROTTLE_ACCOUNT, keys.account, now);
        evicted += change(file, FAILURE, KINAMO_THROTTLE_NETWORK, keys.network, now);
    }
    unlock(file);
    for (; evicted > 0; evicted--) {
        count_eviction(file, &admission_r->evictions);
    }
}

void throttle_file_refund(struct throttle_file *file, const char *user, const char *ip, int64_t now)
{
    struct kinamo_throttle_keys keys;
    uint64_t reached = 0;

    if (!open_file(file)) {
        return;
    }
    kinamo_throttle_make_keys(file->header.secret, user, ip, &keys);
    change_alone(file, FORGIVE, KINAMO_THROTTLE_ACCOUNT, keys.account, now, &reached);
    change_alone(file, FORGIVE, KINAMO_THROTTLE_NETWORK, keys.network, now, &reached);
}

uint64_t throttle_file_record(struct throttle_file *file, const char *user, const char *ip,
                              int64_t now, bool success)
{
    struct kinamo_throttle_bucket owner;
    struct kinamo_throttle_keys keys;
    uint64_t reached = 0;

    if (!open_file(file)) {
        return 0;
    }
    kinamo_throttle_make_keys(file->header.secret, user, ip, &keys);
    if (success || kinamo_throttle_is_owner(load(file, keys.owner, &owner), keys.owner, now)) {
        change_alone(file, success ? SUCCESS : FAILURE, KINAMO_THROTTLE_OWNER, keys.owner, now,
                     &reached);
    } else {
        change_alone(file, FAILURE, KINAMO_THROTTLE_ACCOUNT, keys.account, now, &reached);
        change_alone(file, FAILURE, KINAMO_THROTTLE_NETWORK, keys.network, now, &reached);
    }
    return reached;
}

const char *throttle_file_trouble(const struct throttle_file *file, int *errno_r)
{
    *errno_r = file->error;
    return file->trouble;
}
