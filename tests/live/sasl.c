/* Steps of the tests of submission through Postfix. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sasl.h"

void sasl_option(const char *name, const char *value)
{
    free(live_must("grep -q '^%s:' /etc/postfix/sasl/smtpd.conf && "
                   "sed -i 's/^%s:.*/%s: %s/' /etc/postfix/sasl/smtpd.conf",
                   name, name, name, value));
}

void sasl_expect_offer(struct talk *conversation, const char *want)
{
    char got[256] = "";
    const char *line;

    do {
        line = talk_line(conversation);
        ck_assert_ptr_nonnull(line);
        if (strstr(line, "AUTH") != NULL) {
            (void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s;", line + 4);
        }
    } while (line[3] == '-');
    ck_assert_str_eq(got, want);
}

pid_t sasl_smtpd(void)
{
    char *report = live_must("for p in $(pgrep -r D,R,S,T -x smtpd); do "
                             "grep -q submission /proc/$p/cmdline && echo $p; done; true");
    char *rest;
    pid_t pid = (pid_t)strtol(report, &rest, 10);

    ck_assert_msg(pid > 0 && strtol(rest, NULL, 10) == 0, "not one smtpd, but:\n%s", report);
    free(report);
    return pid;
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t sasl_talk_ms(struct talk *conversation, const char *script)
{
    int64_t started = now_ms();

    talk(conversation, script);
    return now_ms() - started;
}
