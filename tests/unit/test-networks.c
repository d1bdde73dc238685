/* Networks: what a list means, and that a malformed one opens nothing. */
#include <arpa/inet.h>
#include <string.h>

#include "kinamo/networks.h"
#include "unit.h"

static struct kinamo_ip ip_of(const char *text)
{
    struct kinamo_ip ip = {.length = 0};

    if (inet_pton(AF_INET, text, ip.bytes) == 1) {
        ip.length = 4;
    } else if (inet_pton(AF_INET6, text, ip.bytes) == 1) {
        ip.length = 16;
    }
    return ip;
}

static const struct {
    const char *name, *networks, *ip;
    bool want;
} memberships[] = {
    {"empty list", "", "192.0.2.1", false},
    {"one address", "192.0.2.1", "192.0.2.1", true},
    {"its neighbour", "192.0.2.1", "192.0.2.2", false},
    {"network", "192.0.2.0/24", "192.0.2.255", true},
    {"just outside", "192.0.2.0/24", "192.0.3.0", false},
    {"odd prefix, inside", "192.0.2.64/26", "192.0.2.127", true},
    {"odd prefix, outside", "192.0.2.64/26", "192.0.2.128", false},
    {"host bits in the network are ignored", "192.0.2.77/24", "192.0.2.1", true},
    {"prefix 0 is all of IPv4", "0.0.0.0/0", "203.0.113.9", true},
    {"but not IPv6", "0.0.0.0/0", "2001:db8::1", false},
    {"prefix 32", "192.0.2.1/32", "192.0.2.1", true},
    {"IPv6 network", "2001:db8::/33", "2001:db8:7fff::1", true},
    {"IPv6 outside", "2001:db8::/33", "2001:db8:8000::1", false},
    {"second of a list", "192.0.2.1, ::1", "::1", true},
    {"mapped address matches IPv4", "192.0.2.0/24", "::ffff:192.0.2.7", true},
    {"mapped address outside", "192.0.2.0/24", "::ffff:198.51.100.7", false},
    {"loopback is not trusted by itself", "192.0.2.0/24", "127.0.0.1", false},
    {"no address", "0.0.0.0/0 ::/0", "", false},
    {"after a fault nothing counts", "junk 192.0.2.1", "192.0.2.1", false},
    {"a name opens nothing", "localhost", "127.0.0.1", false},
    {"a prefix too long opens nothing", "192.0.2.1/33", "192.0.2.1", false},
    {"an empty prefix opens nothing", "192.0.2.1/", "192.0.2.1", false},
    {"a negative prefix opens nothing", "192.0.2.1/-1", "192.0.2.1", false},
};

START_TEST(membership)
{
    struct kinamo_ip ip = ip_of(memberships[_i].ip);
    bool got = kinamo_networks_contain(memberships[_i].networks, &ip);

    ck_assert_msg(got == memberships[_i].want, "%s: got %d, want %d", memberships[_i].name, got,
                  memberships[_i].want);
}
END_TEST

START_TEST(a_list_has_a_longest_length)
{
    char list[KINAMO_NETWORKS_MAX_LENGTH + 2];

    memset(list, ' ', sizeof(list) - 1);
    list[sizeof(list) - 1] = '\0';
    ck_assert(!kinamo_networks_are_valid(list));
    list[sizeof(list) - 2] = '\0';
    ck_assert(kinamo_networks_are_valid(list));
}
END_TEST

Suite *networks_suite(void)
{
    Suite *suite = suite_create("networks");
    TCase *tcase = tcase_create("networks");

    tcase_add_loop_test(tcase, membership, 0, (int)(sizeof(memberships) / sizeof(memberships[0])));
    tcase_add_test(tcase, a_list_has_a_longest_length);
    suite_add_tcase(suite, tcase);
    return suite;
}
