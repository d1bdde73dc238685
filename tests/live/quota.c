/* What the live tests of quota warnings share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"

#define LINE 70

char *quota_user(const char *address, long limit, const char *fields)
{
    return live_must("printf '%%s' '%s:{PLAIN}" QUOTA_PASSWORD "::::::userdb_%s%ld %s\n'", address,
                     live_is_2_4() ? "quota_storage_size=" : "quota_rule=*:bytes=", limit, fields);
}

struct live *quota_start_test(const char *test, long limit, const char *fields, const char *dovecot)
{
    char *users = quota_user(PIET, limit, fields);
    struct live *live =
        live_start_test(test, &(struct live_options){.users = users, .dovecot = dovecot});

    free(users);
    return live;
}

static char *body(long size)
{
    char *text = malloc((size_t)size + (size_t)size / LINE * 2 + 3);
    char *p = text;

    ck_assert_ptr_nonnull(text);
    for (long i = 1; i <= size; i++) {
        *p++ = 'x';
        if (i % LINE == 0 || i == size) {
            *p++ = '\r';
            *p++ = '\n';
        }
    }
    *p = '\0';
    return text;
}

void quota_deliver(const char *address, long size)
{
    quota_deliver_to("127.0.0.1", address, size);
}

void quota_deliver_to(const char *host, const char *address, long size)
{
    struct talk *lmtp = talk_open_to("lmtp", host, NULL);
    char *text = body(size);

    talkf(lmtp,
          "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<a@elders.example>\n"
          "S: 250 *\nC: RCPT TO:<%s>\nS: 250 *\nC: DATA\nS: 354 *\nC: Subject: filler\nC: \n",
          address);
    talk_send(lmtp, text, strlen(text));
    talk(lmtp, "C: .\nS: 250 *\nC: QUIT\nS: 221 *\n");
    talk_close(lmtp);
    free(text);
}

void quota_pipe(long size, const char *command)
{
    free(live_must("head -c %ld /dev/zero | tr '\\0' x | fold -w 70 | "
                   "sed '1s/^/Subject: big\\n\\n/' | %s",
                   size, command));
}

int quota_warnings(const char *address)
{
    char *output = live_must("doveadm search -u '%s' mailbox INBOX header Auto-Submitted "
                             "auto-generated | wc -l",
                             address);
    int count = (int)strtol(output, NULL, 10);

    free(output);
    return count;
}

char *quota_warning_text(const char *address)
{
    return live_must("doveadm fetch -u '%s' text mailbox INBOX header Auto-Submitted "
                     "auto-generated | sed 1d",
                     address);
}

int quota_decisions(struct live *live, const char *fields, int want)
{
    char *pattern = live_must("printf 'event=kinamo_quota_warning *%s*'", fields);
    int count = live_log_count(live, pattern);

    for (int tries = 0; count < want && tries < 50; tries++) {
        (void)usleep(100000);
        count = live_log_count(live, pattern);
    }
    (void)usleep(50000);
    count = live_log_count(live, pattern);
    free(pattern);
    return count;
}

int quota_sent(struct live *live, int want)
{
    return quota_decisions(live, "channel=mail result=sent", want);
}

#define MAX_TOGETHER 10

void quota_deliver_together(const char *first, const char *second, const char *address, int count,
                            long size)
{
    struct talk *lmtp[MAX_TOGETHER];
    char *text = body(size);

    ck_assert_int_le(count, MAX_TOGETHER);
    for (int i = 0; i < count; i++) {
        lmtp[i] = talk_open_to("lmtp", i % 2 == 0 ? first : second, NULL);
        talkf(lmtp[i],
              "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<a@b.example>\n"
              "S: 250 *\nC: RCPT TO:<%s>\nS: 250 *\nC: DATA\nS: 354 *\n"
              "C: Subject: x\nC: \n",
              address);
        talk_send(lmtp[i], text, strlen(text));
    }
    for (int i = 0; i < count; i++) {
        talk(lmtp[i], "C: .\n");
    }
    for (int i = 0; i < count; i++) {
        talk(lmtp[i], "S: 250 *\nC: QUIT\nS: 221 *\n");
        talk_close(lmtp[i]);
    }
    free(text);
}

int quota_sent_at_last(struct live *live, const char *address)
{
    if (quota_sent(live, 1) == 0) {
        (void)sleep(130);
        quota_deliver(address, 10);
    }
    return quota_sent(live, 1);
}
