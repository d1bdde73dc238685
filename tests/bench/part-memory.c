/* What a session holds for itself: private bytes of its processes, as shipped and without ours. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../live/pop3.h"
#include "config.h"
#include "parts.h"
#include "sasl-session.h"
#include "statistics.h"

/* The difference between many sessions and few leaves out what they share, and spare processes. */
#define FEW           5
#define MANY          25
#define MANY_IN_SMOKE 8
#define MESSAGES      10
#define GOAL_KIB      16

/* Where the heap's holes fall is chance: one longer setting moves a process of a stock Dovecot by
   110 KiB. So each round has settings of another length, the same for all ways. */
#define PAD        173
#define MAX_ROUNDS 16

#define MAX_PROCESSES 2
#define MAX_WAYS      4
#define STOCK         0 /* the first way: what the others are compared with */

struct way {
    const char *name;
    double goal; /* KiB added; 0: only shown */
    struct live_options options;
    const char *setup; /* commands, before Postfix reads its files anew; NULL: none */
};

struct sessions {
    const char *name;
    const char *processes[MAX_PROCESSES]; /* each is measured; a NULL at the end */
    struct talk *(*open)(int user);
    struct way ways[MAX_WAYS]; /* a NULL name at the end */
};

static struct talk *open_imap(int user)
{
    struct talk *conversation = talk_open("imaps");

    talkf(conversation,
          "S: * OK *\nC: 1 LOGIN " BENCH_USER " " BENCH_PASSWORD
          "\nS* 1 OK *\nC: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1:* (FLAGS BODY[])\nS* 3 OK *\n"
          "C: 4 APPEND INBOX {16+}\nC: Subject: a\nC: \nC: b\nS* 4 OK *\n",
          user);
    return conversation;
}

static struct talk *open_pop3(int user)
{
    char address[64];
    struct talk *conversation;

    (void)snprintf(address, sizeof(address), BENCH_USER, user);
    conversation = pop3_login(address, BENCH_PASSWORD);
    pop3_retr(conversation, 1, MESSAGES);
    return conversation;
}

static struct talk *open_smtp(int user)
{
    struct talk *conversation = talk_open("submission");

    (void)user;
    /* NUL jan@klant.example NUL geheim-van-jan */
    talk(conversation, "S: 220 *\nC: EHLO client.example\nS* 250 *\nC: STARTTLS\nS: 220 *\nTLS\n"
                       "C: EHLO client.example\nS* 250 *\n"
                       "C: AUTH PLAIN AGphbkBrbGFudC5leGFtcGxlAGdlaGVpbS12YW4tamFu\nS: 235 *\n"
                       "C: MAIL FROM:<" LIVE_JAN ">\nS: 250 *\n");
    return conversation;
}

static int how_many(void)
{
    return bench_in_earnest() ? MANY : MANY_IN_SMOKE;
}

static double private_kib(const char *process)
{
    char *output =
        live_must("for p in $(pgrep -r D,R,S -x %s); do cat /proc/$p/smaps_rollup; done | "
                  "awk '/^Private_/ { sum += $2 } END { print sum }'",
                  process);
    double kib = strtod(output, NULL);

    free(output);
    return kib;
}

static struct live_options padded(const struct live_options *options, const char *users, int round)
{
    static char dovecot[2 * MAX_ROUNDS * PAD + 128];
    static char main_cf[MAX_ROUNDS * PAD + 1024];
    struct live_options result = *options;
    int length = round * PAD + 1;

    (void)snprintf(dovecot, sizeof(dovecot),
                   "login_greeting = Ready %0*d.\nmail_log_prefix = \"%%s(%0*d): \"\n", length, 0,
                   length, 0);
    (void)snprintf(main_cf, sizeof(main_cf), "%ssmtpd_banner = $myhostname ESMTP %0*d\n",
                   options->main_cf != NULL ? options->main_cf : "", length, 0);
    result.dovecot = dovecot;
    if (options->postfix) {
        result.main_cf = main_cf;
    } else {
        result.users = users;
    }
    return result;
}

static void measure(const struct sessions *sessions, const struct way *way, const char *users,
                    int round, double *kib_r)
{
    const struct live_options options = padded(&way->options, users, round);
    struct live *live = live_start_test(sessions->name, &options);
    struct talk *open[MANY];
    int many = how_many();

    if (options.postfix) {
        live_allow(live, "overriding earlier entry");
    }
    if (way->setup != NULL) {
        free(live_must("%s", way->setup));
        sasl_postfix_reload();
    }
    bench_fill(many, MESSAGES);
    for (int n = 0; n < many; n++) {
        open[n] = sessions->open(n);
        if (n + 1 == FEW || n + 1 == many) {
            (void)bench_servers_cpu(); /* until they are idle */
            for (int i = 0; i < MAX_PROCESSES && sessions->processes[i] != NULL; i++) {
                double kib = private_kib(sessions->processes[i]);

                kib_r[i] = n + 1 == FEW ? kib : (kib - kib_r[i]) / (many - FEW);
            }
        }
    }
    for (int n = 0; n < many; n++) {
        talk_close(open[n]);
    }
    if (way->setup != NULL) {
        free(live_must(SASL_ALL_MODULES "true"));
    }
    live_stop(live);
}

static void print(const char *process, const struct way *way, const double *kib,
                  const double *stock, int rounds)
{
    double sorted[MAX_ROUNDS];
    double added[MAX_ROUNDS];

    memcpy(sorted, kib, (size_t)rounds * sizeof(*kib));
    (void)printf("   %-12s %-32s %8.1f KiB", process, way->name, statistics_median(sorted, rounds));
    for (int round = 0; round < rounds; round++) {
        added[round] = kib[round] - stock[round];
    }
    if (kib != stock) {
        (void)printf(", added %6.1f", statistics_median(added, rounds));
        (void)printf(" (%.1f..%.1f)", added[0], added[rounds - 1]);
    }
    if (way->goal > 0) {
        (void)printf("  at most %.0f: %s", way->goal, bench_verdict(way->goal, added, rounds));
    }
    (void)printf("\n");
}

