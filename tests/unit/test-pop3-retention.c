/* Which messages go at QUIT: every fact that must keep one, alone and together. */
#include <string.h>

#include "kinamo/pop3-retention.h"
#include "kinamo/settings.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define DAY           INT64_C(86400)
#define NOW           (20000 * DAY)

static const struct {
    const char *name;
    bool top_whole;
    struct kinamo_pop3_transfer transfer;
    enum kinamo_pop3_cause want;
} transfers[] = {
    {"whole",
     false,
     {.eof = true, .promised_size = 10, .virtual_size = 10, .physical_size = 9},
     KINAMO_POP3_NO_CAUSE},
    {"empty message", false, {.eof = true}, KINAMO_POP3_NO_CAUSE},
    {"promised by pop3_fast_size_lookups",
     false,
     {.eof = true, .promised_size = 9, .virtual_size = 10, .physical_size = 9},
     KINAMO_POP3_NO_CAUSE},
    {"not to the end",
     false,
     {.promised_size = 10, .virtual_size = 10, .physical_size = 10},
     KINAMO_POP3_CAUSE_CUT},
    {"error at the end",
     false,
     {.failed = true, .eof = true, .promised_size = 10, .virtual_size = 10, .physical_size = 10},
     KINAMO_POP3_CAUSE_STREAM_ERROR},
    {"shorter than promised",
     false,
     {.eof = true, .promised_size = 10, .virtual_size = 5, .physical_size = 4},
     KINAMO_POP3_CAUSE_SIZE_MISMATCH},
    {"longer than promised",
     false,
     {.eof = true, .promised_size = 10, .virtual_size = 15, .physical_size = 14},
     KINAMO_POP3_CAUSE_SIZE_MISMATCH},
    {"QUIT was there",
     false,
     {.eof = true, .quit_received = true},
     KINAMO_POP3_CAUSE_QUIT_PIPELINED},
    {"TOP", false, {.top = true, .eof = true}, KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"TOP of a million lines, not configured",
     false,
     {.top = true, .lines = 1000000, .eof = true},
     KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"TOP of a million lines",
     true,
     {.top = true, .lines = 1000000, .eof = true},
     KINAMO_POP3_NO_CAUSE},
    {"TOP of fewer",
     true,
     {.top = true, .lines = 999999, .eof = true},
     KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"TOP of a million lines, cut", true, {.top = true, .lines = 99999999}, KINAMO_POP3_CAUSE_CUT},
};

START_TEST(transfer)
{
    struct kinamo_pop3_policy policy = {.top_whole = transfers[_i].top_whole};
    enum kinamo_pop3_cause got = kinamo_pop3_transfer_judge(&policy, &transfers[_i].transfer);

    ck_assert_msg(got == transfers[_i].want, "%s: got %s, want %s", transfers[_i].name,
                  kinamo_pop3_cause_name(got), kinamo_pop3_cause_name(transfers[_i].want));
}
END_TEST

#define GOOD .flushed = true

static const struct {
    const char *name;
    struct kinamo_pop3_policy policy;
    struct kinamo_pop3_message message;
    enum kinamo_pop3_action action;
    enum kinamo_pop3_cause cause;
} decisions[] = {
    {"retrieved", {0}, {GOOD}, KINAMO_POP3_REMOVE, KINAMO_POP3_NO_CAUSE},
    {"not flushed", {0}, {.flushed = false}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_QUIT_PIPELINED},
    {"RSET", {0}, {GOOD, .reset = true}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"RSET of a bad one",
     {0},
     {GOOD, .reset = true, .transfer = KINAMO_POP3_CAUSE_CUT},
     KINAMO_POP3_KEEP,
     KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"bad transfer",
     {0},
     {GOOD, .transfer = KINAMO_POP3_CAUSE_STREAM_ERROR},
     KINAMO_POP3_KEEP,
     KINAMO_POP3_CAUSE_STREAM_ERROR},
    {"bad transfer, not flushed",
     {0},
     {.transfer = KINAMO_POP3_CAUSE_CUT},
     KINAMO_POP3_KEEP,
     KINAMO_POP3_CAUSE_CUT},
    {"bad transfer, old",
     {.expire = 1},
     {GOOD, .transfer = KINAMO_POP3_CAUSE_CUT, .saved_known = true, .saved = 0},
     KINAMO_POP3_KEEP,
     KINAMO_POP3_CAUSE_CUT},
    {"never",
     {.expire = KINAMO_EXPIRE_NEVER},
     {GOOD},
     KINAMO_POP3_KEEP,
     KINAMO_POP3_CAUSE_TOO_YOUNG},
    {"flagged, not configured",
     {0},
     {GOOD, .flagged = true},
     KINAMO_POP3_REMOVE,
     KINAMO_POP3_NO_CAUSE},
    {"flagged",
     {.keep_flagged = true},
     {GOOD, .flagged = true},
     KINAMO_POP3_KEEP,
     KINAMO_POP3_CAUSE_FLAGGED},
    {"flagged, days",
     {.expire = 1, .keep_flagged = true},
     {GOOD, .flagged = true, .saved_known = true, .saved = 0},
     KINAMO_POP3_MARK,
     KINAMO_POP3_CAUSE_FLAGGED},
    {"zero days ask for no date",
     {0},
     {GOOD, .saved_known = false},
     KINAMO_POP3_REMOVE,
     KINAMO_POP3_NO_CAUSE},
    {"unknown date",
     {.expire = 1},
     {GOOD, .saved_known = false},
     KINAMO_POP3_MARK,
     KINAMO_POP3_CAUSE_UNKNOWN_DATE},
    {"one second too young",
     {.expire = 30},
     {GOOD, .saved_known = true, .saved = NOW - 30 * DAY + 1},
     KINAMO_POP3_MARK,
     KINAMO_POP3_CAUSE_TOO_YOUNG},
    {"old enough",
     {.expire = 30},
     {GOOD, .saved_known = true, .saved = NOW - 30 * DAY},
     KINAMO_POP3_REMOVE,
     KINAMO_POP3_NO_CAUSE},
    {"saved in the future",
     {.expire = 1},
     {GOOD, .saved_known = true, .saved = NOW + 30 * DAY},
     KINAMO_POP3_MARK,
     KINAMO_POP3_CAUSE_TOO_YOUNG},
    {"most days",
     {.expire = 36500},
     {GOOD, .saved_known = true, .saved = 0},
     KINAMO_POP3_MARK,
     KINAMO_POP3_CAUSE_TOO_YOUNG},
    {"marked and old enough",
     {.expire = 30},
     {.marked = true, .saved_known = true, .saved = NOW - 31 * DAY},
     KINAMO_POP3_REMOVE,
     KINAMO_POP3_NO_CAUSE},
    {"marked and too young",
     {.expire = 30},
     {.marked = true, .saved_known = true, .saved = NOW},
     KINAMO_POP3_MARK,
     KINAMO_POP3_CAUSE_TOO_YOUNG},
};

