/* Messages of SASL clients: the examples of the RFCs, and hostile ones. */
#include <string.h>

#include "kinamo/sasl-message.h"
#include "unit.h"

#define LITERAL(text) (text), sizeof(text) - 1
#define DIGEST        "b913a602c7eda7a495b4e6e7334d3890"

static void assert_span(const char *name, const struct kinamo_span *got, const char *want)
{
    ck_assert_msg(got->length == strlen(want) && memcmp(got->text, want, got->length) == 0,
                  "%s: got \"%.*s\", want \"%s\"", name, (int)got->length, got->text, want);
}

static void assert_fault(const char *name, enum kinamo_sasl_fault got, enum kinamo_sasl_fault want)
{
    ck_assert_msg(got == want, "%s: got \"%s\", want \"%s\"", name, kinamo_sasl_fault_name(got),
                  kinamo_sasl_fault_name(want));
}

static const struct {
    const char *name, *message;
    size_t length;
    enum kinamo_sasl_fault want;
    const char *authzid, *user, *password;
} plain[] = {
    /* RFC 4616 4 */
    {"RFC 4616, first example", LITERAL("\0tim\0tanstaaftanstaaf"), KINAMO_SASL_GOOD, "", "tim",
     "tanstaaftanstaaf"},
    {"RFC 4616, second example", LITERAL("Ursel\0Kurt\0xipj3plmq"), KINAMO_SASL_GOOD, "Ursel",
     "Kurt", "xipj3plmq"},
    {"empty", LITERAL(""), KINAMO_SASL_MALFORMED, "", "", ""},
    {"no separator", LITERAL("tim"), KINAMO_SASL_MALFORMED, "", "", ""},
    {"one separator", LITERAL("\0tim"), KINAMO_SASL_MALFORMED, "", "", ""},
    {"three separators", LITERAL("\0tim\0secret\0more"), KINAMO_SASL_MALFORMED, "", "tim",
     "secret"},
    {"empty password", LITERAL("\0tim\0"), KINAMO_SASL_NO_PASSWORD, "", "tim", ""},
    {"empty user", LITERAL("\0\0secret"), KINAMO_SASL_GOOD, "", "", "secret"},
};

START_TEST(parse_plain)
{
    struct kinamo_span authzid;
    struct kinamo_span user;
    struct kinamo_span password;

    assert_fault(
        plain[_i].name,
        kinamo_sasl_parse_plain(plain[_i].message, plain[_i].length, &authzid, &user, &password),
        plain[_i].want);
    assert_span(plain[_i].name, &user, plain[_i].user);
    if (plain[_i].want == KINAMO_SASL_GOOD) {
        assert_span(plain[_i].name, &authzid, plain[_i].authzid);
        assert_span(plain[_i].name, &password, plain[_i].password);
    }
}
END_TEST

START_TEST(long_password)
{
    static char message[KINAMO_SASL_MAX_PASSWORD + 4] = "\0u\0";
    struct kinamo_span span[3];

    memset(message + 3, 'p', KINAMO_SASL_MAX_PASSWORD + 1);
    assert_fault("longest",
                 kinamo_sasl_parse_plain(message, 3 + KINAMO_SASL_MAX_PASSWORD, &span[0], &span[1],
                                         &span[2]),
                 KINAMO_SASL_GOOD);
    assert_fault("one more",
                 kinamo_sasl_parse_plain(message, 4 + KINAMO_SASL_MAX_PASSWORD, &span[0], &span[1],
                                         &span[2]),
                 KINAMO_SASL_TOO_LONG);
}
END_TEST

