/* Whether the time of a refusal tells a wrong password from an unknown user. */
#include "kinamo-config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "sasl-session.h"
#include "statistics.h"

#define ATTEMPTS 1000 /* for each kind of user */
#define CLIENTS  50
/* An attacker who tells them apart by the time is right in at most so many of 100 pairs above 50.
 */
#define GOAL 0.05
/* Even in a run too small to judge, chance makes no more of it than so many times its spread. */
#define GROSS 4

static const char *const setup = SASL_ALL_MODULES
    "sed -i -e 's/^kinamo_require_tls:.*/kinamo_require_tls: no/' "
    "-e 's/^kinamo_throttle:.*/kinamo_throttle: observe/' /etc/postfix/sasl/smtpd.conf && "
    "postconf -e smtpd_client_auth_rate_limit=0 smtpd_client_connection_count_limit=0 "
    "smtpd_sasl_auth_enable=yes smtpd_tls_auth_only=no smtpd_sasl_security_options=noanonymous";

/* The kinds in random order: each attempt has the same chance of either. */
static void deal(char *known, int count)
{
    for (int i = 0; i < count; i++) {
        known[i] = i % 2 == 0;
    }
    for (int i = count - 1; i > 0; i--) {
        int other = (int)(random() % (i + 1));
        char kept = known[i];

        known[i] = known[other];
        known[other] = kept;
    }
}

/* The known user has a slow hash, which is not computed for one who does not exist. */
static void attempt(int number, const void *data)
{
    const char *known = data;

    sasl_session_fail(known[number] ? LIVE_EVA : "nobody@klant.example");
}

static int split(const struct bench_samples *samples, const char *known, bool wanted, double *out)
{
    int count = 0;

    for (int i = 0; i < samples->count; i++) {
        if (known[i] == wanted) {
            out[count++] = samples->values[i];
        }
    }
    return count;
}

static void show(const char *name, double *values, int count)
{
    (void)printf("   %-28s p10 %.1f ms, p50 %.1f ms, p90 %.1f ms of %d\n", name,
                 statistics_percentile(values, count, 0.10),
                 statistics_percentile(values, count, 0.50),
                 statistics_percentile(values, count, 0.90), count);
}

static void judge(const struct bench_samples *samples, const char *dealt)
{
    double *known = calloc((size_t)samples->count, sizeof(*known));
    double *unknown = calloc((size_t)samples->count, sizeof(*unknown));
    int known_count = split(samples, dealt, true, known);
    int unknown_count = split(samples, dealt, false, unknown);
    double area = statistics_area(known, known_count, unknown, unknown_count);
    double spread = sqrt((known_count + unknown_count + 1) / 12.0 / known_count / unknown_count);

    show("wrong password", known, known_count);
    show("unknown user", unknown, unknown_count);
    (void)printf("   the wrong password is answered later in %.3f of all pairs; chance gives 0.5 "
                 "with a standard deviation of %.3f\n",
                 area, spread);
    ck_assert_msg(fabs(area - 0.5) <= fmax(GOAL, GROSS * spread),
                  "the time tells them apart: in %.3f of all pairs", area);
    bench_judge(fabs(area - 0.5), GOAL, "away from one half");
    free(known);
    free(unknown);
}

void bench_part_sasl_failure(void)
{
    int count = 2 * bench_size(ATTEMPTS);
    char *known = calloc((size_t)count, 1);
    struct bench_samples samples = {NULL, 0};
    struct live *live =
        live_start(&(struct live_options){.postfix = true, .dovecot = SASL_NO_PENALTY});

    ck_assert_ptr_nonnull(known);
    live_allow(live, "warning: .*: SASL PLAIN authentication failed");
    free(live_must("%s", setup));
    sasl_postfix_reload();
    (void)printf("-- %d attempts with a wrong password, %d for an unknown user, %d at once\n",
                 count / 2, count / 2, CLIENTS);
    srandom(20261125);
    deal(known, count);
    bench_samples_use(&samples);
    bench_clients(CLIENTS, count, attempt, known);
    live_stop(live);
    judge(&samples, known);
    free(samples.values);
    free(known);
}
