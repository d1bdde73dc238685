/* Removing what was downloaded and has had its days, where nobody fetches any more. */
#ifndef KINAMO_RETENTION_EXPIRE_H
#define KINAMO_RETENTION_EXPIRE_H

#include <stdbool.h>

#include "kinamo/mode.h"

struct mail_user;

struct kinamo_expire_result {
    enum kinamo_mode mode;   /* the one that acts */
    const char *destination; /* "": expunged */
    unsigned int due;        /* messages marked as retrieved over POP3 whose days have passed */
    unsigned int removed;    /* of these, now */
    unsigned int kept;       /* marked messages that stay */
};

/* Look at the INBOX, and in mode enforce, unless it is a dry run, remove what is due; with
   only_observe, enforce acts as observe. Returns 0, or -1 with a reason if something is due and
   could not be removed, or if the INBOX could not be read; what was removed nevertheless is
   counted. */
int kinamo_retention_expire(struct mail_user *user, bool only_observe, bool dry_run,
                            struct kinamo_expire_result *result_r, const char **error_r);

#endif
