/* Whole attempts with the SASL module against an auth service that follows a script: good, broken
   and hostile. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "auth-server.h"
#include "plugin/sasl/relay.h"
#include "sasl-host.h"
#include "unit-sasl.h"

#define LITERAL(text)                                                                              \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }
#define JAN       "jan@klant.example"
#define PLAIN_JAN LITERAL("\0" JAN "\0geheim")
#define RESP_JAN  "AGphbkBrbGFudC5leGFtcGxlAGdlaGVpbQ=="
/* RFC 2195 2 */
#define CHALLENGE    "<1896.697170952@postoffice.reston.mci.net>"
#define CHALLENGE_64 "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
#define TIM          LITERAL("tim b913a602c7eda7a495b4e6e7334d3890")
#define TIM_64       "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"

#define AUTH_PLAIN                                                                                 \
    "C: AUTH\t*\tPLAIN\tservice=smtp\tsecured=tls\tlip=192.0.2.9\tlport=587\trip=192.0.2.1\t"      \
    "rport=40000\tresp=" RESP_JAN "\n"
#define AUTH_CRAM "C: AUTH\t*\tCRAM-MD5\tservice=smtp\tsecured=tls\t*rport=40000\n"
#define LOG(result, mech, user)                                                                    \
    "result=" result " mech=" mech " user=" user                                                   \
    " rip=192.0.2.1 rport=40000 lip=192.0.2.9 lport=587 tls=yes "

