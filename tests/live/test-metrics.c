/* Counting: whom a policy would concern, and what Prometheus reads. */
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "quota.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define PIET          "piet@klant.example"
#define ANNA          "anna@klant.example"

/* The command that the shipped file names. */
#define WHO "doveadm -f tab stats dump | grep '^kinamo_who_' | cut -f 1,3"

/* With a metric of the operator's own, which ours must leave alone. */
static const char *const everything_observes =
    "metric own_auth {\n  filter = event=auth_request_finished\n}\n"
    "ssl_min_protocol = TLSv1.1\nssl_cipher_list = DEFAULT:@SECLEVEL=0\n"
    "service stats {\n  inet_listener http {\n    port = 9900\n  }\n}\n";

static struct live *start(const char *mode, long limit)
{
    char *piet = quota_user(PIET, limit, "");
    char *users = live_must(
        "printf '%%s\\n%s:{PLAIN}secret::::::\\nkees:{PLAIN}goed::::::\\n' '%s'", ANNA, piet);
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_mode", mode},
                     {"kinamo_tls_mode", mode},
                     {"kinamo_address_mode", mode},
                     {"kinamo_quota_mode", strcmp(mode, "enforce") == 0 ? "warn" : mode}},
        .users = users,
        .dovecot = everything_observes,
        .dovecot_2_3 = "passdb {\n  driver = static\n  args = password=goed\n}\n",
        .dovecot_2_4 = "passdb static {\n  password = goed\n}\n",
    });

    free(piet);
    free(users);
    return live;
}

static void fetch(const char *user, const char *password, int count)
{
    struct talk *conversation = pop3_login(user, password);

    pop3_retr(conversation, 1, count);
    pop3_quit(conversation, "+OK *");
}

static void imap_login(const char *service, const char *user, const char *password)
{
    struct talk *conversation = talk_open(service);

    talkf(conversation, "S: * OK *\nC: 1 LOGIN %s %s\nS* 1 *\nC: 2 LOGOUT\nS* 2 OK *\n", user,
          password);
    talk_close(conversation);
}

static void imap_over_tls_1_1(void)
{
    free(live_must("(sleep 1; printf '1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD
                   "\\r\\n2 LOGOUT\\r\\n'; sleep 1) | openssl s_client -quiet -CAfile " LIVE_CA
                   " -cipher DEFAULT:@SECLEVEL=0 -tls1_1 -connect in.kinamo.be:993"));
}

static const struct {
    const char *line;
    bool listed;
} concerned[] = {
    /* Piet also reads over IMAP, Eva does not. */
    {"kinamo_who_pop3_" PIET "\t2\n", true},
    {"kinamo_who_pop3_" LIVE_EVA, false},
    /* Anna has no TLS, Jan has an old version; Eva's client is fine. */
    {"kinamo_who_tls_" ANNA "_imap_no\t2\n", true},
    {"kinamo_who_tls_" LIVE_JAN "_imap_TLSv1.1\t1\n", true},
    {"kinamo_who_tls_" LIVE_EVA, false},
    {"kinamo_who_address_kees_imap\t1\n", true},
    {"kinamo_who_address_" ANNA, false},
    {"kinamo_who_quota_" PIET "_STORAGE_80\t", true},
    {"kinamo_who_quota_" LIVE_EVA, false},
};

/* Roll-out: one command names whom each policy would concern, and how often. */
START_TEST(who_would_be_concerned)
{
    struct live *live = start("observe", 10000);
    char *output;

    quota_deliver(PIET, 8000);
    imap_login("imaps", PIET, QUOTA_PASSWORD);
    fetch(PIET, QUOTA_PASSWORD, 1);
    fetch(PIET, QUOTA_PASSWORD, 1);
    live_deliver(LIVE_EVA, "Subject: 1\n\none\n");
    fetch(LIVE_EVA, LIVE_EVA_PASSWORD, 1);
    imap_login("imap", ANNA, "secret");
    imap_login("imap", ANNA, "secret");
    imap_over_tls_1_1();
    imap_login("imaps", "kees", "goed");
    output = live_must(WHO);
    for (int i = 0; i < LENGTH(concerned); i++) {
        ck_assert_msg((strstr(output, concerned[i].line) != NULL) == concerned[i].listed,
                      "%s: want it %s, got %s", concerned[i].line,
                      concerned[i].listed ? "listed" : "absent", output);
    }
    free(output);
    free(live_must("doveadm -f tab stats dump | grep -q '^own_auth\tduration\t[1-9]'"));
    /* Above each threshold now, by the other command. */
    output = live_must("doveadm -f tab kinamo status -A | awk -F '\\t' '$4 >= 80 { print $1 }'");
    ck_assert_msg(strstr(output, PIET) != NULL && strstr(output, ANNA) == NULL, "got %s", output);
    free(output);
    live_stop(live);
}
END_TEST

