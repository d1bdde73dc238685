/* Submission under faults of the auth service, of smtpd and of the disk: one attempt with a right
   or a wrong password in each session. The same seed makes the same sessions. */
#include "kinamo-config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fault/fault.h"
#include "tests/fault/sasl-liar.h"
#include "tests/live/sasl.h"

#define PRIVATE  "/var/spool/postfix/private"
#define LIAR     PRIVATE "/liar"
#define SECOND   PRIVATE "/liar2"
#define THROTTLE PRIVATE "/throttle"
#define FILL     THROTTLE "/fill"

#define MAX_TRIES 100

struct kind {
    const char *name;
    enum liar_deed deed;
    enum liar_step step;
    int signal;
    const char *disk; /* the size of a file system for the throttle, which is then full */
};

static const struct kind kinds[] = {
    {"stop-connect", LIAR_SIGNAL, LIAR_CONNECT, SIGSTOP, NULL},
    {"stop-first", LIAR_SIGNAL, LIAR_FIRST, SIGSTOP, NULL},
    {"stop-second", LIAR_SIGNAL, LIAR_SECOND, SIGSTOP, NULL},
    {"kill-connect", LIAR_SIGNAL, LIAR_CONNECT, SIGKILL, NULL},
    {"kill-first", LIAR_SIGNAL, LIAR_FIRST, SIGKILL, NULL},
    {"kill-second", LIAR_SIGNAL, LIAR_SECOND, SIGKILL, NULL},
    {"replace-connect", LIAR_REPLACE, LIAR_CONNECT, 0, NULL},
    {"replace-first", LIAR_REPLACE, LIAR_FIRST, 0, NULL},
    {"replace-second", LIAR_REPLACE, LIAR_SECOND, 0, NULL},
    {"slow-connect", LIAR_SLOW, LIAR_CONNECT, 0, NULL},
    {"slow-first", LIAR_SLOW, LIAR_FIRST, 0, NULL},
    {"slow-second", LIAR_SLOW, LIAR_SECOND, 0, NULL},
    {"close-connect", LIAR_CLOSE, LIAR_CONNECT, 0, NULL},
    {"close-first", LIAR_CLOSE, LIAR_FIRST, 0, NULL},
    {"close-second", LIAR_CLOSE, LIAR_SECOND, 0, NULL},
    {"half-connect", LIAR_HALF, LIAR_CONNECT, 0, NULL},
    {"half-first", LIAR_HALF, LIAR_FIRST, 0, NULL},
    {"half-second", LIAR_HALF, LIAR_SECOND, 0, NULL},
    {"lie-connect", LIAR_LIE, LIAR_CONNECT, 0, NULL},
    {"lie-first", LIAR_LIE, LIAR_FIRST, 0, NULL},
    {"lie-second", LIAR_LIE, LIAR_SECOND, 0, NULL},
    {"smtpd-kill", LIAR_KILL_ASKER, LIAR_FIRST, 0, NULL},
    {"disk-full", LIAR_HONEST, LIAR_FIRST, 0, "64k"},
    {"disk-full-later", LIAR_HONEST, LIAR_FIRST, 0, "4m"},
};

#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static const char *const names[] = {
    "stop-connect", "stop-first",      "stop-second",   "kill-connect",    "kill-first",
    "kill-second",  "replace-connect", "replace-first", "replace-second",  "slow-connect",
    "slow-first",   "slow-second",     "close-connect", "close-first",     "close-second",
    "half-connect", "half-first",      "half-second",   "lie-connect",     "lie-first",
    "lie-second",   "smtpd-kill",      "disk-full",     "disk-full-later", NULL,
};

struct run {
    unsigned long long random;
    struct liar_plan *plan;
    pid_t liar, second;
    int order[KINDS];
};

/* Marsaglia's xorshift. */
static unsigned int roll(struct run *run, unsigned int sides)
{
    run->random ^= run->random << 13;
    run->random ^= run->random >> 7;
    run->random ^= run->random << 17;
    return (unsigned int)(run->random >> 32) % sides;
}