static const struct {
    const char *name, *mechanism, *script;
    struct {
        const char *text;
        unsigned int length;
    } say[3]; /* the client's messages; a NULL text: none with the command */
    int want;
    const char *log;
    const char *require_address;
} attempts[] = {
    {"PLAIN with initial response",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN,
     {PLAIN_JAN},
     SASL_OK,
     LOG("ok", "PLAIN", JAN) "ms=*",
     NULL},
    {"PLAIN without",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN,
     {{NULL, 0}, PLAIN_JAN},
     SASL_OK,
     LOG("ok", "PLAIN", JAN) "ms=*",
     NULL},
    {"PLAIN with the same authzid",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN,
     {LITERAL(JAN "\0" JAN "\0geheim")},
     SASL_OK,
     LOG("ok", "PLAIN", JAN) "ms=*",
     NULL},
    {"RFC 4616",
     "PLAIN",
     "HELLO\nC: AUTH\t*\tresp=AHRpbQB0YW5zdGFhZnRhbnN0YWFm\nS: OK\t$\tuser=tim",
     {LITERAL("\0tim\0tanstaaftanstaaf")},
     SASL_OK,
     LOG("ok", "PLAIN", "tim") "*",
     "no"},
    {"RFC 2195",
     "CRAM-MD5",
     "HELLO\n" AUTH_CRAM "S: CONT\t$\t" CHALLENGE_64 "\nC: CONT\t*\t" TIM_64 "\nS: OK\t$\tuser=tim",
     {{NULL, 0}, TIM},
     SASL_OK,
     LOG("ok", "CRAM-MD5", "tim") "*",
     "no"},
    {"LOGIN",
     "LOGIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN,
     {{NULL, 0}, LITERAL(JAN), LITERAL("geheim")},
     SASL_OK,
     LOG("ok", "LOGIN", JAN) "*",
     NULL},
    {"LOGIN with the user in the command",
     "LOGIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN,
     {LITERAL(JAN), LITERAL("geheim")},
     SASL_OK,
     LOG("ok", "LOGIN", JAN) "*",
     NULL},

    {"wrong password",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: FAIL\t$\tuser=" JAN,
     {PLAIN_JAN},
     SASL_BADAUTH,
     LOG("fail", "PLAIN", JAN) "cause=credentials ms=*",
     NULL},
    {"disabled",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: FAIL\t$\tuser=" JAN "\tcode=user_disabled",
     {PLAIN_JAN},
     SASL_BADAUTH,
     LOG("fail", "PLAIN", JAN) "cause=credentials ms=*",
     NULL},
    {"expired",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: FAIL\t$\tuser=" JAN "\tcode=pass_expired",
     {PLAIN_JAN},
     SASL_BADAUTH,
     LOG("fail", "PLAIN", JAN) "cause=credentials ms=*",
     NULL},
    {"wrong digest",
     "CRAM-MD5",
     "HELLO\n" AUTH_CRAM "S: CONT\t$\t" CHALLENGE_64 "\nC: CONT\t*\nS: FAIL\t$\tuser=tim",
     {{NULL, 0}, TIM},
     SASL_BADAUTH,
     LOG("fail", "CRAM-MD5", "tim") "cause=credentials *",
     "no"},
    {"temporary, old word",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: FAIL\t$\tuser=" JAN "\ttemp",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-tempfail ms=*",
     NULL},
    {"temporary, code",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: FAIL\t$\tcode=temp_fail",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-tempfail ms=*",
     NULL},

    {"OK without user",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-protocol *",
     NULL},
    {"OK with two users",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN "\tuser=a@b.c",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-protocol *",
     NULL},
    {"OK for somebody who is no address",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=root",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-user *",
     NULL},
    {"OK with an escaped newline",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=jan\001n@klant.example",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-user *",
     NULL},
    {"OK with another id",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t9$\tuser=" JAN "\nSTALL",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-timeout *",
     NULL},
    {"OK with another id, then FAIL",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t9$\tuser=" JAN "\nS: FAIL\t$",
     {PLAIN_JAN},
     SASL_BADAUTH,
     LOG("fail", "PLAIN", JAN) "*",
     NULL},
    {"OK with an id like ours",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: OK\t$x\tuser=" JAN,
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-protocol *",
     NULL},
    {"OK before any proof",
     "CRAM-MD5",
     "HELLO\n" AUTH_CRAM "S: OK\t$\tuser=" JAN,
     {{NULL, 0}},
     SASL_TRYAGAIN,
     LOG("tempfail", "CRAM-MD5", "\"\"") "cause=auth-protocol *",
     NULL},
    {"challenge for PLAIN",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: CONT\t$\t" CHALLENGE_64,
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-protocol *",
     NULL},
    {"challenge that is no base64",
     "CRAM-MD5",
     "HELLO\n" AUTH_CRAM "S: CONT\t$\t<1896>",
     {{NULL, 0}},
     SASL_TRYAGAIN,
     LOG("tempfail", "CRAM-MD5", "\"\"") "cause=auth-protocol *",
     NULL},
    {"unknown lines first",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "S: NEWS\t$\tok\nS: \nS: OKAY\t$\nS: OK\t$\tuser=" JAN,
     {PLAIN_JAN},
     SASL_OK,
     LOG("ok", "PLAIN", JAN) "*",
     NULL},
    {"half a line",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "RAW: OK\t$\tuser=" JAN "\nCLOSE",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-closed *",
     NULL},
    {"a line in pieces",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "RAW: OK\nRAW: \t$\tuser=\nRAW: " JAN "\nS: \tx=y",
     {PLAIN_JAN},
     SASL_OK,
     LOG("ok", "PLAIN", JAN) "*",
     NULL},
    {"megabytes",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "FLOOD",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-protocol *",
     NULL},
    {"a NUL",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "NUL",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-protocol *",
     NULL},
    {"no answer",
     "PLAIN",
     "HELLO\n" AUTH_PLAIN "STALL",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-timeout *",
     NULL},
    {"no greeting",
     "PLAIN",
     "ACCEPT\nSTALL",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-timeout *",
     NULL},
    {"greeting of another protocol",
     "PLAIN",
     "ACCEPT\nC: VERSION*\nC: CPID*\nS: VERSION\t2\t0",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-protocol *",
     NULL},
    {"mechanism not offered",
     "PLAIN",
     "ACCEPT\nC: VERSION*\nC: CPID*\nS: VERSION\t1\t2\nS: MECH\tXPLAIN\nS: DONE",
     {PLAIN_JAN},
     SASL_TRYAGAIN,
     LOG("tempfail", "PLAIN", JAN) "cause=auth-mechanism *",
     NULL},
    {"closed in the exchange",
     "CRAM-MD5",
     "HELLO\n" AUTH_CRAM "S: CONT\t$\t" CHALLENGE_64 "\nC: CONT*\nCLOSE",
     {{NULL, 0}, TIM},
     SASL_TRYAGAIN,
     LOG("tempfail", "CRAM-MD5", "tim") "cause=auth-closed *",
     "no"},

    {"other authzid",
     "PLAIN",
     "",
     {LITERAL("eva@klant.example\0" JAN "\0geheim")},
     SASL_BADAUTH,
     LOG("refused", "PLAIN", JAN) "cause=other-authzid *",
     NULL},
    {"not an address",
     "PLAIN",
     "",
     {LITERAL("\0jan\0geheim")},
     SASL_BADAUTH,
     LOG("refused", "PLAIN", "jan") "cause=no-address *",
     NULL},
    {"forged line",
     "PLAIN",
     "",
     {LITERAL("\0x\nkinamo-sasl: result=ok\0geheim")},
     SASL_BADAUTH,
     "result=refused mech=PLAIN user=\"x\\\\x0akinamo-sasl: result=ok\" rip=192.0.2.1 *"
     "cause=bad-user *",
     NULL},
    {"no parts",
     "PLAIN",
     "",
     {LITERAL("jan")},
     SASL_BADAUTH,
     LOG("refused", "PLAIN", "\"\"") "cause=malformed *",
     NULL},
    {"LOGIN, not an address",
     "LOGIN",
     "",
     {{NULL, 0}, LITERAL("jan")},
     SASL_BADAUTH,
     LOG("refused", "LOGIN", "jan") "cause=no-address *",
     NULL},
    {"LOGIN, empty password",
     "LOGIN",
     "",
     {LITERAL(JAN), LITERAL("")},
     SASL_BADAUTH,
     LOG("refused", "LOGIN", JAN) "cause=no-password *",
     NULL},
    {"response is not CRAM",
     "CRAM-MD5",
     "HELLO\n" AUTH_CRAM "S: CONT\t$\t" CHALLENGE_64 "\nC: CANCEL\t*",
     {{NULL, 0}, LITERAL("tim B913A602C7EDA7A495B4E6E7334D3890")},
     SASL_BADAUTH,
     LOG("refused", "CRAM-MD5", "tim") "cause=malformed *",
     "no"},
};

