/* Slowing down who guesses passwords, without locking out the owner. */
#ifndef KINAMO_THROTTLE_H
#define KINAMO_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kinamo/siphash.h"

/* How long a successful login makes an address known as its owner's. */
#define KINAMO_THROTTLE_OWNER_SECONDS (30 * 86400)

enum kinamo_throttle_kind {
    KINAMO_THROTTLE_ACCOUNT, /* failures of an account, from anywhere that is not the owner's */
    KINAMO_THROTTLE_NETWORK, /* failures from an IPv4 /24 or IPv6 /64, for any account */
    KINAMO_THROTTLE_OWNER,   /* an account together with an IPv4 address or IPv6 /64 */
};

struct kinamo_throttle_rules {
    uint32_t account_limit, network_limit; /* failures after which no more is asked */
    uint32_t decay;                        /* seconds after which one failure is forgiven */
};

/* What is remembered under one key. Debt is the time at which all failures will be forgiven: one
   number for count and decay, so that an entry is sound whatever becomes of its writer. Any bytes
   are a valid entry. */
struct kinamo_throttle_entry {
    uint64_t key;    /* 0: unused */
    int64_t debt;    /* seconds of the wall clock */
    int64_t success; /* of the last success, for OWNER; else 0 */
};

/* Entries that compete for a place. Those of owners only ever make room for other owners, so that
   no flood of guesses drives them out. */
#define KINAMO_THROTTLE_WAYS 4
struct kinamo_throttle_bucket {
    struct kinamo_throttle_entry failures[KINAMO_THROTTLE_WAYS];
    struct kinamo_throttle_entry owners[KINAMO_THROTTLE_WAYS];
};

/* The keys under which an attempt is remembered; 0 for what is not known about it. */
struct kinamo_throttle_keys {
    uint64_t account, network, owner;
};

/* user is taken without regard to case; ip may be NULL or not an address: then only the account
   counts. An IPv4 address mapped to IPv6 counts as IPv4. */
void kinamo_throttle_make_keys(const unsigned char secret[KINAMO_SIPHASH_KEY], const char *user,
                               const char *ip, struct kinamo_throttle_keys *keys);

/* Where a decision comes from. */
enum kinamo_throttle_verdict {
    KINAMO_THROTTLE_PASS,
    KINAMO_THROTTLE_BY_ACCOUNT,
    KINAMO_THROTTLE_BY_NETWORK,
    KINAMO_THROTTLE_BY_ADDRESS, /* the owner's own address guesses */
};

/* "", "throttle-account", ... for the log. */
const char *kinamo_throttle_verdict_name(enum kinamo_throttle_verdict verdict);

/* The buckets of the three keys; NULL where the key is 0 or nothing could be read. */
struct kinamo_throttle_view {
    const struct kinamo_throttle_bucket *account, *network, *owner;
};

/* Whether an attempt may be made, and after how many seconds of waiting (0 to 5: it grows once half
   of a limit is used up). From an address of the owner only the failures from there count. */
enum kinamo_throttle_verdict kinamo_throttle_decide(const struct kinamo_throttle_keys *keys,
                                                    const struct kinamo_throttle_view *view,
                                                    const struct kinamo_throttle_rules *rules,
                                                    int64_t now, unsigned int *wait_r);

/* Whether a bucket knows the key as an owner's. */
bool kinamo_throttle_is_owner(const struct kinamo_throttle_bucket *bucket, uint64_t key,
                              int64_t now);

/* Count a failure. Returns true if an entry that still meant something had to go. */
bool kinamo_throttle_fail(struct kinamo_throttle_bucket *bucket, enum kinamo_throttle_kind kind,
                          uint64_t key, const struct kinamo_throttle_rules *rules, int64_t now);

/* Take back a failure that was counted before its time; nothing if the entry has gone since. */
void kinamo_throttle_forgive(struct kinamo_throttle_bucket *bucket, uint64_t key,
                             const struct kinamo_throttle_rules *rules, int64_t now);

/* Remember that an owner logged in; the same return value. */
bool kinamo_throttle_succeed(struct kinamo_throttle_bucket *bucket, uint64_t key, int64_t now);

#endif
