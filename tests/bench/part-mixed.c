/* Everything loaded, every kind of session at once, for BENCH_SECONDS (default 600): no error in a
   log, and no process that lives on grows. */
#include "kinamo-config.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../live/pop3.h"
#include "config.h"
#include "parts.h"

#define USERS         30
#define SECONDS       600
#define MAX_PROCESSES 256
#define IN_A_ROW      6 /* messages to one user */

/* Between two looks at a process that lives on. The first is when half of the time is over. */
#define GROWTH_KIB 128
#define GROWTH_FDS 2

/* Small enough for warnings and a full mailbox now and then; login processes live on. */
#define DOVECOT_2_3 "plugin {\n  quota_rule = *:bytes=60000\n}\n" BENCH_REUSED_LOGIN_2_3
#define DOVECOT_2_4 "quota_storage_size = 60000B\n" BENCH_REUSED_LOGIN_2_4

struct process {
    int pid, fds;
    long kib;
    char name[32];
};

struct processes {
    struct process process[MAX_PROCESSES];
    int count;
};

static void imap_session(int n)
{
    struct talk *conversation = talk_open(n % 2 == 0 ? "imaps" : "imap");

    if (n % 2 != 0) {
        talk(conversation, "S: * OK *\nC: 0 STARTTLS\nS: 0 OK *\nTLS\n");
    } else {
        talk(conversation, "S: * OK *\n");
    }
    talkf(conversation,
          "C: 1 LOGIN " BENCH_USER " " BENCH_PASSWORD
          "\nS* 1 OK *\nC: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1:* (FLAGS ENVELOPE)\nS* 3 *\n"
          "C: 4 GETQUOTAROOT INBOX\nS* 4 OK *\nC: 5 STORE 1 +FLAGS (\\Deleted)\nS* 5 *\n"
          "C: 6 EXPUNGE\nS* 6 OK *\nC: 7 APPEND INBOX {16+}\nC: Subject: a\nC: \nC: b\nS* 7 *\n"
          "C: 8 LOGOUT\nS* 8 OK *\n",
          n % USERS);
    talk_close(conversation);
}

static void pop3_session(int n)
{
    char address[64];
    struct talk *conversation;
    int count;

    (void)snprintf(address, sizeof(address), BENCH_USER, n % USERS);
    conversation = pop3_login(address, BENCH_PASSWORD);
    talk(conversation, "C: STAT\n");
    ck_assert_int_eq(sscanf(talk_line(conversation), "+OK %d", &count), 1);
    for (int i = 1; i <= count; i++) {
        /* An IMAP session may have expunged it in the meantime. */
        talkf(conversation, "C: RETR %d\n", i);
        if (strncmp(talk_line(conversation), "+OK", 3) == 0) {
            talk(conversation, "S* .\n");
        }
    }
    talk(conversation, "C: QUIT\nS: *\n");
    talk_close(conversation);
}

static void lmtp_session(int n)
{
    struct talk *conversation = talk_open("lmtp");

    talkf(conversation,
          "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<a@elders.example>\n"
          "S: 250 *\nC: RCPT TO:<" BENCH_USER ">\nS: 250 *\nC: DATA\nS: 354 *\n"
          "C: Subject: %d\nC: \nC: %08000d\nC: .\nS: *\nC: QUIT\nS: 221 *\n",
          n / IN_A_ROW % USERS, n, n);
    talk_close(conversation);
}

static void smtp_session(int n)
{
    struct talk *conversation = talk_open("submission");
    char plain[64];
    unsigned char base64[128];
    int length =
        snprintf(plain, sizeof(plain), "%c" BENCH_USER "%c" BENCH_PASSWORD, '\0', n % USERS, '\0');

    (void)EVP_EncodeBlock(base64, (const unsigned char *)plain, length);
    talkf(conversation,
          "S: 220 *\nC: EHLO client.example\nS* 250 *\nC: STARTTLS\nS: 220 *\nTLS\n"
          "C: EHLO client.example\nS* 250 *\nC: AUTH PLAIN %s\nS: 235 *\n"
          "C: MAIL FROM:<" BENCH_USER ">\nS: 250 *\nC: RCPT TO:<" BENCH_USER
          ">\nS: 250 *\nC: DATA\nS: 354 *\nC: Subject: s\nC: \nC: s\nC: .\nS: 250 *\n"
          "C: QUIT\nS: 221 *\n",
          (const char *)base64, n % USERS, (n + 1) % USERS);
    talk_close(conversation);
}

