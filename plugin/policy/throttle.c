/* The throttle's decisions, on a table that somebody else keeps. */
#include <arpa/inet.h>
#include <string.h>

#include "kinamo/throttle.h"

#define MAX_WAIT 5
#define MAX_USER 255
#define MAX_IP   16

const char *kinamo_throttle_verdict_name(enum kinamo_throttle_verdict verdict)
{
    static const char *const names[] = {
        [KINAMO_THROTTLE_PASS] = "",
        [KINAMO_THROTTLE_BY_ACCOUNT] = "throttle-account",
        [KINAMO_THROTTLE_BY_NETWORK] = "throttle-network",
        [KINAMO_THROTTLE_BY_ADDRESS] = "throttle-address",
    };

    return names[verdict];
}

/* An address as bytes: how many name the network, how many the host. */
struct place {
    unsigned char bytes[MAX_IP];
    size_t network_length, host_length;
};

static bool find_place(const char *ip, struct place *place)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

    if (ip == NULL) {
        return false;
    }
    if (inet_pton(AF_INET, ip, place->bytes) == 1) {
        place->network_length = 3;
        place->host_length = 4;
        return true;
    }
    if (inet_pton(AF_INET6, ip, place->bytes) != 1) {
        return false;
    }
    if (memcmp(place->bytes, mapped, sizeof(mapped)) == 0) {
        memmove(place->bytes, place->bytes + sizeof(mapped), 4);
        place->network_length = 3;
        place->host_length = 4;
        return true;
    }
    /* Privacy extensions change the rest daily. */
    place->network_length = place->host_length = 8;
    return true;
}