#define METRICS "curl -sS http://in.kinamo.be:9900/metrics"

/* What the rules in kinamo-rules.yml ask for, after one POP3 session that removed two mails, one
   warning and one refused login. only_2_4: Dovecot 2.3 does not export the sums of fields. */
static const struct {
    const char *line;
    bool only_2_4;
} exported[] = {
    {"dovecot_kinamo_pop3_quit_total{mode=\"enforce\"} 1\n", false},
    {"dovecot_kinamo_pop3_quit_removed_total{mode=\"enforce\"} 2\n", true},
    {"dovecot_kinamo_pop3_quit_kept_total{mode=\"enforce\"} 0\n", true},
    {"dovecot_kinamo_pop3_quit_duration_bucket{le=\"+Inf\"} 1\n", false},
    {"dovecot_kinamo_pop3_quit_duration_count 1\n", false},
    {"dovecot_kinamo_quota_warning_total{result=\"sent\",channel=\"mail\",resource=\"STORAGE\","
     "threshold=\"90\"} 1\n",
     false},
    {"dovecot_kinamo_quota_warning_duration_bucket{le=\"+Inf\"} 1\n", false},
    {"dovecot_kinamo_tls_insecure_total{service=\"imap\",cause=\"no_tls\",action=\"refuse\"} 1\n",
     false},
    {"dovecot_kinamo_tls_insecure_count 1\n", false},
    {"dovecot_kinamo_pop3_kept_count 0\n", false},
    {"dovecot_kinamo_pop3_destination_failed_total 0\n", false},
    {"dovecot_kinamo_notice_failed_count 0\n", false},
    {"dovecot_kinamo_setting_refused_count 0\n", false},
    {"dovecot_kinamo_template_total 0\n", false},
};

/* The columns are metric, field, count, sum. */
static const char *const dumped[] = {
    "kinamo_pop3_quit_enforce\tremoved\t1\t2\t",
    "kinamo_pop3_quit_enforce\tkept\t1\t0\t",
    "kinamo_quota_warning_sent_mail_STORAGE_90\tduration\t1\t",
    "kinamo_tls_insecure_imap_no_tls_refuse\tduration\t1\t",
};

START_TEST(prometheus_reads_them)
{
    struct live *live = start("enforce", 10000);
    char *metrics;
    char *dump;

    live_deliver_many(LIVE_EVA, 2);
    fetch(LIVE_EVA, LIVE_EVA_PASSWORD, 2);
    quota_deliver(PIET, 8500);
    imap_login("imap", ANNA, "secret");
    live_log_wait(live, "action=refuse");
    metrics = live_must(METRICS);
    for (int i = 0; i < LENGTH(exported); i++) {
        bool want = !exported[i].only_2_4 || live_is_2_4();

        ck_assert_msg((strstr(metrics, exported[i].line) != NULL) == want, "%swant %sin %.2500s",
                      exported[i].line, want ? "" : "not ", metrics);
    }
    dump = live_must("doveadm -f tab stats dump");
    for (int i = 0; i < LENGTH(dumped); i++) {
        ck_assert_msg(strstr(dump, dumped[i]) != NULL, "want %s in %.2500s", dumped[i], dump);
    }
    free(dump);
    free(metrics);
    live_stop(live);
}
END_TEST

Suite *metrics_suite(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tcase = tcase_create("metrics");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, who_would_be_concerned);
    tcase_add_test(tcase, prometheus_reads_them);
    suite_add_tcase(suite, tcase);
    return suite;
}
