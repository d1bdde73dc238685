/* Where a mailbox's storage lies. */
#ifndef KINAMO_QUOTA_FOLDERS_H
#define KINAMO_QUOTA_FOLDERS_H

#include <stdint.h>

struct kinamo_quota_reading;
struct mail_user;

#define KINAMO_QUOTA_LARGEST 3

struct kinamo_quota_folder {
    const char *name; /* UTF-8, on the data stack */
    uint64_t size;
    unsigned int messages;
};

struct kinamo_quota_folders {
    /* All folders with special-use \Trash and \Junk. */
    struct kinamo_quota_folder trash, junk;
    /* The largest of the others, largest first; name is NULL if there are fewer. */
    struct kinamo_quota_folder largest[KINAMO_QUOTA_LARGEST];
};

/* Measure the user's own folders, as far as the reading's root counts them; one that cannot be
   opened is left out. */
void kinamo_quota_folders(struct mail_user *user, const struct kinamo_quota_reading *reading,
                          struct kinamo_quota_folders *folders_r);

#endif
