/* No credential without TLS (promise C7): every service, TLS state, mechanism and mode, with the
   exact reply. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture/live.h"
#include "suites.h"

#define RIGHT_IR                                                                                   \
    "AGphbkBrbGFudC5leGFtcGxlAGdlaGVpbS12YW4tamFu"  /* \0jan@klant.example\0geheim-van-jan */
#define WRONG_IR "AGphbkBrbGFudC5leGFtcGxlAGZvdXQ=" /* \0jan@klant.example\0fout */
#define EXPOSED                                                                                    \
    " The password was sent without encryption: anyone on the way could read it, so change it."
#define IMAP_REFUSAL "SSL/TLS is required: use port 993, or STARTTLS on port 143."
#define POP3_REFUSAL "SSL/TLS is required: use port 995, or STLS on port 110."
#define RIGHT        LIVE_JAN_PASSWORD

struct row {
    const char *name, *service, *script;
};

/* In clear, in mode enforce. Right and wrong passwords get the same reply. */
static const struct row refused[] = {
    {"IMAP greeting and CAPABILITY", "imap",
     "S: * OK [CAPABILITY * STARTTLS LOGINDISABLED] *\nC: 1 CAPABILITY\n"
     "S: * CAPABILITY * STARTTLS LOGINDISABLED\nS: 1 OK *\n"},
    {"LOGIN, right password", "imap",
     "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " RIGHT "\n"
     "S: * BAD [ALERT] " IMAP_REFUSAL EXPOSED "\n"
     "S: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL EXPOSED "\n"},
    {"LOGIN, wrong password", "imap",
     "S: * OK *\nC: 1 LOGIN " LIVE_JAN " fout\n"
     "S: * BAD [ALERT] " IMAP_REFUSAL EXPOSED "\n"
     "S: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL EXPOSED "\n"},
    {"LOGIN with literals", "imap",
     "S: * OK *\nC: 1 LOGIN {17+}\nC: " LIVE_JAN " {14+}\nC: " RIGHT "\n"
     "S: * BAD [ALERT] " IMAP_REFUSAL EXPOSED "\n"
     "S: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL EXPOSED "\n"},
    {"AUTHENTICATE PLAIN", "imap",
     "S: * OK *\nC: 1 AUTHENTICATE PLAIN\nS: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL "\n"},
    {"AUTHENTICATE PLAIN with initial response", "imap",
     "S: * OK *\nC: 1 AUTHENTICATE PLAIN " RIGHT_IR "\n"
     "S: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL EXPOSED "\n"
     "C: 2 AUTHENTICATE PLAIN " WRONG_IR "\n"
     "S: 2 NO [PRIVACYREQUIRED] " IMAP_REFUSAL EXPOSED "\n"},
    {"AUTHENTICATE LOGIN", "imap",
     "S: * OK *\nC: 1 AUTHENTICATE LOGIN\nS: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL "\n"},
    {"AUTHENTICATE CRAM-MD5", "imap",
     "S: * OK *\nC: 1 AUTHENTICATE CRAM-MD5\nS: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL "\n"},
    {"AUTHENTICATE of an unknown mechanism", "imap",
     "S: * OK *\nC: 1 AUTHENTICATE X-NONE\nS: 1 NO [PRIVACYREQUIRED] " IMAP_REFUSAL "\n"},
    {"POP3 greeting has no APOP challenge, CAPA no USER and no SASL", "pop3",
     "S: +OK Dovecot*ready.\nC: CAPA\nS: +OK\nS: CAPA\nS: TOP\nS: UIDL\nS: RESP-CODES\n"
     "S: PIPELINING\nS: AUTH-RESP-CODE\nS: STLS\nS: EXPIRE 0 USER\nS: .\n"},
    {"bare AUTH", "pop3", "S: +OK *\nC: AUTH\nS: +OK\nS: .\n"},
    {"USER and PASS, right password", "pop3",
     "S: +OK *\nC: USER " LIVE_JAN "\nS: -ERR [AUTH] " POP3_REFUSAL "\n"
     "C: PASS " RIGHT "\nS: -ERR [AUTH] " POP3_REFUSAL EXPOSED "\n"},
    {"USER and PASS, wrong password", "pop3",
     "S: +OK *\nC: USER " LIVE_JAN "\nS: -ERR [AUTH] " POP3_REFUSAL "\n"
     "C: PASS fout\nS: -ERR [AUTH] " POP3_REFUSAL EXPOSED "\n"},
    {"PASS alone", "pop3",
     "S: +OK *\nC: PASS " RIGHT "\nS: -ERR [AUTH] " POP3_REFUSAL EXPOSED "\n"},
    {"AUTH PLAIN", "pop3", "S: +OK *\nC: AUTH PLAIN\nS: -ERR [AUTH] " POP3_REFUSAL "\n"},
    {"AUTH PLAIN with initial response", "pop3",
     "S: +OK *\nC: AUTH PLAIN " RIGHT_IR "\nS: -ERR [AUTH] " POP3_REFUSAL EXPOSED "\n"
     "C: AUTH PLAIN " WRONG_IR "\nS: -ERR [AUTH] " POP3_REFUSAL EXPOSED "\n"},
    {"AUTH CRAM-MD5", "pop3", "S: +OK *\nC: AUTH CRAM-MD5\nS: -ERR [AUTH] " POP3_REFUSAL "\n"},
    {"APOP", "pop3",
     "S: +OK *\nC: APOP " LIVE_JAN " 0123456789abcdef0123456789abcdef\n"
     "S: -ERR APOP not enabled.\n"},
};

/* On TLS, in the same mode. */
static const struct row let_in[] = {
    {"IMAPS, LOGIN", "imaps",
     "S: * OK [CAPABILITY * AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5] *\n"
     "C: 1 LOGIN " LIVE_JAN " " RIGHT "\nS* 1 OK *\n"},
    {"IMAPS, wrong password", "imaps",
     "S: * OK *\nC: 1 LOGIN " LIVE_JAN " fout\nS: 1 NO [AUTHENTICATIONFAILED] *\n"},
    {"STARTTLS", "imap",
     "S: * OK *\nC: 1 STARTTLS\nS: 1 OK *\nTLS\nC: 2 CAPABILITY\n"
     "S: * CAPABILITY * AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5\nS: 2 OK *\n"
     "C: 3 AUTHENTICATE PLAIN " RIGHT_IR "\nS* 3 OK *\n"},
    {"an initial response that was refused is not part of the next one", "imap",
     "S: * OK *\nC: 1 AUTHENTICATE PLAIN " WRONG_IR "\nS: 1 NO [PRIVACYREQUIRED] *\n"
     "C: 2 STARTTLS\nS: 2 OK *\nTLS\nC: 3 AUTHENTICATE PLAIN " RIGHT_IR "\nS* 3 OK *\n"},
    {"POP3S", "pop3s",
     "S: +OK *\nC: CAPA\nS* USER\nS: SASL PLAIN LOGIN CRAM-MD5\nS* .\n"
     "C: USER " LIVE_JAN "\nS: +OK\nC: PASS " RIGHT "\nS: +OK *\n"},
    {"POP3S, APOP challenge", "pop3s", "S: +OK *<*@*>\n"},
    {"STLS", "pop3",
     "S: +OK *\nC: STLS\nS: +OK *\nTLS\nC: CAPA\nS* USER\nS: SASL PLAIN LOGIN CRAM-MD5\nS* .\n"
     "C: AUTH PLAIN " RIGHT_IR "\nS: +OK *\n"},
};

static void hold(const struct row *row)
{
    struct talk *conversation = talk_open(row->service);

    talk(conversation, row->script);
    talk_close(conversation);
}

/* Every switch of Dovecot's own is wide open: the policy does not lean on them. */
static struct live *start(const char *mode)
{
    return live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", mode}, {"kinamo_pop3_expire_min", "0"}},
        .dovecot = "ssl = yes\nauth_mechanisms = plain login cram-md5 apop\n",
        .dovecot_2_3 = "disable_plaintext_auth = no\nauth_debug = yes\n",
        .dovecot_2_4 = "auth_allow_cleartext = yes\nlog_debug = category=auth\n",
    });
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(enforce_refuses_in_clear)
{
    struct live *live = start("enforce");

    for (size_t i = 0; i < LENGTH(refused); i++) {
        hold(&refused[i]);
    }
    /* No request reached the auth service, so no reply can depend on the password. */
    ck_assert_int_eq(live_log_count(live, "client in: AUTH"), 0);
    ck_assert_int_eq(live_log_count(live, RIGHT), 0);
    ck_assert_int_eq(live_log_count(live, RIGHT_IR), 0);
    live_log_wait(live, "kinamo: event=kinamo_tls_insecure user=" LIVE_JAN " service=imap "
                        "rip=127.0.0.1 tls=no cause=no_tls action=refuse password_exposed=yes");
    live_log_wait(live, "kinamo: event=kinamo_tls_insecure user=" LIVE_JAN " service=pop3 "
                        "rip=127.0.0.1 tls=no cause=no_tls action=refuse password_exposed=yes");
    live_log_wait(live, "service=imap rip=127.0.0.1 mechanism=CRAM-MD5 tls=no cause=no_tls "
                        "action=refuse password_exposed=no");
    live_stop(live);
}
END_TEST

START_TEST(enforce_lets_in_on_tls)
{
    struct live *live = start("enforce");

    for (size_t i = 0; i < LENGTH(let_in); i++) {
        hold(&let_in[i]);
    }
    ck_assert_int_gt(live_log_count(live, "client in: AUTH"), 4);
    ck_assert_int_eq(live_log_count(live, "kinamo_tls_insecure *action=observe"), 0);
    live_stop(live);
}
END_TEST

static const struct row clear[] = {
    {"LOGIN", "imap", "S: * AUTH=PLAIN *\nC: 1 LOGIN " LIVE_JAN " " RIGHT "\nS* 1 OK *\n"},
    {"AUTHENTICATE", "imap", "S: * OK *\nC: 1 AUTHENTICATE PLAIN " RIGHT_IR "\nS* 1 OK *\n"},
    {"USER and PASS", "pop3",
     "S: +OK *<*@*>\nC: CAPA\nS* USER\nS: SASL PLAIN LOGIN CRAM-MD5\nS* .\n"
     "C: USER " LIVE_JAN "\nS: +OK\nC: PASS " RIGHT "\nS: +OK *\n"},
    {"wrong password", "imap",
     "S: * OK *\nC: 1 LOGIN " LIVE_JAN " fout\nS: 1 NO [AUTHENTICATIONFAILED] *\n"},
};

static const struct {
    const char *mode;
    int events, notices;
} modes[] = {
    {"off", 0, 0},
    {"observe", 3, 0},
    {"warn", 3, 3},
};

START_TEST(other_modes_let_in_and_count)
{
    struct live *live = start(modes[_i].mode);
    int got;

    for (size_t i = 0; i < LENGTH(clear); i++) {
        hold(&clear[i]);
    }
    /* Each session asks for the notice at its end; one of them sends it. */
    for (int tries = 0; tries < 100; tries++) {
        if (live_log_count(live, "event=kinamo_tls_notice") >= modes[_i].notices) {
            break;
        }
        (void)usleep(100000);
    }
    got = live_log_count(live, "event=kinamo_tls_notice user=" LIVE_JAN
                               " service=* rip=127.0.0.1 result=sent repeat=604800");
    ck_assert_msg(got == (modes[_i].notices > 0), "%s: sent: got %d", modes[_i].mode, got);
    got = live_messages(LIVE_JAN, "INBOX");
    ck_assert_msg(got == (modes[_i].notices > 0), "%s: INBOX: got %d", modes[_i].mode, got);
    got = live_log_count(live, "event=kinamo_tls_insecure user=" LIVE_JAN
                               " service=* rip=127.0.0.1 mechanism=PLAIN tls=no cause=no_tls");
    ck_assert_msg(got == modes[_i].events, "%s: events: got %d, want %d", modes[_i].mode, got,
                  modes[_i].events);
    got = live_log_count(live, "event=kinamo_tls_notice");
    ck_assert_msg(got == modes[_i].notices, "%s: notices: got %d, want %d", modes[_i].mode, got,
                  modes[_i].notices);
    live_stop(live);
}
END_TEST

Suite *tls_table_suite(void)
{
    Suite *suite = suite_create("tls-table");
    TCase *tcase = tcase_create("tls-table");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, enforce_refuses_in_clear);
    tcase_add_test(tcase, enforce_lets_in_on_tls);
    tcase_add_loop_test(tcase, other_modes_let_in_and_count, 0, (int)LENGTH(modes));
    suite_add_tcase(suite, tcase);
    return suite;
}