static void (*const sessions[])(int n) = {imap_session, imap_session, pop3_session, lmtp_session,
                                          smtp_session};
static const char *const names[] = {"IMAP", "IMAP", "POP3", "LMTP", "SMTP AUTH"};

/* A client does sessions of its kind until the time, given in data, is over. */
static void client(int number, const void *data)
{
    double end = *(const double *)data;
    int done = 0;

    while (bench_now() < end) {
        sessions[number](done + number * 7);
        done++;
    }
    (void)printf("   client %d: %d sessions of %s\n", number + 1, done, names[number]);
}

static void load(double seconds)
{
    double end = bench_now() + seconds;
    struct bench_samples samples = {0};
    int count = sizeof(sessions) / sizeof(sessions[0]);

    bench_samples_use(&samples);
    bench_clients(count, count, client, &end);
    free(samples.values);
    (void)bench_servers_cpu(); /* until they are idle */
}

/* All processes but the bench's own. */
static void look(struct processes *processes)
{
    char *output =
        live_must("for p in $(pgrep -r D,R,S . | grep -vx $$); do "
                  "{ read n < /proc/$p/comm && f=$(ls /proc/$p/fd | wc -l) && "
                  "k=$(awk '/^Private_/ { sum += $2 } END { print sum + 0 }' "
                  "/proc/$p/smaps_rollup) && echo $p $f $k $n; } 2>/dev/null; done; true");
    char *position = output;
    char *line;

    processes->count = 0;
    while ((line = strsep(&position, "\n")) != NULL) {
        struct process *process = &processes->process[processes->count];

        if (sscanf(line, "%d %d %ld %31s", &process->pid, &process->fds, &process->kib,
                   process->name) == 4 &&
            strncmp(process->name, "bench", strlen("bench")) != 0) {
            processes->count++;
            ck_assert_int_lt(processes->count, MAX_PROCESSES);
        }
    }
    free(output);
}

static int judge(const struct processes *before, const struct processes *after)
{
    int lived_on = 0;

    for (int i = 0; i < before->count; i++) {
        const struct process *old = &before->process[i];

        for (int j = 0; j < after->count; j++) {
            const struct process *new = &after->process[j];

            if (new->pid == old->pid && strcmp(new->name, old->name) == 0) {
                lived_on++;
                bench_judge((double)(new->kib - old->kib), GROWTH_KIB,
                            "%s: private KiB %ld, then %ld, growth", old->name, old->kib, new->kib);
                bench_judge(new->fds - old->fds, GROWTH_FDS, "%s: descriptors %d, then %d, growth",
                            old->name, old->fds, new->fds);
            }
        }
    }
    return lived_on;
}

void bench_part_mixed(void)
{
    static struct processes before;
    static struct processes after;
    const char *text = getenv("BENCH_SECONDS");
    double seconds = text == NULL ? SECONDS : strtod(text, NULL);
    char *users = bench_users(USERS);
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .postfix = true,
        .dovecot_2_3 = DOVECOT_2_3,
        .dovecot_2_4 = DOVECOT_2_4,
        .main_cf = "smtpd_client_auth_rate_limit = 0\n",
    });

    live_allow(live, "overriding earlier entry: smtpd_client_auth_rate_limit");
    (void)printf("-- %.0f seconds\n", seconds);
    bench_print_services("imap-login imap pop3-login pop3 lmtp auth");
    for (int n = 0; n < IN_A_ROW; n++) {
        lmtp_session(n); /* past the first threshold */
    }
    load(seconds / 2);
    look(&before);
    load(seconds / 2);
    look(&after);
    ck_assert_int_gt(judge(&before, &after), 0);
    ck_assert_int_gt(live_log_count(live, "event=kinamo_quota_warning *result=sent"), 0);
    live_stop(live);
    free(users);
}
