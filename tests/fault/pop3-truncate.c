/* Message files that lose their end, as after a crash of the machine. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fault/pop3-kinds.h"

/* The file in which a message lies, "" if none is found. To be freed. */
static char *file_of(const struct fault_user *user, int message)
{
    char *path;

    (void)live_run(&path,
                   "grep -rlF 'Subject: x%dx' " LIVE_MAIL_DIR
                   "/%s --include='*' --exclude='dovecot*' | head -n 1",
                   message, user->name);
    path[strcspn(path, "\n")] = '\0';
    return path;
}

/* The last one: in mdbox, others lie before it in the same file. */
void fault_truncate(struct fault_run *run)
{
    struct fault_user *user = run->client.user;
    int message = user->ledger.mailbox.message[user->ledger.mailbox.count - 1];
    char *path = file_of(user, message);

    if (*path != '\0') {
        /* Where it stays, the subject stays too, by which it is found again. */
        int size = run->damaged_stay ? 1 + fault_roll(run, 9) : 10 + fault_roll(run, 20);

        model_add(&user->damaged, message);
        free(live_must("truncate -s -%d '%s'", size, path));
    }
    free(path);
}

void fault_truncated(struct fault_run *run)
{
    struct fault_user *user = run->client.user;

    if (user->damaged.count > 0) {
        fault_injected(run->kind->name, "message %d", user->damaged.message[0]);
    }
}
