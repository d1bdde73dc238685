/* What the live tests of the operator's commands share. */
#include <stdio.h>
#include <stdlib.h>

#include "doveadm.h"
#include "quota.h"

void doveadm_match(const char *what, const char *output, const char *pattern)
{
    char anywhere[512];

    (void)snprintf(anywhere, sizeof(anywhere), "*%s*", pattern);
    ck_assert_msg(talk_matches(anywhere, output), "%s: want %s\ngot %.2000s", what, pattern,
                  output);
}

/* A command of ours for Piet must print text that matches. */
void doveadm_expect(const char *command, const char *pattern)
{
    char *output = live_must("doveadm -f tab kinamo %s", command);

    doveadm_match(command, output, pattern);
    free(output);
}

void doveadm_expect_failure(const char *command, int status, const char *pattern)
{
    char *output;
    int got = live_run(&output, "doveadm -f tab kinamo %s", command);

    ck_assert_msg(got == status, "%s: exit status: got %d, want %d; it printed %s", command, got,
                  status, output);
    doveadm_match(command, output, pattern);
    free(output);
}

/* Piet speaks Dutch and has used 60 of 100 kB. */
struct live *doveadm_start(const struct live_options *given)
{
    struct live_options options = *given;
    char *users =
        quota_user(PIET, PIET_LIMIT, "userdb_kinamo_language=nl userdb_kinamo_pop3_expire=30");
    struct live *live;

    options.users = users;
    live = live_start(&options);
    quota_deliver(PIET, 60000);
    free(users);
    return live;
}
