/* What a session holds for itself: private bytes of its processes, as shipped and without ours. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>

#include "../live/pop3.h"
#include "config.h"
#include "parts.h"
#include "sasl-session.h"
#include "statistics.h"

/* The difference between many sessions and few leaves out what they share, and spare processes. */
#define FEW           5
#define MANY          25
#define MANY_IN_SMOKE 8
#define MAX_ROUNDS    3 /* the figures hardly vary */
#define MESSAGES      10
#define GOAL_KIB      16

#define MAX_PROCESSES 2
#define OURS          0
#define STOCK         1

struct sessions {
    const char *name;
    const char *processes[MAX_PROCESSES]; /* each is measured; a NULL at the end */
    struct talk *(*open)(int user);
    struct live_options options[2]; /* OURS and STOCK */
    const char *setup[2];           /* commands, before Postfix reads its files anew; NULL: none */
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

static void measure(const struct sessions *sessions, int who, double *kib_r)
{
    const struct live_options *options = &sessions->options[who];
    struct live *live = live_start_test(sessions->name, options);
    struct talk *open[MANY];
    int many = how_many();

    if (options->postfix) {
        live_allow(live, "overriding earlier entry");
    }
    if (sessions->setup[who] != NULL) {
        free(live_must("%s", sessions->setup[who]));
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
    if (sessions->setup[who] != NULL) {
        free(live_must(SASL_ALL_MODULES "true"));
    }
    live_stop(live);
}

static void compare(const struct sessions *sessions)
{
    double kib[2][MAX_PROCESSES][MAX_ROUNDS];
    int rounds = bench_rounds() < MAX_ROUNDS ? bench_rounds() : MAX_ROUNDS;

    (void)printf("-- %s: %d rounds of %d sessions\n", sessions->name, rounds, how_many() - FEW);
    for (int round = 0; round < rounds; round++) {
        for (int who = OURS; who <= STOCK; who++) {
            double found[MAX_PROCESSES];

            measure(sessions, who, found);
            for (int i = 0; i < MAX_PROCESSES && sessions->processes[i] != NULL; i++) {
                kib[who][i][round] = found[i];
            }
        }
    }
    for (int i = 0; i < MAX_PROCESSES && sessions->processes[i] != NULL; i++) {
        double ours = statistics_median(kib[OURS][i], rounds);
        double stock = statistics_median(kib[STOCK][i], rounds);

        bench_judge(ours - stock, GOAL_KIB, "%s: %.1f KiB, stock %.1f KiB, added",
                    sessions->processes[i], ours, stock);
    }
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

void bench_part_memory(void)
{
    char *users = bench_users(MANY);
    const struct live_options shipped = {.users = users};
    const struct live_options quota = {.stock = true,
                                       .users = users,
                                       .dovecot_2_3 = BENCH_QUOTA_2_3,
                                       .dovecot_2_4 = BENCH_QUOTA_2_4};
    const struct live_options shipped_reuse = {
        .users = users, .dovecot_2_3 = REUSE_2_3, .dovecot_2_4 = REUSE_2_4};
    const struct live_options quota_reuse = {.stock = true,
                                             .users = users,
                                             .dovecot_2_3 = BENCH_QUOTA_2_3 REUSE_2_3,
                                             .dovecot_2_4 = BENCH_QUOTA_2_4 REUSE_2_4};
    const struct sessions all[] = {
        {"IMAP over TLS, a process for each",
         {"imap", "imap-login"},
         open_imap,
         {shipped, quota},
         {NULL}},
        {"POP3 over TLS, a process for each",
         {"pop3", "pop3-login"},
         open_pop3,
         {shipped, quota},
         {NULL}},
        {"IMAP over TLS, sessions share processes",
         {"imap", "imap-login"},
         open_imap,
         {shipped_reuse, quota_reuse},
         {NULL}},
        {"POP3 over TLS, sessions share processes",
         {"pop3", "pop3-login"},
         open_pop3,
         {shipped_reuse, quota_reuse},
         {NULL}},
        {"submission, beside the stock modules of Cyrus SASL",
         {"smtpd"},
         open_smtp,
         {{.postfix = true}, {.postfix = true}},
         {NULL, STOCK_SASL}},
        {"submission, beside Postfix's client of Dovecot",
         {"smtpd"},
         open_smtp,
         {{.postfix = true},
          {.postfix = true,
           .main_cf = "smtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n"
                      "smtpd_sasl_tls_security_options = noanonymous\n"}},
         {NULL}},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        compare(&all[i]);
    }
    free(users);
}
