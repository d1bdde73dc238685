/* A configuration that opens clear text for a plugin it does not load. */
#include "kinamo/login-guard.h"
#include "unit.h"

static const struct {
    const char *name;
    struct kinamo_login_guard guard;
    bool want;
} guards[] = {
    {"all there", {"observe", true, true}, true},
    {"plugin missing, observe", {"observe", true, false}, false},
    {"plugin missing, warn", {"warn", true, false}, false},
    {"plugin missing, enforce", {"enforce", true, false}, false},
    {"plugin missing, clear text closed", {"enforce", false, false}, true},
    {"not asked for", {NULL, true, false}, true},
    {"empty", {"", true, false}, true},
    {"off", {"off", true, false}, true},
};

START_TEST(check)
{
    bool got = kinamo_login_guard_check(&guards[_i].guard);

    ck_assert_msg(got == guards[_i].want, "%s: got %d, want %d", guards[_i].name, got,
                  guards[_i].want);
}
END_TEST

Suite *login_guard_suite(void)
{
    Suite *suite = suite_create("login-guard");
    TCase *tcase = tcase_create("login-guard");

    tcase_add_loop_test(tcase, check, 0, (int)(sizeof(guards) / sizeof(guards[0])));
    suite_add_tcase(suite, tcase);
    return suite;
}
