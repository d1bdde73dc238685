/* The throttle's table in a file that all smtpd processes share. */
#ifndef KINAMO_THROTTLE_FILE_H
#define KINAMO_THROTTLE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "kinamo/throttle.h"

/* Where a failure of the bookkeeping lies. It never stands in the way of a login. */
struct throttle_file;

/* Returns NULL if there is no memory. Nothing is opened yet: that happens at the first use, with
   the rights and in the directory in which the process then runs. size is the number of failures,
   and also of owners, that the table has room for. The path is copied. */
struct throttle_file *throttle_file_new(const char *path, uint32_t size,
                                        const struct kinamo_throttle_rules *rules);
void throttle_file_free(struct throttle_file *file);

struct throttle_admission {
    enum kinamo_throttle_verdict verdict; /* PASS if the table cannot be read */
    unsigned int wait;                    /* seconds */
    /* The attempt counts as a failure already: of many that are made at once no more are asked than
       one after the other. Owners are not charged, who may send by many connections. */
    bool charged;
    uint64_t evictions; /* as of throttle_file_record() */
};

/* Decide about an attempt. */
void throttle_file_admit(struct throttle_file *file, const char *user, const char *ip, int64_t now,
                         struct throttle_admission *admission_r);

/* The attempt that was charged is no failure after all. */
void throttle_file_refund(struct throttle_file *file, const char *user, const char *ip,
                          int64_t now);

/* Remember how an attempt that was not charged ended, or any success. Returns the number of entries
   that had to go over the life of the file if it has just reached a power of two, whichever process
   brings it there, and otherwise 0: that is often enough to be seen in the log, and seldom enough
   not to flood it. */
uint64_t throttle_file_record(struct throttle_file *file, const char *user, const char *ip,
                              int64_t now, bool success);

/* Why the last call could not use the table (a literal), with errno in *errno_r; NULL if it did. */
const char *throttle_file_trouble(const struct throttle_file *file, int *errno_r);

#endif
