/* Shared by the tests of submission through Postfix. */
#ifndef KINAMO_LIVE_SASL_H
#define KINAMO_LIVE_SASL_H

#include <stdint.h>
#include <sys/types.h>

#include "fixture/live.h"

#define SASL_AS_JAN "--auth-user " LIVE_JAN " --auth-password " LIVE_JAN_PASSWORD " "
#define SASL_TO_EVA "--from " LIVE_JAN " --to " LIVE_EVA " --timeout 40 "
#define SASL_SWAKS                                                                                 \
    "swaks --server out.kinamo.be --port 587 --tls --tls-verify --tls-ca-path " LIVE_CA            \
    " " SASL_TO_EVA

/* To the point where AUTH is possible. */
#define SASL_TO_AUTH                                                                               \
    "S: 220 *\nC: EHLO client.example\nS* 250 *\nC: STARTTLS\nS: 220 *\nTLS\n"                     \
    "C: EHLO client.example\nS* 250 *\n"
#define SASL_WRONG_PASSWORD "S: 535 5.7.8 Error: authentication failed: authentication failure\n"

/* NUL jan@klant.example NUL geheim-van-jan; and with the password "wrong" */
#define SASL_JAN_RIGHT "AGphbkBrbGFudC5leGFtcGxlAGdlaGVpbS12YW4tamFu"
#define SASL_JAN_WRONG "AGphbkBrbGFudC5leGFtcGxlAHdyb25n"
/* jan@klant.example 00000000000000000000000000000000, which answers no challenge */
#define SASL_JAN_CRAM "amFuQGtsYW50LmV4YW1wbGUgMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA="

/* What Postfix warns of, for live_allow(). */
#define SASL_AUTH_FAILED "warning: .*: SASL [-A-Z0-9]+ authentication (failed|aborted)"

/* For .dovecot: answer as soon after ten failures as after the first. */
#define SASL_NO_PENALTY                                                                            \
    "service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}\n"

/* Give an option of the shipped smtpd.conf another value; for smtpd processes that start later. */
void sasl_option(const char *name, const char *value);

/* Make Postfix read its files, and wait until no smtpd that knows the old ones is left. */
void sasl_postfix_reload(void);

/* The mechanisms in the reply to EHLO, as "AUTH PLAIN CRAM-MD5;", a semicolon behind each line. */
void sasl_expect_offer(struct talk *conversation, const char *want);

/* The only smtpd process of port 587. */
pid_t sasl_smtpd(void);

/* What a client answers, in base64. The challenge of CRAM-MD5 (RFC 2195) is in base64 too. */
#define SASL_MAX_TEXT 512
void sasl_plain_response(char *response, size_t size, const char *user, const char *password);
void sasl_cram_response(char *response, size_t size, const char *challenge, const char *user,
                        const char *password);

/* How long a script takes on this connection. */
int64_t sasl_talk_ms(struct talk *conversation, const char *script);

#endif
