/* The TLS policy: whose word counts, and what each mode does with it. */
#include <string.h>

#include "kinamo/tls-policy.h"
#include "unit.h"

#define TLS12 3

static const struct {
    const char *name;
    struct kinamo_tls_facts facts;
    unsigned int min_protocol;
    enum kinamo_tls_cause want;
    bool version_unknown;
    const char *version;
} sessions[] = {
    {"clear", {.ends_here = false}, 0, KINAMO_TLS_CAUSE_NO_TLS, false, "no"},
    {"TLS", {.ends_here = true, .protocol = "TLSv1.3"}, 0, KINAMO_TLS_CAUSE_NONE, false, "TLSv1.3"},
    {"TLS of any age",
     {.ends_here = true, .protocol = "TLSv1"},
     0,
     KINAMO_TLS_CAUSE_NONE,
     false,
     "TLSv1"},
    {"TLS old",
     {.ends_here = true, .protocol = "TLSv1.1"},
     TLS12,
     KINAMO_TLS_CAUSE_OLD_PROTOCOL,
     false,
     "TLSv1.1"},
    {"TLS just new enough",
     {.ends_here = true, .protocol = "TLSv1.2"},
     TLS12,
     KINAMO_TLS_CAUSE_NONE,
     false,
     "TLSv1.2"},
    {"TLS newer",
     {.ends_here = true, .protocol = "TLSv1.3"},
     TLS12,
     KINAMO_TLS_CAUSE_NONE,
     false,
     "TLSv1.3"},
    {"SSL",
     {.ends_here = true, .protocol = "SSLv3"},
     1,
     KINAMO_TLS_CAUSE_OLD_PROTOCOL,
     false,
     "SSLv3"},
    {"unheard-of protocol fails closed",
     {.ends_here = true, .protocol = "QUIC"},
     1,
     KINAMO_TLS_CAUSE_OLD_PROTOCOL,
     false,
     "QUIC"},
    {"handshake not over", {.ends_here = true}, TLS12, KINAMO_TLS_CAUSE_NONE, true, "yes"},
    {"HAProxy", {.ends_at_haproxy = true}, 0, KINAMO_TLS_CAUSE_NONE, false, "yes"},
    {"HAProxy does not say which",
     {.ends_at_haproxy = true},
     TLS12,
     KINAMO_TLS_CAUSE_NONE,
     true,
     "yes"},
    {"proxy says TLS", {.claim = KINAMO_TLS_CLAIM_TLS}, 0, KINAMO_TLS_CAUSE_NONE, false, "yes"},
    {"proxy on TLS does not say which its client has",
     {.claim = KINAMO_TLS_CLAIM_TLS, .ends_here = true, .protocol = "TLSv1.3"},
     TLS12,
     KINAMO_TLS_CAUSE_NONE,
     true,
     "yes"},
    {"proxy on TLS says that its client is in clear",
     {.claim = KINAMO_TLS_CLAIM_CLEAR, .ends_here = true, .protocol = "TLSv1.3"},
     0,
     KINAMO_TLS_CAUSE_PROXY_CLEAR,
     false,
     "no"},
    {"trusted proxy says that its client is in clear",
     {.claim = KINAMO_TLS_CLAIM_CLEAR, .peer_is_trusted = true},
     0,
     KINAMO_TLS_CAUSE_PROXY_CLEAR,
     false,
     "no"},
    {"proxy says that a trusted client is in clear",
     {.claim = KINAMO_TLS_CLAIM_CLEAR, .client_is_trusted = true},
     0,
     KINAMO_TLS_CAUSE_NONE,
     false,
     "no"},
    {"webmail",
     {.peer_is_trusted = true, .client_is_trusted = true},
     TLS12,
     KINAMO_TLS_CAUSE_NONE,
     false,
     "no"},
    {"webmail that names its user's address",
     {.peer_is_trusted = true},
     TLS12,
     KINAMO_TLS_CAUSE_NONE,
     false,
     "no"},
    {"webmail with old TLS",
     {.peer_is_trusted = true, .ends_here = true, .protocol = "TLSv1"},
     TLS12,
     KINAMO_TLS_CAUSE_NONE,
     false,
     "TLSv1"},
};

START_TEST(causes)
{
    const struct kinamo_tls_decision got =
        kinamo_tls_decide(&sessions[_i].facts, KINAMO_MODE_ENFORCE, sessions[_i].min_protocol);
    const char *version = kinamo_tls_version_text(&sessions[_i].facts);

    ck_assert_msg(got.cause == sessions[_i].want, "%s: cause: got %s, want %s", sessions[_i].name,
                  kinamo_tls_cause_name(got.cause), kinamo_tls_cause_name(sessions[_i].want));
    ck_assert_msg(got.is_private == (sessions[_i].want == KINAMO_TLS_CAUSE_NONE),
                  "%s: private: got %d", sessions[_i].name, got.is_private);
    ck_assert_msg(got.version_unknown == sessions[_i].version_unknown,
                  "%s: version unknown: got %d, want %d", sessions[_i].name, got.version_unknown,
                  sessions[_i].version_unknown);
    ck_assert_msg(strcmp(version, sessions[_i].version) == 0, "%s: version: got %s, want %s",
                  sessions[_i].name, version, sessions[_i].version);
}
END_TEST

