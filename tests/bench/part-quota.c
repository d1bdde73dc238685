/* Quota warnings: what a user who is not warned pays for them, beside a Dovecot with its own quota
   alone; and what a warning costs, beside a script of quota_warning that pipes to dovecot-lda. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../live/fixture/parts.h"
#include "../live/quota.h"
#include "config.h"
#include "parts.h"

#define USERS    200
#define GOAL     1.03
#define CHEAPER  1.00
#define LIMIT    100000
#define CROSSING 2000
#define REST     3
#define SCRIPT   LIVE_DIR "/quota-warning.sh"

/* As Dovecot's documentation has it. */
static const char *const script = "#!/bin/sh\n"
                                  "cat <<EOF | /usr/lib/dovecot/dovecot-lda -d \"$2\" -o %s\n"
                                  "From: postmaster@klant.example\n"
                                  "Subject: quota warning\n"
                                  "\n"
                                  "Your mailbox is now $1%%%% full.\n"
                                  "EOF\n";

#define WARNING_SERVICE                                                                            \
    "service quota-warning {\n  executable = script " SCRIPT "\n"                                  \
    "  unix_listener quota-warning {\n    mode = 0666\n  }\n}\n"                                   \
    "service auth {\n  unix_listener auth-userdb {\n    mode = 0666\n  }\n}\n"

#define STOCK .stock = true, .dovecot_2_3 = BENCH_QUOTA_2_3, .dovecot_2_4 = BENCH_QUOTA_2_4
/* The other policies have parts of their own. */
#define OURS                                                                                       \
    .stock = true,                                                                                 \
    .settings = {{"kinamo_quota_mode", "warn"},                                                    \
                 {"kinamo_pop3_mode", "off"},                                                      \
                 {"kinamo_tls_mode", "off"},                                                       \
                 {"kinamo_address_mode", "off"}},                                                  \
    .dovecot_2_3 = BENCH_QUOTA_AND_2_3(" kinamo_policy", " imap_kinamo_policy"),                   \
    .dovecot_2_4 =                                                                                 \
        BENCH_QUOTA_AND_2_4("  kinamo_policy = yes\n", "    imap_kinamo_policy = yes\n")

struct sessions {
    const char *service;
    bool asks; /* for the quota, which makes Dovecot count */
};

static void imap_session(const struct sessions *sessions)
{
    struct talk *imap = talk_open(sessions->service);

    talk(imap, "S: * OK *\nC: 1 LOGIN " PIET " " QUOTA_PASSWORD "\nS* 1 OK *\n"
               "C: 2 SELECT INBOX\nS* 2 OK *\n");
    if (sessions->asks) {
        talk(imap, "C: 3 GETQUOTAROOT INBOX\nS* * QUOTA *\nS* 3 OK *\n");
    }
    talk(imap, "C: 4 LOGOUT\nS* 4 OK *\nEOF\n");
    talk_close(imap);
}

/* Half full, with some folders that rest: for two seconds after a folder of Maildir changed,
   Dovecot does not note its size in the list of folders, and every count opens it anew. Two counts
   note all sizes, with and without ours. */
static void prepare_sessions(const struct bench_variant *variant, int units)
{
    (void)units;
    quota_deliver(PIET, LIMIT / 2);
    free(live_must("for f in Trash Sent Drafts Archive; do doveadm mailbox create -u " PIET
                   " $f; printf 'Subject: x\\n\\nx\\n' | doveadm save -u " PIET
                   " -m $f; done 2>&1 | grep -v 'already exists' || true"));
    (void)sleep(REST);
    for (int i = 0; i < 2; i++) {
        imap_session(variant->data);
        free(live_must("doveadm quota get -u " PIET));
    }
}

static void load_sessions(const struct bench_variant *variant, int units)
{
    for (int i = 0; i < units; i++) {
        imap_session(variant->data);
    }
}

/* Processes that serve one session after the other have loaded their modules once. Dovecot warns of
   what all of them could ask auth at once. */
#define REUSED_2_3                                                                                 \
    BENCH_REUSED_LOGIN_2_3                                                                         \
    "service imap {\n  service_count = 0\n  process_min_avail = 1\n}\n"                            \
    "service auth {\n  client_limit = 4000\n}\n"
#define REUSED_2_4                                                                                 \
    BENCH_REUSED_LOGIN_2_4                                                                         \
    "service imap {\n  restart_request_count = unlimited\n  process_min_avail = 1\n}\n"            \
    "service auth {\n  client_limit = 4000\n}\n"

