/* The throttle: guessers are refused, owners are not. */
#include <string.h>

#include "kinamo/throttle.h"
#include "unit.h"

#define NOW 1800000000
#define DAY 86400

static const struct kinamo_throttle_rules rules = {
    .account_limit = 4, .network_limit = 6, .decay = 60};
static const unsigned char secret[KINAMO_SIPHASH_KEY] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                         8, 9, 10, 11, 12, 13, 14, 15};

/* Every key shares one bucket: the rules do not depend on where an entry lies. */
static struct kinamo_throttle_bucket bucket;

static void forget(void)
{
    memset(&bucket, 0, sizeof(bucket));
}

static enum kinamo_throttle_verdict decide(const char *user, const char *ip, int64_t now,
                                           unsigned int *wait)
{
    struct kinamo_throttle_view view = {&bucket, &bucket, &bucket};
    struct kinamo_throttle_keys keys;
    unsigned int ignored;

    kinamo_throttle_make_keys(secret, user, ip, &keys);
    return kinamo_throttle_decide(&keys, &view, &rules, now, wait == NULL ? &ignored : wait);
}

static void fail_times(int times, const char *user, const char *ip, int64_t now)
{
    struct kinamo_throttle_keys keys;

    kinamo_throttle_make_keys(secret, user, ip, &keys);
    while (times-- > 0) {
        kinamo_throttle_fail(&bucket, KINAMO_THROTTLE_ACCOUNT, keys.account, &rules, now);
        kinamo_throttle_fail(&bucket, KINAMO_THROTTLE_NETWORK, keys.network, &rules, now);
    }
}

static void log_in(const char *user, const char *ip, int64_t now)
{
    struct kinamo_throttle_keys keys;

    kinamo_throttle_make_keys(secret, user, ip, &keys);
    kinamo_throttle_succeed(&bucket, keys.owner, now);
}

#define assert_verdict(got_, want_)                                                                \
    ck_assert_msg((got_) == (want_), "got \"%s\", want \"%s\"",                                    \
                  kinamo_throttle_verdict_name(got_), kinamo_throttle_verdict_name(want_))

/* Aumasson and Bernstein, SipHash, appendix A; and the first vector of their reference code. */
START_TEST(siphash_vectors)
{
    unsigned char input[15];

    for (size_t i = 0; i < sizeof(input); i++) {
        input[i] = (unsigned char)i;
    }
    ck_assert(kinamo_siphash(secret, input, 15) == UINT64_C(0xa129ca6149be45e5));
    ck_assert(kinamo_siphash(secret, input, 0) == UINT64_C(0x726fdb47dd0e0e31));
}
END_TEST

START_TEST(guesser_is_slowed_then_refused)
{
    static const unsigned int waits[] = {0, 0, 0, 1};

    forget();
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        unsigned int wait;
        enum kinamo_throttle_verdict verdict = decide("jan@a.example", "192.0.2.1", NOW, &wait);

        assert_verdict(verdict, KINAMO_THROTTLE_PASS);
        ck_assert_msg(wait == waits[i], "after %zu failures: wait %u, want %u", i, wait, waits[i]);
        fail_times(1, "jan@a.example", "192.0.2.1", NOW);
    }
    assert_verdict(decide("jan@a.example", "192.0.2.1", NOW, NULL), KINAMO_THROTTLE_BY_ACCOUNT);
    /* Neither spelling nor another network helps; another account of that network is still free. */
    assert_verdict(decide("JAN@A.example", "198.51.100.1", NOW, NULL), KINAMO_THROTTLE_BY_ACCOUNT);
    assert_verdict(decide("eva@a.example", "192.0.2.1", NOW, NULL), KINAMO_THROTTLE_PASS);
}
END_TEST

START_TEST(failures_are_forgiven)
{
    forget();
    fail_times(4, "jan@a.example", "192.0.2.1", NOW);
    assert_verdict(decide("jan@a.example", "192.0.2.1", NOW + 59, NULL),
                   KINAMO_THROTTLE_BY_ACCOUNT);
    assert_verdict(decide("jan@a.example", "192.0.2.1", NOW + 60, NULL), KINAMO_THROTTLE_PASS);
    /* However long an attack lasted, it is over soon after its end. */
    fail_times(1000, "jan@a.example", "192.0.2.1", NOW + 60);
    assert_verdict(decide("jan@a.example", "198.51.100.1", NOW + 60 + 61, NULL),
                   KINAMO_THROTTLE_PASS);
}
END_TEST