static const struct {
    enum kinamo_mode mode;
    enum kinamo_tls_action clear;
} modes[] = {
    {KINAMO_MODE_OFF, KINAMO_TLS_ALLOW},
    {KINAMO_MODE_OBSERVE, KINAMO_TLS_OBSERVE},
    {KINAMO_MODE_WARN, KINAMO_TLS_WARN},
    {KINAMO_MODE_ENFORCE, KINAMO_TLS_REFUSE},
};

START_TEST(actions)
{
    const struct kinamo_tls_facts clear = {.ends_here = false};
    const struct kinamo_tls_facts tls = {.ends_here = true, .protocol = "TLSv1.3"};
    enum kinamo_tls_action got = kinamo_tls_decide(&clear, modes[_i].mode, TLS12).action;

    ck_assert_msg(got == modes[_i].clear, "%s, clear: got %s, want %s",
                  kinamo_mode_name(modes[_i].mode), kinamo_tls_action_name(got),
                  kinamo_tls_action_name(modes[_i].clear));
    got = kinamo_tls_decide(&tls, modes[_i].mode, TLS12).action;
    ck_assert_msg(got == KINAMO_TLS_ALLOW, "%s, TLS: got %s, want allow",
                  kinamo_mode_name(modes[_i].mode), kinamo_tls_action_name(got));
}
END_TEST

static const struct {
    const char *name, *service;
    enum kinamo_tls_cause cause;
    bool exposed;
    const char *has, *has_not;
} refusals[] = {
    {"IMAP", "imap", KINAMO_TLS_CAUSE_NO_TLS, false, "port 993", "password"},
    {"IMAP, exposed", "imap", KINAMO_TLS_CAUSE_NO_TLS, true, "change it", "995"},
    {"POP3", "pop3", KINAMO_TLS_CAUSE_NO_TLS, false, "port 995", "password"},
    {"POP3, exposed", "pop3", KINAMO_TLS_CAUSE_NO_TLS, true, "change it", "993"},
    {"other service", "submission", KINAMO_TLS_CAUSE_NO_TLS, false, "STARTTLS", "port"},
    {"old TLS", "imap", KINAMO_TLS_CAUSE_OLD_PROTOCOL, false, "newer version", "port"},
};

START_TEST(refusal)
{
    const char *text =
        kinamo_tls_refusal(refusals[_i].service, refusals[_i].cause, refusals[_i].exposed);

    ck_assert_msg(strstr(text, refusals[_i].has) != NULL, "%s: \"%s\" lacks \"%s\"",
                  refusals[_i].name, text, refusals[_i].has);
    ck_assert_msg(strstr(text, refusals[_i].has_not) == NULL, "%s: \"%s\" has \"%s\"",
                  refusals[_i].name, text, refusals[_i].has_not);
    for (const char *p = text; *p != '\0'; p++) {
        ck_assert_msg(*p >= ' ' && *p <= '~', "%s: byte %d", refusals[_i].name, *p);
    }
}
END_TEST

static const struct {
    const char *mechanism;
    bool want;
} mechanisms[] = {
    {"PLAIN", true},          {"plain", true},       {"LOGIN", true},
    {"XOAUTH2", true},        {"OAUTHBEARER", true}, {"CRAM-MD5", false},
    {"SCRAM-SHA-256", false}, {"", false},           {NULL, false},
};

START_TEST(reveals)
{
    bool got = kinamo_tls_reveals_secret(mechanisms[_i].mechanism);

    ck_assert_msg(got == mechanisms[_i].want, "%s: got %d, want %d", mechanisms[_i].mechanism, got,
                  mechanisms[_i].want);
}
END_TEST

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

Suite *tls_policy_suite(void)
{
    Suite *suite = suite_create("tls-policy");
    TCase *tcase = tcase_create("tls-policy");

    tcase_add_loop_test(tcase, causes, 0, LENGTH(sessions));
    tcase_add_loop_test(tcase, actions, 0, LENGTH(modes));
    tcase_add_loop_test(tcase, reveals, 0, LENGTH(mechanisms));
    tcase_add_loop_test(tcase, refusal, 0, LENGTH(refusals));
    suite_add_tcase(suite, tcase);
    return suite;
}
