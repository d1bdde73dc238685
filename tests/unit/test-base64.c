/* Base64: the vectors of RFC 4648 10, and what is not canonical. */
#include <string.h>

#include "kinamo/base64.h"
#include "unit.h"

static const struct {
    const char *plain, *encoded;
} vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xfe\xfd\xfb\xef\xbe", "//79++++"},
};

START_TEST(vector)
{
    const char *plain = vectors[_i].plain;
    const char *want = vectors[_i].encoded;
    char out[16];
    size_t length = kinamo_base64_encode(out, sizeof(out), plain, strlen(plain));

    ck_assert_str_eq(out, want);
    ck_assert_uint_eq(length, strlen(want));
    ck_assert(kinamo_base64_decode(out, sizeof(out), &length, want, strlen(want)));
    ck_assert_uint_eq(length, strlen(plain));
    ck_assert_mem_eq(out, plain, length);
}
END_TEST

static const struct {
    const char *name, *text;
} bad[] = {
    {"no padding", "Zg"},
    {"too little padding", "Zg="},
    {"too much padding", "Z==="},
    {"only padding", "===="},
    {"padding in the middle", "Zg==Zm9v"},
    {"bits that encode nothing", "Zh=="},
    {"the same with one pad", "Zm9="},
    {"space", "Zm 9"},
    {"newline at the end", "Zm9v\n"},
    {"URL alphabet", "-_-_"},
    {"8 bit", "Zm9\xe9"},
};

START_TEST(refused)
{
    char out[16];
    size_t length;

    ck_assert_msg(
        !kinamo_base64_decode(out, sizeof(out), &length, bad[_i].text, strlen(bad[_i].text)),
        "%s: got accepted", bad[_i].name);
}
END_TEST

START_TEST(bounds)
{
    char out[8] = "XXXXXXX";
    size_t length;

    ck_assert_uint_eq(kinamo_base64_encode(out, 4, "foo", 3), 0);
    ck_assert_uint_eq(kinamo_base64_encode(out, 5, "foo", 3), 4);
    ck_assert_int_eq(out[5], 'X');
    ck_assert(!kinamo_base64_decode(out, 2, &length, "Zm9v", 4));
    ck_assert(kinamo_base64_decode(out, 3, &length, "Zm9v", 4));
    ck_assert(kinamo_base64_decode(out, 1, &length, "Zg==", 4));
}
END_TEST

Suite *base64_suite(void)
{
    Suite *suite = suite_create("base64");
    TCase *tcase = tcase_create("base64");

    tcase_add_loop_test(tcase, vector, 0, (int)(sizeof(vectors) / sizeof(vectors[0])));
    tcase_add_loop_test(tcase, refused, 0, (int)(sizeof(bad) / sizeof(bad[0])));
    tcase_add_test(tcase, bounds);
    suite_add_tcase(suite, tcase);
    return suite;
}
