/* Many users, and mail for them. */
#include "kinamo-config.h"

#include <stdlib.h>
#include <string.h>

#include "../live/fixture/parts.h"
#include "parts.h"

char *bench_users(int count)
{
    char *text = strdup("");

    for (int i = 0; i < count; i++) {
        char *longer = format_text("%s" BENCH_USER ":{PLAIN}" BENCH_PASSWORD "::::::\n", text, i);

        free(text);
        text = longer;
    }
    return text;
}

static void fill(int user, int messages)
{
    char *home = format_text(LIVE_MAIL_DIR "/" BENCH_USER, user);

    free(live_must("mkdir -p %s/Maildir/cur %s/Maildir/new %s/Maildir/tmp", home, home, home));
    for (int i = 0; i < messages; i++) {
        char *path = format_text("%s/Maildir/new/%d.M%d.bench", home, 1700000000 + i, i);
        char *text = format_text("From: sender@elders.example\nSubject: %d\n\n%0800d\n", i, i);

        write_file(path, 0644, text);
        free(text);
        free(path);
    }
    free(home);
}

void bench_fill(int users, int messages)
{
    for (int i = 0; i < users; i++) {
        fill(i, messages);
    }
    free(live_must("chown -R %d:%d " LIVE_MAIL_DIR
                   " && doveadm mailbox status -A 'messages vsize' INBOX",
                   LIVE_MAIL_UID, LIVE_MAIL_UID));
}