/* The length of the place stands before it, so that IPv4 and IPv6 never meet. */
static uint64_t make_key(const unsigned char *secret, enum kinamo_throttle_kind kind,
                         const struct place *place, size_t place_length, const char *user)
{
    unsigned char text[2 + MAX_IP + MAX_USER];
    size_t user_length = strnlen(user, MAX_USER);
    size_t length = 0;
    uint64_t key;

    text[length++] = (unsigned char)kind;
    text[length++] = (unsigned char)place_length;
    if (place_length > 0) {
        memcpy(text + length, place->bytes, place_length);
        length += place_length;
    }
    for (size_t i = 0; i < user_length; i++) {
        char c = user[i];

        text[length++] = (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    key = kinamo_siphash(secret, text, length);
    return key == 0 ? 1 : key;
}

void kinamo_throttle_make_keys(const unsigned char secret[KINAMO_SIPHASH_KEY], const char *user,
                               const char *ip, struct kinamo_throttle_keys *keys)
{
    struct place place;

    memset(keys, 0, sizeof(*keys));
    keys->account = make_key(secret, KINAMO_THROTTLE_ACCOUNT, NULL, 0, user);
    if (find_place(ip, &place)) {
        keys->network = make_key(secret, KINAMO_THROTTLE_NETWORK, &place, place.network_length, "");
        keys->owner = make_key(secret, KINAMO_THROTTLE_OWNER, &place, place.host_length, user);
    }
}

static uint32_t limit_of(const struct kinamo_throttle_rules *rules, enum kinamo_throttle_kind kind)
{
    return kind == KINAMO_THROTTLE_NETWORK ? rules->network_limit : rules->account_limit;
}

/* Failures not yet forgiven, at most limit: what a clock that was set back, or a broken file, makes
   of the debt is forgiven in due time too. */
static uint32_t failures_of(const struct kinamo_throttle_entry *entry, uint32_t limit,
                            const struct kinamo_throttle_rules *rules, int64_t now)
{
    int64_t failures;

    if (entry == NULL || entry->debt <= now) {
        return 0;
    }
    if (entry->debt > now + (int64_t)limit * rules->decay) {
        return limit;
    }
    failures = (entry->debt - now + rules->decay - 1) / rules->decay;
    return failures > limit ? limit : (uint32_t)failures;
}

static bool is_owner(const struct kinamo_throttle_entry *entry, int64_t now)
{
    /* A success in the future is no success: the clock was set back, or the file is broken. */
    return entry->success > 0 && entry->success <= now &&
           entry->success > now - KINAMO_THROTTLE_OWNER_SECONDS;
}

static const struct kinamo_throttle_entry *find(const struct kinamo_throttle_entry *entries,
                                                uint64_t key)
{
    for (size_t i = 0; i < KINAMO_THROTTLE_WAYS; i++) {
        if (entries[i].key == key) {
            return &entries[i];
        }
    }
    return NULL;
}

static const struct kinamo_throttle_entry *find_in(const struct kinamo_throttle_bucket *bucket,
                                                   enum kinamo_throttle_kind kind, uint64_t key)
{
    if (bucket == NULL || key == 0) {
        return NULL;
    }
    return find(kind == KINAMO_THROTTLE_OWNER ? bucket->owners : bucket->failures, key);
}

bool kinamo_throttle_is_owner(const struct kinamo_throttle_bucket *bucket, uint64_t key,
                              int64_t now)
{
    const struct kinamo_throttle_entry *entry = find_in(bucket, KINAMO_THROTTLE_OWNER, key);

    return entry != NULL && is_owner(entry, now);
}

static unsigned int wait_for(uint32_t failures, uint32_t limit)
{
    uint32_t free = limit / 2;

    if (failures <= free) {
        return 0;
    }
    return failures - free > MAX_WAIT ? MAX_WAIT : failures - free;
}

enum kinamo_throttle_verdict kinamo_throttle_decide(const struct kinamo_throttle_keys *keys,
                                                    const struct kinamo_throttle_view *view,
                                                    const struct kinamo_throttle_rules *rules,
                                                    int64_t now, unsigned int *wait_r)
{
    const struct {
        const struct kinamo_throttle_entry *entry;
        enum kinamo_throttle_kind kind;
        enum kinamo_throttle_verdict verdict;
    } stranger[] = {
        {find_in(view->account, KINAMO_THROTTLE_ACCOUNT, keys->account), KINAMO_THROTTLE_ACCOUNT,
         KINAMO_THROTTLE_BY_ACCOUNT},
        {find_in(view->network, KINAMO_THROTTLE_NETWORK, keys->network), KINAMO_THROTTLE_NETWORK,
         KINAMO_THROTTLE_BY_NETWORK},
    };
    const struct kinamo_throttle_entry *owner =
        find_in(view->owner, KINAMO_THROTTLE_OWNER, keys->owner);

    *wait_r = 0;
    if (owner != NULL && is_owner(owner, now)) {
        uint32_t limit = rules->account_limit;
        uint32_t failures = failures_of(owner, limit, rules, now);

        *wait_r = wait_for(failures, limit);
        return failures < limit ? KINAMO_THROTTLE_PASS : KINAMO_THROTTLE_BY_ADDRESS;
    }
    for (size_t i = 0; i < sizeof(stranger) / sizeof(stranger[0]); i++) {
        uint32_t limit = limit_of(rules, stranger[i].kind);
        uint32_t failures = failures_of(stranger[i].entry, limit, rules, now);
        unsigned int wait = wait_for(failures, limit);

        if (failures >= limit) {
            return stranger[i].verdict;
        }
        *wait_r = wait > *wait_r ? wait : *wait_r;
    }
    return KINAMO_THROTTLE_PASS;
}

/* What an entry is worth keeping for: the later, the more. */
static int64_t worth(const struct kinamo_throttle_entry *entry)
{
    if (entry->key == 0) {
        return INT64_MIN;
    }
    return entry->success > 0 ? entry->success : entry->debt;
}

/* The entry of this key, perhaps in the place of another. */
static struct kinamo_throttle_entry *claim(struct kinamo_throttle_entry *entries, uint64_t key,
                                           int64_t now, bool *evicted_r)
{
    struct kinamo_throttle_entry *worst = &entries[0];

    *evicted_r = false;
    for (size_t i = 0; i < KINAMO_THROTTLE_WAYS; i++) {
        if (entries[i].key == key) {
            return &entries[i];
        }
        if (worth(&entries[i]) < worth(worst)) {
            worst = &entries[i];
        }
    }
    *evicted_r = worst->key != 0 && (worst->debt > now || is_owner(worst, now));
    *worst = (struct kinamo_throttle_entry){.key = key};
    return worst;
}

bool kinamo_throttle_fail(struct kinamo_throttle_bucket *bucket, enum kinamo_throttle_kind kind,
                          uint64_t key, const struct kinamo_throttle_rules *rules, int64_t now)
{
    struct kinamo_throttle_entry *entry;
    /* Not more than what is refused anyway: after an attack all ends within limit times decay. */
    int64_t most = now + (int64_t)limit_of(rules, kind) * rules->decay;
    bool evicted;

    entry = claim(kind == KINAMO_THROTTLE_OWNER ? bucket->owners : bucket->failures, key, now,
                  &evicted);
    if (entry->debt < now) {
        entry->debt = now;
    }
    entry->debt = entry->debt > most - rules->decay ? most : entry->debt + rules->decay;
    return evicted;
}

void kinamo_throttle_forgive(struct kinamo_throttle_bucket *bucket, uint64_t key,
                             const struct kinamo_throttle_rules *rules, int64_t now)
{
    for (size_t i = 0; i < KINAMO_THROTTLE_WAYS; i++) {
        struct kinamo_throttle_entry *entry = &bucket->failures[i];

        if (entry->key == key && entry->debt > now) {
            entry->debt = entry->debt - now > rules->decay ? entry->debt - rules->decay : now;
        }
    }
}

bool kinamo_throttle_succeed(struct kinamo_throttle_bucket *bucket, uint64_t key, int64_t now)
{
    bool evicted;
    struct kinamo_throttle_entry *entry = claim(bucket->owners, key, now, &evicted);

    entry->success = now;
    entry->debt = 0;
    return evicted;
}