static const struct {
    const char *name, *message;
    size_t length;
    enum kinamo_sasl_fault want;
    const char *user;
} cram[] = {
    /* RFC 2195 2 */
    {"RFC 2195, the example", LITERAL("tim " DIGEST), KINAMO_SASL_GOOD, "tim"},
    {"a user with a space", LITERAL("tim x " DIGEST), KINAMO_SASL_GOOD, "tim x"},
    {"empty", LITERAL(""), KINAMO_SASL_MALFORMED, ""},
    {"only the digest", LITERAL(DIGEST), KINAMO_SASL_MALFORMED, ""},
    {"no space", LITERAL("tim" DIGEST), KINAMO_SASL_MALFORMED, ""},
    {"tab", LITERAL("tim\t" DIGEST), KINAMO_SASL_MALFORMED, ""},
    {"upper case", LITERAL("tim B913A602C7EDA7A495B4E6E7334D3890"), KINAMO_SASL_MALFORMED, "tim"},
    {"a digit less", LITERAL("tim b913a602c7eda7a495b4e6e7334d389"), KINAMO_SASL_MALFORMED, ""},
    {"a digit more", LITERAL("tim " DIGEST "0"), KINAMO_SASL_MALFORMED, ""},
    {"newline behind", LITERAL("tim " DIGEST "\n"), KINAMO_SASL_MALFORMED, ""},
    {"not hexadecimal", LITERAL("tim g913a602c7eda7a495b4e6e7334d3890"), KINAMO_SASL_MALFORMED,
     "tim"},
};

START_TEST(parse_cram)
{
    struct kinamo_span user;

    assert_fault(cram[_i].name, kinamo_sasl_parse_cram(cram[_i].message, cram[_i].length, &user),
                 cram[_i].want);
    assert_span(cram[_i].name, &user, cram[_i].user);
}
END_TEST

static const struct {
    const char *name, *user;
    size_t length;
    bool address_required;
    enum kinamo_sasl_fault want;
} users[] = {
    {"complete address", LITERAL("jan@klant.example"), true, KINAMO_SASL_GOOD},
    {"local part", LITERAL("jan"), true, KINAMO_SASL_NO_ADDRESS},
    {"local part where that will do", LITERAL("jan"), false, KINAMO_SASL_GOOD},
    {"UTF-8 where that will do", LITERAL("j\xc3\xa4n"), false, KINAMO_SASL_GOOD},
    {"empty", LITERAL(""), false, KINAMO_SASL_BAD_USER},
    {"NUL", LITERAL("jan\0@klant.example"), false, KINAMO_SASL_BAD_USER},
    {"newline", LITERAL("jan\nresult=ok"), false, KINAMO_SASL_BAD_USER},
    {"tab", LITERAL("jan\tnologin"), false, KINAMO_SASL_BAD_USER},
    {"delete", LITERAL("jan\x7f"), false, KINAMO_SASL_BAD_USER},
};

START_TEST(check_user)
{
    struct kinamo_span user = {users[_i].user, users[_i].length};

    assert_fault(users[_i].name, kinamo_sasl_check_user(&user, users[_i].address_required),
                 users[_i].want);
}
END_TEST

START_TEST(check_authzid)
{
    struct kinamo_span user = {LITERAL("jan@klant.example")};
    struct kinamo_span none = {LITERAL("")};
    struct kinamo_span eva = {LITERAL("eva@klant.example")};
    struct kinamo_span longer = {LITERAL("jan@klant.example2")};

    assert_fault("empty", kinamo_sasl_check_authzid(&none, &user), KINAMO_SASL_GOOD);
    assert_fault("equal", kinamo_sasl_check_authzid(&user, &user), KINAMO_SASL_GOOD);
    assert_fault("other", kinamo_sasl_check_authzid(&eva, &user), KINAMO_SASL_OTHER_AUTHZID);
    assert_fault("longer", kinamo_sasl_check_authzid(&longer, &user), KINAMO_SASL_OTHER_AUTHZID);
}
END_TEST

Suite *sasl_message_suite(void)
{
    Suite *suite = suite_create("sasl-message");
    TCase *tcase = tcase_create("sasl-message");

    tcase_add_loop_test(tcase, parse_plain, 0, (int)(sizeof(plain) / sizeof(plain[0])));
    tcase_add_test(tcase, long_password);
    tcase_add_loop_test(tcase, parse_cram, 0, (int)(sizeof(cram) / sizeof(cram[0])));
    tcase_add_loop_test(tcase, check_user, 0, (int)(sizeof(users) / sizeof(users[0])));
    tcase_add_test(tcase, check_authzid);
    suite_add_tcase(suite, tcase);
    return suite;
}
