/* Complete addresses: what a username must be. */
#include <stdlib.h>
#include <string.h>

#include "kinamo/address.h"
#include "unit.h"

#define BYTES_10 "0123456789"
#define BYTES_60 BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10

#define LITERAL(text) (text), sizeof(text) - 1

static const struct {
    const char *name, *text;
    size_t length;
    bool want;
} addresses[] = {
    {"plain", LITERAL("jan@klant.example"), true},
    {"upper case", LITERAL("Jan@Klant.EXAMPLE"), true},
    {"subdomain", LITERAL("jan@mail.klant.example"), true},
    {"dots and tag", LITERAL("jan.van.den.berg+kassa@klant.example"), true},
    {"all of atext", LITERAL("!#$%&'*+-/=?^_`{|}~@klant.example"), true},
    {"A-label", LITERAL("jan@xn--caf-dma.example"), true},
    {"one letter each", LITERAL("a@b.c"), true},
    {"domain of digits", LITERAL("info@3650.be"), true},
    {"local part of 64", LITERAL(BYTES_60 "abcd@klant.example"), true},
    {"label of 63", LITERAL("jan@" BYTES_60 "abc.example"), true},

    {"empty", LITERAL(""), false},
    {"no domain", LITERAL("jan"), false},
    {"empty domain", LITERAL("jan@"), false},
    {"empty local part", LITERAL("@klant.example"), false},
    {"only the sign", LITERAL("@"), false},
    {"two signs", LITERAL("jan@klant@example.org"), false},
    {"domain without dot", LITERAL("jan@localhost"), false},
    {"final dot", LITERAL("jan@klant.example."), false},
    {"leading dot of the domain", LITERAL("jan@.klant.example"), false},
    {"two dots in the domain", LITERAL("jan@klant..example"), false},
    {"leading dot", LITERAL(".jan@klant.example"), false},
    {"trailing dot", LITERAL("jan.@klant.example"), false},
    {"two dots", LITERAL("jan..jansen@klant.example"), false},
    {"leading hyphen of a label", LITERAL("jan@-klant.example"), false},
    {"trailing hyphen of a label", LITERAL("jan@klant-.example"), false},
    {"underscore in the domain", LITERAL("jan@klant_1.example"), false},
    {"IPv4 address", LITERAL("jan@192.0.2.1"), false},
    {"address literal", LITERAL("jan@[192.0.2.1]"), false},
    {"quoted local part", LITERAL("\"jan\"@klant.example"), false},
    {"space", LITERAL("jan @klant.example"), false},
    {"trailing space", LITERAL("jan@klant.example "), false},
    {"NUL", LITERAL("jan\0@klant.example"), false},
    {"NUL at the end", LITERAL("jan@klant.example\0"), false},
    {"newline", LITERAL("jan@klant.example\n"), false},
    {"tab", LITERAL("jan\t@klant.example"), false},
    {"8 bit", LITERAL("jan\xc3\xa9@klant.example"), false},
    {"slash of a path in the domain", LITERAL("jan@klant.example/../x"), false},
    {"local part of 65", LITERAL(BYTES_60 "abcde@klant.example"), false},
    {"label of 64", LITERAL("jan@" BYTES_60 "abcd.example"), false},
};

START_TEST(address)
{
    /* Exactly as many bytes as there are, so that a sanitizer sees a read past the end. */
    size_t length = addresses[_i].length;
    char *copy = malloc(length + (length == 0));
    bool got;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, addresses[_i].text, length);
    got = kinamo_address_is_complete(copy, length);
    free(copy);
    ck_assert_msg(got == addresses[_i].want, "%s: got %d, want %d", addresses[_i].name, got,
                  addresses[_i].want);
}
END_TEST

/* The limit for the whole, with a domain made of labels that are each good. */
START_TEST(longest)
{
    char text[KINAMO_ADDRESS_MAX + 2] = "a@";

    for (size_t i = 2; i <= KINAMO_ADDRESS_MAX; i++) {
        text[i] = i % 60 == 0 ? '.' : 'b';
    }
    ck_assert(kinamo_address_is_complete(text, KINAMO_ADDRESS_MAX));
    ck_assert(!kinamo_address_is_complete(text, KINAMO_ADDRESS_MAX + 1));
}
END_TEST

Suite *address_suite(void)
{
    Suite *suite = suite_create("address");
    TCase *tcase = tcase_create("address");

    tcase_add_loop_test(tcase, address, 0, (int)(sizeof(addresses) / sizeof(addresses[0])));
    tcase_add_test(tcase, longest);
    suite_add_tcase(suite, tcase);
    return suite;
}
