/* What "doveadm kinamo explain" says of kinds of messages and connections. */
#include <string.h>

#include "kinamo/pop3-kinds.h"
#include "kinamo/settings.h"
#include "kinamo/tls-kinds.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    const char *kind;
    struct kinamo_pop3_policy policy;
    enum kinamo_pop3_action action;
    enum kinamo_pop3_cause cause;
} messages[] = {
    {"retrieved", {0}, KINAMO_POP3_REMOVE, 0},
    {"retrieved", {.expire = 30}, KINAMO_POP3_MARK, KINAMO_POP3_CAUSE_TOO_YOUNG},
    {"retrieved", {.expire = KINAMO_EXPIRE_NEVER}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_TOO_YOUNG},
    {"retrieved_long_ago", {.expire = 36500}, KINAMO_POP3_REMOVE, 0},
    {"retrieved_flagged", {0}, KINAMO_POP3_REMOVE, 0},
    {"retrieved_flagged", {.keep_flagged = true}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_FLAGGED},
    {"retrieved_earlier", {.expire = 30}, KINAMO_POP3_REMOVE, 0},
    {"retrieved_earlier", {0}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"top_whole", {0}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"top_whole", {.top_whole = true}, KINAMO_POP3_REMOVE, 0},
    {"top", {.top_whole = true}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"partly", {0}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_CUT},
    {"quit_too_early", {0}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_QUIT_PIPELINED},
    {"reset", {0}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_NOT_RETRIEVED},
    {"not_retrieved", {0}, KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_NOT_RETRIEVED},
};

START_TEST(message_kinds)
{
    struct kinamo_pop3_kind kind;
    unsigned int number = 0;

    while (kinamo_pop3_kind(number, &messages[_i].policy, &kind) &&
           strcmp(kind.name, messages[_i].kind) != 0) {
        number++;
    }
    ck_assert_msg(strcmp(kind.name, messages[_i].kind) == 0, "no kind %s", messages[_i].kind);
    ck_assert_msg(kind.decision.action == messages[_i].action &&
                      (kind.decision.action == KINAMO_POP3_REMOVE ||
                       kind.decision.cause == messages[_i].cause),
                  "%s: got action %d cause %s, want %d %s", kind.name, (int)kind.decision.action,
                  kinamo_pop3_cause_name(kind.decision.cause), (int)messages[_i].action,
                  kinamo_pop3_cause_name(messages[_i].cause));
}
END_TEST

static const struct {
    const char *kind;
    struct kinamo_tls_modes modes;
    enum kinamo_tls_action action;
} connections[] = {
    {"clear", {KINAMO_MODE_ENFORCE, KINAMO_MODE_ENFORCE, 3}, KINAMO_TLS_REFUSE},
    {"clear", {KINAMO_MODE_OBSERVE, KINAMO_MODE_OBSERVE, 0}, KINAMO_TLS_OBSERVE},
    /* The login process does not look at userdb fields. */
    {"clear", {KINAMO_MODE_ENFORCE, KINAMO_MODE_OBSERVE, 0}, KINAMO_TLS_REFUSE},
    {"clear", {KINAMO_MODE_OBSERVE, KINAMO_MODE_ENFORCE, 0}, KINAMO_TLS_REFUSE},
    {"clear", {KINAMO_MODE_OBSERVE, KINAMO_MODE_WARN, 0}, KINAMO_TLS_WARN},
    {"tls1.1", {KINAMO_MODE_ENFORCE, KINAMO_MODE_ENFORCE, 3}, KINAMO_TLS_REFUSE},
    {"tls1.1", {KINAMO_MODE_OBSERVE, KINAMO_MODE_ENFORCE, 3}, KINAMO_TLS_OBSERVE},
    {"tls1.1", {KINAMO_MODE_ENFORCE, KINAMO_MODE_ENFORCE, 0}, KINAMO_TLS_ALLOW},
    {"tls1.2", {KINAMO_MODE_ENFORCE, KINAMO_MODE_ENFORCE, 3}, KINAMO_TLS_ALLOW},
    {"tls1.3", {KINAMO_MODE_ENFORCE, KINAMO_MODE_ENFORCE, 4}, KINAMO_TLS_ALLOW},
    {"clear_trusted", {KINAMO_MODE_ENFORCE, KINAMO_MODE_ENFORCE, 3}, KINAMO_TLS_ALLOW},
    {"proxied_clear", {KINAMO_MODE_ENFORCE, KINAMO_MODE_ENFORCE, 0}, KINAMO_TLS_REFUSE},
    {"clear", {KINAMO_MODE_OFF, KINAMO_MODE_OFF, 0}, KINAMO_TLS_ALLOW},
};

START_TEST(connection_kinds)
{
    struct kinamo_tls_kind kind;
    unsigned int number = 0;

    while (kinamo_tls_kind(number, &connections[_i].modes, &kind) &&
           strcmp(kind.name, connections[_i].kind) != 0) {
        number++;
    }
    ck_assert_msg(strcmp(kind.name, connections[_i].kind) == 0, "no kind %s", connections[_i].kind);
    ck_assert_msg(kind.decision.action == connections[_i].action, "%s (%d): got %s, want %s",
                  kind.name, _i, kinamo_tls_action_name(kind.decision.action),
                  kinamo_tls_action_name(connections[_i].action));
}
END_TEST

Suite *kinds_suite(void)
{
    Suite *suite = suite_create("kinds");
    TCase *tcase = tcase_create("kinds");

    tcase_add_loop_test(tcase, message_kinds, 0, LENGTH(messages));
    tcase_add_loop_test(tcase, connection_kinds, 0, LENGTH(connections));
    suite_add_tcase(suite, tcase);
    return suite;
}