static const struct kind *next_kind(struct run *run, int session)
{
    int at = (session - 1) % KINDS;

    for (int i = KINDS - 1; at == 0 && i > 0; i--) {
        int other = (int)roll(run, (unsigned int)i + 1);
        int kept = run->order[i];

        run->order[i] = run->order[other];
        run->order[other] = kept;
    }
    return &kinds[run->order[at]];
}

/* Dovecot's master starts the auth service when somebody connects. */
static pid_t auth_pid(void)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        char *output;
        pid_t pid = 0;

        if (live_run(&output, "doveadm -f flow service status auth >/dev/null; "
                              "pgrep -r D,R,S,T -x auth | head -n 1") == 0) {
            pid = (pid_t)strtol(output, NULL, 10);
        }
        free(output);
        if (pid > 0) {
            return pid;
        }
        (void)usleep(50000);
    }
    return 0;
}

/* A new one with no connection yet. */
static void set_scene(struct run *run)
{
    if (run->liar > 0) {
        liar_stop(run->liar);
        liar_stop(run->second);
    }
    run->plan->deed = LIAR_HONEST;
    run->liar = liar_start(LIAR, PRIVATE "/auth", SECOND, run->plan);
    run->second = liar_start(SECOND, PRIVATE "/auth", SECOND, run->plan);
}

/* What the server says at the end, as a number; 0 if it went away. */
static int code_of(const char *line)
{
    return line == NULL ? 0 : (int)strtol(line, NULL, 10);
}

static int attempt(const char *mechanism, const char *password)
{
    struct talk *talk_25 = talk_open("smtp");
    char response[SASL_MAX_TEXT];
    const char *line;
    int code;

    talk(talk_25, "S: 220 *\nC: EHLO client.example\nS* 250 *\n");
    if (strcmp(mechanism, "PLAIN") == 0) {
        sasl_plain_response(response, sizeof(response), LIVE_JAN, password);
        talkf(talk_25, "C: AUTH PLAIN %s\n", response);
    } else {
        talk(talk_25, "C: AUTH CRAM-MD5\n");
        line = talk_line(talk_25);
        if (line != NULL && strncmp(line, "334 ", 4) == 0) {
            sasl_cram_response(response, sizeof(response), line + 4, LIVE_JAN, password);
            talkf(talk_25, "C: %s\n", response);
        } else {
            code = code_of(line);
            talk_close(talk_25);
            return code;
        }
    }
    code = code_of(talk_line(talk_25));
    talk_close(talk_25);
    return code;
}

static void judge(const struct kind *kind, bool right, int code, bool fired)
{
    const char *password = right ? "right" : "wrong";
    int want = right ? 235 : 535;
    bool killed = kind->deed == LIAR_KILL_ASKER && fired;

    if (!right && code == 235) {
        fault_outcome(FAULT_FALSE_OK, "%s: a wrong password was accepted", kind->name);
    } else if (code == want || (fired && code == 454) || (killed && code == 0)) {
        fault_outcome(FAULT_SURVIVED, NULL);
    } else {
        fault_outcome(FAULT_WRONG, "%s: %s password: got %d, want %d%s", kind->name, password, code,
                      want, fired ? " or 454" : "");
    }
}

/* After a fault, all is well again at once; after a killed service, when Dovecot has a new one. */
static void recover(struct run *run, const struct kind *kind)
{
    int code = 0;

    (void)live_kill("auth", SIGCONT);
    set_scene(run);
    for (int i = 0; i < MAX_TRIES && code != 235; i++) {
        code = attempt("PLAIN", LIVE_JAN_PASSWORD);
        if (code != 235) {
            (void)usleep(100000);
        }
        if (code == 535) {
            fault_outcome(FAULT_WRONG, "%s: the right password, afterwards: got 535", kind->name);
        }
    }
    if (code != 235) {
        fault_outcome(FAULT_LOST, "%s: no login any more, but %d", kind->name, code);
    }
}