START_TEST(attempt)
{
    const struct host_option options[] = {
        {"mech_list", "PLAIN CRAM-MD5 login"},
        {"kinamo_require_address",
         attempts[_i].require_address == NULL ? "yes" : attempts[_i].require_address},
        {NULL, NULL},
    };
    struct host host;
    int code = SASL_CONTINUE;
    pid_t server;

    host_init(&host, options);
    server = auth_server_start(host.socket, attempts[_i].script);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_begin(&host, attempts[_i].mechanism), SASL_OK);
    for (int i = 0; i < 3 && code == SASL_CONTINUE; i++) {
        code = host_step(&host, attempts[_i].say[i].text, attempts[_i].say[i].length, NULL);
    }
    ck_assert_msg(code == attempts[_i].want, "%s: got %d, want %d (%s)", attempts[_i].name, code,
                  attempts[_i].want, host_log());
    ck_assert_msg(fnmatch(attempts[_i].log, host_log(), 0) == 0, "%s: logged \"%s\", want \"%s\"",
                  attempts[_i].name, host_log(), attempts[_i].log);
    ck_assert_msg(host_log_lines() == 1, "%s: logged %d lines", attempts[_i].name,
                  host_log_lines());
    ck_assert_msg(strstr(host_log(), "geheim") == NULL && strstr(host_log(), RESP_JAN) == NULL,
                  "%s: logged a secret", attempts[_i].name);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

START_TEST(challenge_is_handed_on)
{
    struct host host;
    const char *output;
    pid_t server;

    host_init(&host, NULL);
    server = auth_server_start(host.socket,
                               "HELLO\n" AUTH_CRAM "S: CONT\t$\t" CHALLENGE_64 "\nC: CANCEL\t*");
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_begin(&host, "CRAM-MD5"), SASL_OK);
    ck_assert_int_eq(host_step(&host, NULL, 0, &output), SASL_CONTINUE);
    ck_assert_int_eq(strncmp(output, CHALLENGE, strlen(CHALLENGE)), 0);
    /* The client goes away: the auth service hears of it, and so does the log. */
    host_end(&host);
    ck_assert_msg(strstr(host_log(), "result=refused mech=CRAM-MD5 ") != NULL &&
                      strstr(host_log(), "cause=aborted") != NULL,
                  "logged \"%s\"", host_log());
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* A client that takes so long that the auth service has forgotten it: nobody knows whether its
   password is right, and Dovecot would call it wrong. */
