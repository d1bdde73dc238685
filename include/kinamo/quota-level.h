/* How full a mailbox is, and whether its user has to be told (promise C3). */
#ifndef KINAMO_QUOTA_LEVEL_H
#define KINAMO_QUOTA_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

#define KINAMO_QUOTA_MAX_THRESHOLDS 8

/* A failed warning is tried again after this many seconds. */
#define KINAMO_QUOTA_RETRY 60
/* A warning that was begun and never finished counts as failed after this many seconds. */
#define KINAMO_QUOTA_PENDING 300

struct kinamo_quota_thresholds {
    unsigned int count;
    unsigned int percent[KINAMO_QUOTA_MAX_THRESHOLDS]; /* rising, 1 to 100 */
};

struct kinamo_quota_policy {
    struct kinamo_quota_thresholds thresholds;
    uint64_t min_free; /* in the unit of the usage; 0: no such threshold */
    uint64_t repeat;   /* seconds; 0: never remind */
    unsigned int rearm;
};

/* One resource (STORAGE in bytes, MESSAGE) of one quota root. A limit of 0 is no limit. */
struct kinamo_quota_usage {
    uint64_t used, limit;
};

enum kinamo_told_status {
    KINAMO_TOLD_PENDING, /* somebody is about to */
    KINAMO_TOLD_SENT,
    KINAMO_TOLD_FAILED,
};

/* What the user, or a session, was told last. */
struct kinamo_told {
    unsigned int threshold; /* percent; 0: nothing */
    int64_t at;             /* seconds since the epoch */
    enum kinamo_told_status status;
};

enum kinamo_quota_action {
    KINAMO_QUOTA_NOTHING,
    KINAMO_QUOTA_WARN,   /* a higher threshold was reached, or the last warning failed */
    KINAMO_QUOTA_REMIND, /* the threshold is exceeded for so long that it is said again */
    KINAMO_QUOTA_REARM,  /* the level fell: remember the lower threshold, say nothing */
};

struct kinamo_quota_decision {
    enum kinamo_quota_action action;
    unsigned int threshold; /* to say, or to remember */
    unsigned int percent;   /* of the limit, rounded down; may exceed 100 */
};

/* Read "80 90 95 100" (spaces or commas). False unless it holds at least one and at most
   KINAMO_QUOTA_MAX_THRESHOLDS percentages from 1 to 100 in rising order. */
bool kinamo_quota_thresholds_parse(const char *text, struct kinamo_quota_thresholds *thresholds_r);

/* Whole percent of the limit that is used; 0 without a limit. */
unsigned int kinamo_quota_percent(const struct kinamo_quota_usage *usage);

/* Compare the level with what was told. The level counts, not how it came about: a lowered limit
   and a delivery lead to the same decision. Of several thresholds crossed, the highest. */
struct kinamo_quota_decision kinamo_quota_decide(const struct kinamo_quota_policy *policy,
                                                 const struct kinamo_quota_usage *usage,
                                                 const struct kinamo_told *told, int64_t now);

/* Whether something that is said once in a period (0: once and for all) is to be said now. */
bool kinamo_told_is_due(const struct kinamo_told *told, uint64_t period, int64_t now);

#endif
