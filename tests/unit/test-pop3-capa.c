/* Edits of the answer to CAPA. */
#include <string.h>

#include "kinamo/pop3-capa.h"
#include "kinamo/settings.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    const char *name, *reply;
    uint64_t expire;
    bool user;
    const char *want; /* "": left alone */
} rewrites[] = {
    {"days", "+OK\r\nCAPA\r\nTOP\r\n.\r\n", 30, false, "+OK\r\nCAPA\r\nTOP\r\nEXPIRE 30\r\n.\r\n"},
    {"zero", "+OK\r\nCAPA\r\n.\r\n", 0, false, "+OK\r\nCAPA\r\nEXPIRE 0\r\n.\r\n"},
    {"never", "+OK\r\nCAPA\r\n.\r\n", KINAMO_EXPIRE_NEVER, false,
     "+OK\r\nCAPA\r\nEXPIRE NEVER\r\n.\r\n"},
    {"before login", "+OK\r\nCAPA\r\n.\r\n", 0, true, "+OK\r\nCAPA\r\nEXPIRE 0 USER\r\n.\r\n"},
    {"never before login", "+OK\r\nCAPA\r\n.\r\n", KINAMO_EXPIRE_NEVER, true,
     "+OK\r\nCAPA\r\nEXPIRE NEVER USER\r\n.\r\n"},
    {"longest", "+OK\r\n.\r\n", UINT64_MAX - 2, true,
     "+OK\r\nEXPIRE 18446744073709551613 USER\r\n.\r\n"},
    {"unset", "+OK\r\nCAPA\r\n.\r\n", KINAMO_EXPIRE_UNSET, false, ""},
    {"replaced", "+OK\r\nEXPIRE NEVER\r\nTOP\r\n.\r\n", 0, false,
     "+OK\r\nTOP\r\nEXPIRE 0\r\n.\r\n"},
    {"replaced without argument", "+OK\r\nEXPIRE\r\nTOP\r\n.\r\n", 0, false,
     "+OK\r\nTOP\r\nEXPIRE 0\r\n.\r\n"},
    {"another word stays", "+OK\r\nEXPIRED\r\n.\r\n", 0, false,
     "+OK\r\nEXPIRED\r\nEXPIRE 0\r\n.\r\n"},
    {"text after +OK", "+OK Capability list follows\r\n.\r\n", 0, false,
     "+OK Capability list follows\r\nEXPIRE 0\r\n.\r\n"},
    {"not an answer of success", "-NO\r\nCAPA\r\n.\r\n", 0, false, ""},
    {"one line", "+OK\r\n", 0, false, ""},
    {"less than an end", "+OK", 0, false, ""},
    {"error", "-ERR Unknown command.\r\n", 0, false, ""},
    {"not the end", "+OK\r\nCAPA\r\nTOP\r\n", 0, false, ""},
    {"nothing", "", 0, false, ""},
};

START_TEST(rewrite)
{
    const char *reply = rewrites[_i].reply;
    size_t length = strlen(reply);
    char buffer[256] = "";
    size_t got = kinamo_pop3_capa_expire(reply, length, rewrites[_i].expire, rewrites[_i].user,
                                         buffer, length + KINAMO_POP3_CAPA_ROOM);

    ck_assert_msg(got == strlen(rewrites[_i].want) && memcmp(buffer, rewrites[_i].want, got) == 0,
                  "%s: got %.*s, want %s", rewrites[_i].name, (int)got, buffer, rewrites[_i].want);
}
END_TEST

START_TEST(a_small_buffer_is_not_overrun)
{
    static const char reply[] = "+OK\r\nCAPA\r\n.\r\n";
    char buffer[80];

    for (size_t size = 0; size < sizeof(buffer); size++) {
        size_t got;

        memset(buffer, 'X', sizeof(buffer));
        got = kinamo_pop3_capa_expire(reply, strlen(reply), 0, true, buffer, size);
        ck_assert_uint_le(got, size);
        ck_assert_msg(got != 0 || size < strlen(reply) + strlen("EXPIRE 0 USER\r\n"),
                      "size %zu is enough", size);
        for (size_t i = size; i < sizeof(buffer); i++) {
            ck_assert_msg(buffer[i] == 'X', "size %zu: byte %zu was written", size, i);
        }
    }
}
END_TEST

static const struct {
    const char *name, *reply, *want; /* "": left alone */
} drops[] = {
    {"both", "+OK\r\nCAPA\r\nUSER\r\nSASL PLAIN\r\nTOP\r\n.\r\n", "+OK\r\nCAPA\r\nTOP\r\n.\r\n"},
    {"SASL without mechanisms", "+OK\r\nSTLS\r\nSASL\r\n.\r\n", "+OK\r\nSTLS\r\n.\r\n"},
    {"another word stays", "+OK\r\nSASLX\r\nUSERS\r\nUSER\r\n.\r\n",
     "+OK\r\nSASLX\r\nUSERS\r\n.\r\n"},
    {"none of them", "+OK\r\nCAPA\r\n.\r\n", ""},
    {"after EXPIRE came in", "+OK\r\nUSER\r\nEXPIRE 0 USER\r\n.\r\n",
     "+OK\r\nEXPIRE 0 USER\r\n.\r\n"},
    {"bare AUTH", "+OK\r\n", ""},
    {"not an answer of success", "-NO\r\nUSER\r\n.\r\n", ""},
    {"error", "-ERR Unknown command.\r\n", ""},
};

START_TEST(drop)
{
    static const char *const names[] = {"USER", "SASL", NULL};
    char buffer[256] = "";
    size_t got = kinamo_pop3_capa_drop(drops[_i].reply, strlen(drops[_i].reply), names, buffer);

    ck_assert_msg(got == strlen(drops[_i].want) && memcmp(buffer, drops[_i].want, got) == 0,
                  "%s: got %.*s, want %s", drops[_i].name, (int)got, buffer, drops[_i].want);
}
END_TEST

Suite *pop3_capa_suite(void)
{
    Suite *suite = suite_create("pop3-capa");
    TCase *tcase = tcase_create("pop3-capa");

    tcase_add_loop_test(tcase, rewrite, 0, LENGTH(rewrites));
    tcase_add_test(tcase, a_small_buffer_is_not_overrun);
    tcase_add_loop_test(tcase, drop, 0, LENGTH(drops));
    suite_add_tcase(suite, tcase);
    return suite;
}