static void compare_sessions(const char *name, const char *service, bool reused)
{
    const struct sessions sessions = {.service = service};
    const struct sessions that_ask = {.service = service, .asks = true};
    char *user = quota_user(PIET, LIMIT, "");
    const char *more = !reused ? "" : live_is_2_4() ? REUSED_2_4 : REUSED_2_3;
    const struct bench_variant variants[] = {
        {"quota alone", {STOCK, .users = user, .dovecot = more}, 0, &sessions},
        {"ours, warn", {OURS, .users = user, .dovecot = more}, GOAL, &sessions},
        {"quota alone, GETQUOTAROOT", {STOCK, .users = user, .dovecot = more}, 0, &that_ask},
        {0},
    };

    bench_compare(&(struct bench_comparison){
        .name = name,
        .unit = "session",
        .units = bench_size(80),
        .services = "imap-login imap",
        .variants = variants,
        .prepare = prepare_sessions,
        .load = load_sessions,
    });
    free(user);
}

static void load_deliveries(const struct bench_variant *variant, int units)
{
    (void)variant;
    for (int i = 0; i < units; i++) {
        quota_deliver(PIET, 2000);
    }
}

/* The first delivery creates the mailbox. */
static void prepare_deliveries(const struct bench_variant *variant, int units)
{
    (void)units;
    load_deliveries(variant, 1);
}

static void compare_deliveries(void)
{
    char *user = quota_user(PIET, LIMIT * 1000L, "");
    const struct bench_variant variants[] = {
        {"quota alone", {STOCK, .users = user}, 0, NULL},
        {"ours, warn", {OURS, .users = user}, GOAL, NULL},
        {0},
    };

    bench_compare(&(struct bench_comparison){
        .name = "LMTP deliveries of 2 kB",
        .unit = "delivery",
        .units = bench_size(200),
        .services = "lmtp",
        .variants = variants,
        .prepare = prepare_deliveries,
        .load = load_deliveries,
    });
    free(user);
}

static char *many_users(void)
{
    char *text = strdup("");

    for (int i = 0; i < USERS; i++) {
        char *address = format_text("u%d@klant.example", i);
        char *line = quota_user(address, LIMIT, "");
        char *longer = format_text("%s%s\n", text, line);

        free(text);
        free(line);
        free(address);
        text = longer;
    }
    return text;
}

static void deliver_to_all(int users, long size)
{
    for (int i = 0; i < users; i++) {
        char *address = format_text("u%d@klant.example", i);

        quota_deliver(address, size);
        free(address);
    }
}

static void prepare_crossings(const struct bench_variant *variant, int units)
{
    char *text = format_text(script, live_is_2_4() ? "quota_enforce=no"
                                                   : "'plugin/quota=count:User quota:noenforcing'");

    (void)variant;
    write_file(SCRIPT, 0755, text);
    free(text);
    deliver_to_all(units, QUOTA_BELOW_80);
}

/* Everybody was warned, whoever did it. */
static void load_crossings(const struct bench_variant *variant, int units)
{
    (void)variant;
    deliver_to_all(units, CROSSING);
    free(live_must("for i in $(seq 100); do n=$(ls -d " LIVE_MAIL_DIR
                   "/u*/Maildir/new/* | wc -l); [ \"$n\" -eq %d ] && exit 0; sleep 0.1; done; "
                   "echo \"$n messages\"; exit 1",
                   units * 3));
}

static void compare_crossings(void)
{
    char *users = many_users();
    const struct bench_variant variants[] = {
        {"quota_warning, dovecot-lda",
         {.stock = true,
          .users = users,
          .dovecot = WARNING_SERVICE,
          .dovecot_2_3 = BENCH_QUOTA_AND_2_3(
              "", "") "plugin {\n  quota_warning = storage=80%% quota-warning 80 %u\n}\n",
          .dovecot_2_4 = BENCH_QUOTA_AND_2_4(
              "", "") "quota_warning warn-80 {\n  quota_storage_percentage = 80\n"
                      "  execute quota-warning {\n    args = 80 %{user}\n  }\n}\n"},
         0,
         NULL},
        {"ours, warn", {OURS, .users = users}, CHEAPER, NULL},
        {0},
    };
    int units = bench_size(50);

    bench_compare(&(struct bench_comparison){
        .name = "LMTP deliveries that each cross 80%",
        .unit = "crossing",
        .units = units < USERS ? units : USERS,
        .services = "lmtp",
        .variants = variants,
        .prepare = prepare_crossings,
        .load = load_crossings,
    });
    free(users);
}

void bench_part_quota_imap(void)
{
    compare_sessions("IMAP login, SELECT, LOGOUT over TLS", "imaps", false);
    compare_sessions("IMAP login, SELECT, LOGOUT without TLS", "imap", false);
    compare_sessions("the same over TLS, processes reused", "imaps", true);
}

void bench_part_quota_lmtp(void)
{
    compare_deliveries();
}

void bench_part_quota_crossing(void)
{
    compare_crossings();
}