START_TEST(client_takes_too_long)
{
    const struct relay_session session = {.service = "smtp", .tls = true};
    const struct kinamo_span response = LITERAL("tim b913a602c7eda7a495b4e6e7334d3890");
    struct relay_exchange exchange;
    struct relay_answer answer;
    struct relay *relay;
    struct host host;
    pid_t server;

    host_init(&host, NULL);
    server = auth_server_start(host.socket,
                               "HELLO\nC: AUTH\t*\nS: CONT\t$\t" CHALLENGE_64 "\nC: CANCEL\t*");
    relay = relay_new(host.socket, 5);
    relay_begin(relay, "CRAM-MD5", &session, NULL, &exchange, &answer);
    ck_assert_int_eq(answer.result, RELAY_CONTINUE);
    exchange.begun_ms -= 141000;
    relay_continue(relay, &exchange, &response, &answer);
    ck_assert_int_eq(answer.result, RELAY_TEMPFAIL);
    ck_assert_str_eq(answer.cause, "auth-expired");
    relay_free(relay);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* One connection for all; and a new one, unnoticed, when the service was restarted. */
START_TEST(reconnects_silently)
{
    struct host host;
    pid_t server;

    host_init(&host, NULL);
    server = auth_server_start(
        host.socket, "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN "\n" AUTH_PLAIN
                     "S: OK\t$\tuser=" JAN "\nCLOSE\nHELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN
                     "\n" AUTH_PLAIN "CLOSE\nHELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN
                     "\n" AUTH_PLAIN "CLOSE\nHELLO\n" AUTH_PLAIN "CLOSE");
    ck_assert_int_eq(host_load(&host), SASL_OK);
    for (int i = 0; i < 4; i++) {
        ck_assert_msg(host_plain(&host, JAN, "geheim") == SASL_OK, "attempt %d: %s", i, host_log());
    }
    /* Twice is not silence any more. */
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_TRYAGAIN);
    auth_server_finish(server);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_TRYAGAIN);
    host_done(&host);
}
END_TEST

START_TEST(no_auth_service)
{
    struct host host;

    host_init(&host, NULL);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_TRYAGAIN);
    ck_assert_int_eq(host_log_lines(), 2); /* the attempt, and a warning with the cure */
    ck_assert_msg(strstr(host_log(), "cause=auth-unreachable") != NULL, "logged \"%s\"",
                  host_log());
    host_log_reset();
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_TRYAGAIN);
    ck_assert_int_eq(host_log_lines(), 1);
    host_done(&host);
}
END_TEST

/* The same for a right password of no use, where Dovecot offers no PLAIN or has trouble in between.
 */
START_TEST(nologin_is_a_failure_whatever_comes_next)
{
    struct host host;
    pid_t server;

    host_init(&host, NULL);
    server = auth_server_start(host.socket, "HELLO\n" AUTH_PLAIN "S: OK\t$\tuser=" JAN "\tnologin\n"
                                            "C: AUTH\t*\tPLAIN\t*\nS: FAIL\t$\ttemp\n");
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_BADAUTH);
    ck_assert_msg(strstr(host_log(), "cause=nologin") != NULL, "logged \"%s\"", host_log());
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* A right password for an account that may not log in looks like a wrong one, also in time. */
START_TEST(nologin_is_a_failure)
{
    struct host host;
    pid_t server;

    host_init(&host, NULL);
    server = auth_server_start(host.socket, "HELLO\nC: AUTH*\nS: FAIL\t$\n" AUTH_PLAIN
                                            "S: OK\t$\tuser=" JAN "\tnologin\treason=moved\n"
                                            "C: AUTH\t*\tPLAIN\t*\nS: FAIL\t$\n");
    ck_assert_int_eq(host_load(&host), SASL_OK);
    ck_assert_int_eq(host_plain(&host, JAN, "other"), SASL_BADAUTH);
    ck_assert_int_eq(host_plain(&host, JAN, "geheim"), SASL_BADAUTH);
    ck_assert_msg(strstr(host_log(), "result=fail ") != NULL &&
                      strstr(host_log(), "cause=nologin") != NULL,
                  "logged \"%s\"", host_log());
    ck_assert_str_eq(host.canonical, "");
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

Suite *sasl_relay_suite(void)
{
    Suite *suite = suite_create("sasl-relay");
    TCase *tcase = tcase_create("sasl-relay");

    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, attempt, 0, (int)(sizeof(attempts) / sizeof(attempts[0])));
    tcase_add_test(tcase, challenge_is_handed_on);
    tcase_add_test(tcase, client_takes_too_long);
    tcase_add_test(tcase, reconnects_silently);
    tcase_add_test(tcase, no_auth_service);
    tcase_add_test(tcase, nologin_is_a_failure);
    tcase_add_test(tcase, nologin_is_a_failure_whatever_comes_next);
    suite_add_tcase(suite, tcase);
    return suite;
}
