/* Steps of the tests of submission through Postfix. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sasl.h"

/* By which pgrep -f finds smtpd, under valgrind too. */
#define SMTPD "(^|/)smtpd "

void sasl_option(const char *name, const char *value)
{
    free(live_must("grep -q '^%s:' /etc/postfix/sasl/smtpd.conf && "
                   "sed -i 's/^%s:.*/%s: %s/' /etc/postfix/sasl/smtpd.conf",
                   name, name, name, value));
}

void sasl_postfix_reload(void)
{
    free(live_must("old=$(pgrep -r D,R,S,T -f '" SMTPD "'); postfix reload 2>&1; "
                   "for p in $old; do for i in $(seq 20); do "
                   "grep -qs smtpd /proc/$p/cmdline || break; sleep 0.1; done; done"));
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
    char *report = live_must("for p in $(pgrep -r D,R,S,T -f '" SMTPD "'); do "
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

void sasl_plain_response(char *response, size_t size, const char *user, const char *password)
{
    char message[SASL_MAX_TEXT];
    int length = snprintf(message, sizeof(message), "%c%s%c%s", 0, user, 0, password);

    ck_assert(length < SASL_MAX_TEXT && size > (size_t)length * 2);
    (void)EVP_EncodeBlock((unsigned char *)response, (const unsigned char *)message, length);
}

void sasl_cram_response(char *response, size_t size, const char *challenge, const char *user,
                        const char *password)
{
    unsigned char text[SASL_MAX_TEXT];
    unsigned char digest[EVP_MAX_MD_SIZE];
    char message[SASL_MAX_TEXT];
    unsigned int digest_length;
    size_t padding = strlen(challenge) - strcspn(challenge, "=");
    int length;

    ck_assert_uint_lt(strlen(challenge), SASL_MAX_TEXT);
    length = EVP_DecodeBlock(text, (const unsigned char *)challenge, (int)strlen(challenge));
    ck_assert_int_gt(length, (int)padding);
    (void)HMAC(EVP_md5(), password, (int)strlen(password), text, (size_t)length - padding, digest,
               &digest_length);
    length = snprintf(message, sizeof(message), "%s ", user);
    for (unsigned int i = 0; i < digest_length; i++) {
        length += snprintf(message + length, sizeof(message) - (size_t)length, "%02x", digest[i]);
    }
    ck_assert_uint_gt(size, (size_t)length * 2);
    (void)EVP_EncodeBlock((unsigned char *)response, (const unsigned char *)message, length);
}
