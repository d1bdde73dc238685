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

#define HEAD_AND_BODY "From: sender@elders.example\nSubject: %d\n\n%0800d\n"
#define LINES         4

/* Names like those of Dovecot's own deliveries: it hashes them, and thousands of names that end
   alike and differ in few letters share a hash, which a real maildrop never shows. */
static void write_message(const char *home, int i)
{
    char *text = format_text(HEAD_AND_BODY, i, i);
    size_t size = strlen(text);
    char *path = format_text("%s/Maildir/new/%d.M%06dP%d.in,S=%zu,W=%zu", home, 1700000000 + i,
                             i * 7919 % 1000000, 1000 + i % 977, size, size + LINES);

    write_file(path, 0644, text);
    free(text);
    free(path);
}

static void fill(int user, int messages)
{
    char *home = format_text(LIVE_MAIL_DIR "/" BENCH_USER, user);

    free(live_must("mkdir -p %s/Maildir/cur %s/Maildir/new %s/Maildir/tmp", home, home, home));
    for (int i = 0; i < messages; i++) {
        write_message(home, i);
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