static void fill_disk(const char *size)
{
    char options[64];

    (void)snprintf(options, sizeof(options), "mode=0777,size=%s", size);
    ck_assert_int_eq(mount("tmpfs", THROTTLE, "tmpfs", MS_NOSUID | MS_NODEV, options), 0);
    /* Where the table finds room, it is made first. */
    (void)attempt("PLAIN", LIVE_JAN_PASSWORD);
    ck_assert_int_ne(live_run(NULL, "dd if=/dev/zero of=" FILL " bs=4k"), 0);
}

/* The liar kills smtpd a moment after the reply, which may have reached the client before. */
static void wait_for_kill(const struct run *run)
{
    for (int i = 0; i < MAX_TRIES && !run->plan->done; i++) {
        (void)usleep(1000);
    }
}

static void one_session(struct run *run, const struct kind *kind)
{
    bool right = roll(run, 2) == 0;
    bool second = kind->step == LIAR_SECOND;
    const char *mechanism = second || roll(run, 2) == 0 ? "CRAM-MD5" : "PLAIN";
    int code;

    if (kind->disk != NULL) {
        fill_disk(kind->disk);
    }
    *run->plan = (struct liar_plan){.deed = kind->deed,
                                    .step = kind->step,
                                    .choice = roll(run, 1000000),
                                    .signal = kind->signal,
                                    .auth = kind->signal == 0 ? 0 : auth_pid()};
    code = attempt(mechanism, right ? LIVE_JAN_PASSWORD : "wrong");
    if (kind->deed == LIAR_KILL_ASKER) {
        wait_for_kill(run);
    }
    if (kind->disk != NULL || run->plan->done) {
        fault_injected(kind->name, "%s, %s password: %d %s", mechanism, right ? "right" : "wrong",
                       code, liar_lie_name(run->plan));
    }
    judge(kind, right, code, run->plan->done);
    recover(run, kind);
    if (kind->disk != NULL) {
        ck_assert_int_eq(umount2(THROTTLE, MNT_DETACH), 0);
    }
}

/* Deadlines short enough for many sessions; Dovecot says no within them. */
static struct live *start(void)
{
    struct live *live = live_start(&(struct live_options){
        .postfix = true, .dovecot = "auth_failure_delay = 0s\n" SASL_NO_PENALTY});

    live_allow(live, SASL_AUTH_FAILED "|kinamo-sasl: warning: kinamo_(auth_socket|throttle_file)");
    live_allow(live, "smtpd pid [0-9]+ killed by signal 9|auth.*killed with signal 9");
    live_allow(live, "auth: (Error|Warning): .*(auth client|disconnected|timed out)");
    sasl_option("kinamo_auth_socket", "private\\/liar");
    sasl_option("kinamo_auth_timeout", "2s");
    sasl_option("kinamo_require_tls", "no");
    sasl_option("kinamo_throttle_file", "private\\/throttle\\/table");
    sasl_option("kinamo_throttle_account", "1000");
    sasl_option("kinamo_throttle_network", "100000");
    sasl_option("kinamo_throttle_decay", "1s");
    free(live_must("install -d -m 0700 -o postfix " THROTTLE " && "
                   "postconf -e smtpd_sasl_auth_enable=yes smtpd_tls_auth_only=no "
                   "smtpd_sasl_security_options=noanonymous smtpd_client_auth_rate_limit=0"));
    sasl_postfix_reload();
    return live;
}

static void test_sasl(void)
{
    struct run run = {.random = fault_seed() * 2654435761U + 1, .plan = liar_plan_new()};
    struct live *live = start();

    for (int i = 0; i < KINDS; i++) {
        run.order[i] = i;
    }
    set_scene(&run);
    for (int session = 1; fault_goes_on(session); session++) {
        const struct kind *kind = next_kind(&run, session);

        if (fault_kind_is_chosen(kind->name)) {
            one_session(&run, kind);
        }
    }
    liar_stop(run.liar);
    liar_stop(run.second);
    live_stop(live);
}

const struct fault_part fault_sasl = {"sasl", names, test_sasl, false};