static const struct {
    const char *name, *guesser, *other;
    bool refused;
} networks[] = {
    {"same /24", "192.0.2.1", "192.0.2.200", true},
    {"other /24", "192.0.2.1", "192.0.3.1", false},
    {"same /64", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
    {"other /64", "2001:db8:1:2::1", "2001:db8:1:3::1", false},
    {"IPv4 mapped", "192.0.2.1", "::ffff:192.0.2.7", true},
};

START_TEST(network)
{
    enum kinamo_throttle_verdict verdict;

    forget();
    for (int i = 0; i < 6; i++) {
        char user[] = "0@a.example";

        user[0] = (char)('0' + i);
        fail_times(1, user, networks[_i].guesser, NOW);
    }
    verdict = decide("new@a.example", networks[_i].other, NOW, NULL);
    ck_assert_msg((verdict == KINAMO_THROTTLE_BY_NETWORK) == networks[_i].refused, "%s: got \"%s\"",
                  networks[_i].name, kinamo_throttle_verdict_name(verdict));
}
END_TEST

START_TEST(owner_is_not_locked_out)
{
    forget();
    log_in("jan@a.example", "203.0.113.5", NOW - 29 * DAY);
    fail_times(1000, "jan@a.example", "192.0.2.1", NOW);
    /* Also when the guesser sits in the owner's network, at another address. */
    fail_times(1000, "jan@a.example", "203.0.113.6", NOW);
    assert_verdict(decide("jan@a.example", "192.0.2.1", NOW, NULL), KINAMO_THROTTLE_BY_ACCOUNT);
    assert_verdict(decide("jan@a.example", "203.0.113.6", NOW, NULL), KINAMO_THROTTLE_BY_ACCOUNT);
    assert_verdict(decide("jan@a.example", "203.0.113.5", NOW, NULL), KINAMO_THROTTLE_PASS);
    /* The address is the owner's for that account only, and for 30 days. */
    assert_verdict(decide("eva@a.example", "203.0.113.5", NOW, NULL), KINAMO_THROTTLE_BY_NETWORK);
    assert_verdict(decide("jan@a.example", "203.0.113.5", NOW + 2 * DAY, NULL),
                   KINAMO_THROTTLE_PASS);
    fail_times(1000, "jan@a.example", "192.0.2.1", NOW + 2 * DAY);
    assert_verdict(decide("jan@a.example", "203.0.113.5", NOW + 2 * DAY, NULL),
                   KINAMO_THROTTLE_BY_ACCOUNT);
}
END_TEST

START_TEST(guesser_at_the_owners_address)
{
    struct kinamo_throttle_keys keys;

    forget();
    log_in("jan@a.example", "203.0.113.5", NOW);
    kinamo_throttle_make_keys(secret, "jan@a.example", "203.0.113.5", &keys);
    for (int i = 0; i < 4; i++) {
        kinamo_throttle_fail(&bucket, KINAMO_THROTTLE_OWNER, keys.owner, &rules, NOW);
    }
    assert_verdict(decide("jan@a.example", "203.0.113.5", NOW, NULL), KINAMO_THROTTLE_BY_ADDRESS);
    assert_verdict(decide("jan@a.example", "203.0.113.5", NOW + 60, NULL), KINAMO_THROTTLE_PASS);
}
END_TEST

START_TEST(success_forgives_the_owner)
{
    struct kinamo_throttle_keys keys;
    unsigned int wait;

    forget();
    log_in("jan@a.example", "203.0.113.5", NOW - DAY);
    kinamo_throttle_make_keys(secret, "jan@a.example", "203.0.113.5", &keys);
    for (int i = 0; i < 3; i++) {
        kinamo_throttle_fail(&bucket, KINAMO_THROTTLE_OWNER, keys.owner, &rules, NOW);
    }
    (void)decide("jan@a.example", "203.0.113.5", NOW, &wait);
    ck_assert_uint_gt(wait, 0);
    log_in("jan@a.example", "203.0.113.5", NOW);
    assert_verdict(decide("jan@a.example", "203.0.113.5", NOW, &wait), KINAMO_THROTTLE_PASS);
    ck_assert_uint_eq(wait, 0);
}
END_TEST

START_TEST(flood_does_not_evict_owners)
{
    struct kinamo_throttle_keys keys;
    int evicted = 0;

    forget();
    log_in("jan@a.example", "203.0.113.5", NOW);
    for (int i = 0; i < 100; i++) {
        char user[] = "00@a.example";

        user[0] = (char)('0' + i / 10);
        user[1] = (char)('0' + i % 10);
        kinamo_throttle_make_keys(secret, user, NULL, &keys);
        evicted +=
            kinamo_throttle_fail(&bucket, KINAMO_THROTTLE_ACCOUNT, keys.account, &rules, NOW);
    }
    ck_assert_int_eq(evicted, 100 - KINAMO_THROTTLE_WAYS);
    kinamo_throttle_make_keys(secret, "jan@a.example", "203.0.113.5", &keys);
    ck_assert(kinamo_throttle_is_owner(&bucket, keys.owner, NOW));
    /* What means nothing any more goes without being counted. */
    ck_assert(!kinamo_throttle_fail(&bucket, KINAMO_THROTTLE_ACCOUNT, 12345, &rules, NOW + DAY));
}
END_TEST

START_TEST(worst_offender_stays)
{
    forget();
    fail_times(4, "victim@a.example", NULL, NOW);
    for (int i = 0; i < 50; i++) {
        char user[] = "00@a.example";
        struct kinamo_throttle_keys keys;

        user[0] = (char)('0' + i / 10);
        user[1] = (char)('0' + i % 10);
        kinamo_throttle_make_keys(secret, user, NULL, &keys);
        kinamo_throttle_fail(&bucket, KINAMO_THROTTLE_ACCOUNT, keys.account, &rules, NOW);
    }
    assert_verdict(decide("victim@a.example", NULL, NOW, NULL), KINAMO_THROTTLE_BY_ACCOUNT);
}
END_TEST

/* A file that something else wrote to, or a clock that was set back by years. */
START_TEST(any_bytes_are_valid)
{
    unsigned int wait;

    memset(&bucket, 0xff, sizeof(bucket));
    (void)decide("jan@a.example", "192.0.2.1", NOW, &wait);
    memset(&bucket, 0x7f, sizeof(bucket));
    (void)decide("jan@a.example", "192.0.2.1", NOW, &wait);
    ck_assert(!kinamo_throttle_is_owner(&bucket, bucket.owners[0].key, NOW));
    forget();
    fail_times(4, "jan@a.example", "192.0.2.1", NOW + 3650 * (int64_t)DAY);
    assert_verdict(decide("jan@a.example", "192.0.2.1", NOW, NULL), KINAMO_THROTTLE_BY_ACCOUNT);
    fail_times(1, "jan@a.example", "192.0.2.1", NOW);
    assert_verdict(decide("jan@a.example", "192.0.2.1", NOW + 4 * 60, NULL), KINAMO_THROTTLE_PASS);
    for (int i = 0; i < KINAMO_THROTTLE_WAYS; i++) {
        bucket.failures[i].debt = INT64_MAX;
    }
    fail_times(1, "jan@a.example", "192.0.2.1", NOW);
    assert_verdict(decide("jan@a.example", "192.0.2.1", NOW, NULL), KINAMO_THROTTLE_BY_ACCOUNT);
}
END_TEST

Suite *throttle_suite(void)
{
    Suite *suite = suite_create("throttle");
    TCase *tcase = tcase_create("throttle");

    tcase_add_test(tcase, siphash_vectors);
    tcase_add_test(tcase, guesser_is_slowed_then_refused);
    tcase_add_test(tcase, failures_are_forgiven);
    tcase_add_loop_test(tcase, network, 0, (int)(sizeof(networks) / sizeof(networks[0])));
    tcase_add_test(tcase, owner_is_not_locked_out);
    tcase_add_test(tcase, guesser_at_the_owners_address);
    tcase_add_test(tcase, success_forgives_the_owner);
    tcase_add_test(tcase, flood_does_not_evict_owners);
    tcase_add_test(tcase, worst_offender_stays);
    tcase_add_test(tcase, any_bytes_are_valid);
    suite_add_tcase(suite, tcase);
    return suite;
}
