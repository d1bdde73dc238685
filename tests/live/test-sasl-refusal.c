/* Refused attempts: outward, one reply for all that is the user's or the account's fault. */
#include <stdlib.h>

#include "sasl.h"
#include "suites.h"

/* Accounts for which Dovecot gives a reason of its own, as PAM, LDAP or SQL can. */
#define ACCOUNTS LIVE_DIR "/accounts.lua"
static const char *const accounts =
    "function auth_passdb_lookup(request)\n"
    "  local results = {\n"
    "    [\"uit@klant.example\"] = dovecot.auth.PASSDB_RESULT_USER_DISABLED,\n"
    "    [\"oud@klant.example\"] = dovecot.auth.PASSDB_RESULT_PASS_EXPIRED,\n"
    "    [\"even@klant.example\"] = dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE,\n"
    "  }\n"
    "  return results[request.user] or dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, \"\"\n"
    "end\n";

static const struct live_options options = {
    .postfix = true,
    .users = "weg@klant.example:{PLAIN}weg::::::nologin reason=moved\n",
    .dovecot_2_3 = "passdb {\n  driver = lua\n  args = file=" ACCOUNTS "\n}\n",
    .dovecot_2_4 = "passdb lua {\n  lua_file = " ACCOUNTS "\n}\n",
};

/* A wrong password, and one that would be right or cannot be. Each comes from an address of its
   own: Dovecot answers slower to one that failed before. */
static const struct {
    const char *name, *source, *response;
} refusals[] = {
    {"wrong password", "127.0.1.1", SASL_JAN_WRONG},
    /* NUL nobody@klant.example NUL wrong */
    {"unknown user", "127.0.1.2", "AG5vYm9keUBrbGFudC5leGFtcGxlAHdyb25n"},
    /* NUL weg@klant.example NUL weg */
    {"nologin, right password", "127.0.1.3", "AHdlZ0BrbGFudC5leGFtcGxlAHdlZw=="},
    /* NUL uit@klant.example NUL uit */
    {"disabled", "127.0.1.4", "AHVpdEBrbGFudC5leGFtcGxlAHVpdA=="},
    /* NUL oud@klant.example NUL oud */
    {"expired", "127.0.1.5", "AG91ZEBrbGFudC5leGFtcGxlAG91ZA=="},
};

#define REFUSALS ((int)(sizeof(refusals) / sizeof(refusals[0])))

/* Dovecot holds failures back until its clock has counted two seconds, looked at twice a second. */
#define EARLIEST_MS 900
#define LATEST_MS   3000

static struct live *start(void)
{
    struct live *live;

    free(live_must("printf '%%s' '%s' > " ACCOUNTS, accounts));
    live = live_start(&options);
    live_allow(live, SASL_AUTH_FAILED);
    return live;
}

static int64_t refusal_ms(struct talk *talk_587, const char *response)
{
    talkf(talk_587, "C: AUTH PLAIN %s\n", response);
    return sasl_talk_ms(talk_587, SASL_WRONG_PASSWORD);
}

static void assert_refusal(int i)
{
    struct talk *talk_587 = talk_open_from("submission", refusals[i].source);
    int64_t took;

    talk(talk_587, SASL_TO_AUTH);
    took = refusal_ms(talk_587, refusals[i].response);
    ck_assert_msg(took >= EARLIEST_MS && took <= LATEST_MS, "%s: after %d ms", refusals[i].name,
                  (int)took);
    talk_close(talk_587);
}

START_TEST(one_refusal)
{
    struct live *live = start();

    for (int i = 0; i < REFUSALS; i++) {
        assert_refusal(i);
    }
    live_log_wait(live, "kinamo-sasl: result=fail * user=oud@klant.example ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail * cause=credentials "), 4);
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail * cause=nologin "), 1);
    live_stop(live);
}
END_TEST

/* From an address that failed before, Dovecot answers only after four seconds, and to a wrong
   password another two later: so it must be if the password is right and of no use. */
START_TEST(second_refusal)
{
    static const char *const responses[] = {
        "AHdlZ0BrbGFudC5leGFtcGxlAHdyb25n", /* NUL weg@klant.example NUL wrong */
        "AHdlZ0BrbGFudC5leGFtcGxlAHdlZw==", /* NUL weg@klant.example NUL weg */
    };
    static const char *const sources[] = {"127.0.1.8", "127.0.1.9"};
    struct live *live = start();
    int64_t took[2];

    for (int i = 0; i < 2; i++) {
        struct talk *talk_587 = talk_open_from("submission", sources[i]);

        talk(talk_587, SASL_TO_AUTH);
        (void)refusal_ms(talk_587, SASL_JAN_WRONG);
        took[i] = refusal_ms(talk_587, responses[i]);
        talk_close(talk_587);
    }
    ck_assert_msg(took[1] > took[0] - 1600 && took[1] < took[0] + 1600,
                  "right, but nologin: after %d ms, wrong: after %d ms", (int)took[1],
                  (int)took[0]);
    live_stop(live);
}
END_TEST

/* What Dovecot cannot tell now, and what is no username here. */
START_TEST(other_refusals)
{
    struct live *live = start();

    live_allow(live, "Error: .*db-lua: ");
    talk_once("submission", SASL_TO_AUTH
              /* NUL even@klant.example NUL even */
              "C: AUTH PLAIN AGV2ZW5Aa2xhbnQuZXhhbXBsZQBldmVu\nS: 454 *\n"
              /* NUL jan NUL geheim */
              "C: AUTH PLAIN AGphbgBnZWhlaW0=\n" SASL_WRONG_PASSWORD);
    live_log_wait(live, "kinamo-sasl: result=refused * cause=no-address ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=tempfail *user=even@klant.example "
                                          "*cause=auth-tempfail "),
                     1);
    live_stop(live);
}
END_TEST

Suite *sasl_refusal_suite(void)
{
    Suite *suite = suite_create("sasl-refusal");
    TCase *tcase = tcase_create("sasl-refusal");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, one_refusal);
    tcase_add_test(tcase, second_refusal);
    tcase_add_test(tcase, other_refusals);
    suite_add_tcase(suite, tcase);
    return suite;
}