static void compare(const struct sessions *sessions, const char *users)
{
    double kib[MAX_WAYS][MAX_PROCESSES][MAX_ROUNDS] = {{{0}}};
    int rounds = bench_rounds() < MAX_ROUNDS ? bench_rounds() : MAX_ROUNDS;
    int count = 0;

    (void)printf("-- %s: %d rounds of %d sessions\n", sessions->name, rounds, how_many() - FEW);
    for (int round = 0; round < rounds; round++) {
        for (count = 0; count < MAX_WAYS && sessions->ways[count].name != NULL; count++) {
            double found[MAX_PROCESSES] = {0};

            measure(sessions, &sessions->ways[count], users, round, found);
            for (int i = 0; i < MAX_PROCESSES && sessions->processes[i] != NULL; i++) {
                kib[count][i][round] = found[i];
            }
        }
    }
    for (int i = 0; i < MAX_PROCESSES && sessions->processes[i] != NULL; i++) {
        for (int way = 0; way < count; way++) {
            print(sessions->processes[i], &sessions->ways[way], kib[way][i], kib[STOCK][i], rounds);
        }
    }
    (void)fflush(stdout);
}

#define STOCK_SASL SASL_STOCK "postconf -e smtpd_sasl_tls_security_options=noanonymous"

#define REUSE_2_3                                                                                  \
    BENCH_REUSED_LOGIN_2_3                                                                         \
    "service imap {\n  service_count = 0\n  client_limit = 100\n  process_limit = 8\n}\n"          \
    "service pop3 {\n  service_count = 0\n  client_limit = 100\n  process_limit = 8\n}\n"
#define REUSE_2_4                                                                                  \
    BENCH_REUSED_LOGIN_2_4                                                                         \
    "service imap {\n  restart_request_count = unlimited\n  client_limit = 100\n  process_limit "  \
    "= 8\n}\n"                                                                                     \
    "service pop3 {\n  restart_request_count = unlimited\n  client_limit = 100\n  process_limit "  \
    "= 8\n}\n"

/* Two of Dovecot's own plugins that hold next to nothing: what loading a module costs. */
#define PEER_2_3 BENCH_QUOTA_AND_2_3(" notify mail_log", "")
#define PEER_2_4 BENCH_QUOTA_AND_2_4("  notify = yes\n  mail_log = yes\n", "")

/* The filters of metrics are sent to every process, whoever logs the events. */
#define METRICS(series) "!include " LIVE_SHIPPED "/dovecot-" series "/kinamo-metrics.conf.ext\n"

#define STOCK_QUOTA(reuse_2_3, reuse_2_4)                                                          \
    {                                                                                              \
        "stock with the same quota", 0,                                                            \
            {.stock = true,                                                                        \
             .dovecot_2_3 = BENCH_QUOTA_2_3 reuse_2_3,                                             \
             .dovecot_2_4 = BENCH_QUOTA_2_4 reuse_2_4},                                            \
            NULL                                                                                   \
    }
#define PEERS(name, lines_2_3, lines_2_4)                                                          \
    {                                                                                              \
        name, 0,                                                                                   \
            {.stock = true, .dovecot_2_3 = PEER_2_3 lines_2_3, .dovecot_2_4 = PEER_2_4 lines_2_4}, \
            NULL                                                                                   \
    }
#define OURS(...)                                                                                  \
    {                                                                                              \
        "ours, as shipped", GOAL_KIB, {__VA_ARGS__}, NULL                                          \
    }

#define EACH_ITS_OWN                                                                               \
    {                                                                                              \
        STOCK_QUOTA("", ""), OURS(.stock = false), PEERS("Dovecot's notify and mail_log", "", ""), \
            PEERS("the same, with our metrics", METRICS("2.3"),                                    \
                  "protocol stats {\n" METRICS("2.4") "}\n")                                       \
    }
#define SHARED                                                                                     \
    {                                                                                              \
        STOCK_QUOTA(REUSE_2_3, REUSE_2_4),                                                         \
            OURS(.dovecot_2_3 = REUSE_2_3, .dovecot_2_4 = REUSE_2_4)                               \
    }

#define POSTFIXS_CLIENT                                                                            \
    "smtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n"                                  \
    "smtpd_sasl_tls_security_options = noanonymous\n"

static const struct sessions all[] = {
    {"IMAP over TLS, a process for each", {"imap", "imap-login"}, open_imap, EACH_ITS_OWN},
    {"POP3 over TLS, a process for each", {"pop3", "pop3-login"}, open_pop3, EACH_ITS_OWN},
    {"IMAP over TLS, sessions share processes", {"imap", "imap-login"}, open_imap, SHARED},
    {"POP3 over TLS, sessions share processes", {"pop3", "pop3-login"}, open_pop3, SHARED},
    {"submission, Cyrus SASL",
     {"smtpd"},
     open_smtp,
     {{"the stock modules, sasldb", 0, {.postfix = true}, STOCK_SASL},
      OURS(.postfix = true),
      {"Postfix's client of Dovecot", 0, {.postfix = true, .main_cf = POSTFIXS_CLIENT}, NULL},
      {"ours, no stock modules there", 0, {.postfix = true}, SASL_OUR_MODULE "true"}}},
};

void bench_part_memory(void)
{
    char *users = bench_users(MANY);

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        compare(&all[i], users);
    }
    free(users);
}