START_TEST(decision)
{
    struct kinamo_pop3_decision got =
        kinamo_pop3_decide(&decisions[_i].policy, &decisions[_i].message, NOW);

    ck_assert_msg(got.action == decisions[_i].action && got.cause == decisions[_i].cause,
                  "%s: got %d %s, want %d %s", decisions[_i].name, (int)got.action,
                  kinamo_pop3_cause_name(got.cause), (int)decisions[_i].action,
                  kinamo_pop3_cause_name(decisions[_i].cause));
}
END_TEST

#define JAN "jan@klant.example"

static const struct {
    const char *name;
    struct kinamo_pop3_session_facts facts;
    enum kinamo_mode want;
    const char *reason;
} sessions[] = {
    {"enforce", {KINAMO_MODE_ENFORCE, JAN, NULL, NULL, false, ""}, KINAMO_MODE_ENFORCE, NULL},
    {"observe", {KINAMO_MODE_OBSERVE, JAN, NULL, NULL, true, "INBOX"}, KINAMO_MODE_OBSERVE, NULL},
    {"warn", {KINAMO_MODE_WARN, JAN, NULL, NULL, false, ""}, KINAMO_MODE_WARN, NULL},
    {"off", {KINAMO_MODE_OFF, JAN, "admin", "admin", false, ""}, KINAMO_MODE_OFF, NULL},
    {"master user",
     {KINAMO_MODE_ENFORCE, JAN, "admin", "admin", false, ""},
     KINAMO_MODE_OFF,
     "master_user"},
    {"master user, authentication unknown",
     {KINAMO_MODE_OBSERVE, JAN, "admin", NULL, false, ""},
     KINAMO_MODE_OFF,
     "master_user"},
    {"master user taken for the owner",
     {KINAMO_MODE_ENFORCE, JAN, JAN, "admin", false, ""},
     KINAMO_MODE_OFF,
     "master_user"},
    {"the owner where master users are taken for owners",
     {KINAMO_MODE_ENFORCE, JAN, JAN, JAN, false, ""},
     KINAMO_MODE_ENFORCE,
     NULL},
    {"another spelling of the owner as master user",
     {KINAMO_MODE_ENFORCE, JAN, "Jan@Klant.Example", NULL, false, ""},
     KINAMO_MODE_ENFORCE,
     NULL},
    {"another spelling",
     {KINAMO_MODE_ENFORCE, JAN, NULL, "Jan@Klant.Example", false, ""},
     KINAMO_MODE_ENFORCE,
     NULL},
    {"empty master user",
     {KINAMO_MODE_ENFORCE, JAN, "", "jan", false, ""},
     KINAMO_MODE_ENFORCE,
     NULL},
    {"flags instead of expunging",
     {KINAMO_MODE_ENFORCE, JAN, NULL, NULL, true, ""},
     KINAMO_MODE_OBSERVE,
     "pop3_delete_type"},
    {"destination",
     {KINAMO_MODE_ENFORCE, JAN, NULL, NULL, false, "Trash"},
     KINAMO_MODE_ENFORCE,
     NULL},
    {"from INBOX to INBOX",
     {KINAMO_MODE_ENFORCE, JAN, NULL, NULL, false, "Inbox"},
     KINAMO_MODE_OBSERVE,
     "kinamo_pop3_destination"},
};

START_TEST(session_mode)
{
    const char *reason;
    enum kinamo_mode got = kinamo_pop3_session_mode(&sessions[_i].facts, &reason);

    ck_assert_msg(got == sessions[_i].want, "%s: got %s, want %s", sessions[_i].name,
                  kinamo_mode_name(got), kinamo_mode_name(sessions[_i].want));
    ck_assert_pstr_eq(reason, sessions[_i].reason);
}
END_TEST

START_TEST(every_cause_has_a_name)
{
    ck_assert_ptr_nonnull(kinamo_pop3_cause_name((enum kinamo_pop3_cause)_i));
}
END_TEST

Suite *pop3_retention_suite(void)
{
    Suite *suite = suite_create("pop3-retention");
    TCase *tcase = tcase_create("pop3-retention");

    tcase_add_loop_test(tcase, transfer, 0, LENGTH(transfers));
    tcase_add_loop_test(tcase, decision, 0, LENGTH(decisions));
    tcase_add_loop_test(tcase, session_mode, 0, LENGTH(sessions));
    tcase_add_loop_test(tcase, every_cause_has_a_name, 0, KINAMO_POP3_CAUSE_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}
