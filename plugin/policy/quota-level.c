/* Quota levels: thresholds, re-arming, reminders. */
#include "kinamo/quota-level.h"

static bool parse_percent(const char **text, unsigned int *percent_r)
{
    const char *p = *text;
    unsigned int percent = 0;

    while (*p >= '0' && *p <= '9' && percent <= 100) {
        percent = percent * 10 + (unsigned int)(*p++ - '0');
    }
    if (p == *text || percent < 1 || percent > 100) {
        return false;
    }
    *text = p;
    *percent_r = percent;
    return true;
}

static bool is_separator(char c)
{
    return c == ' ' || c == ',';
}

bool kinamo_quota_thresholds_parse(const char *text, struct kinamo_quota_thresholds *thresholds_r)
{
    unsigned int last = 0;

    thresholds_r->count = 0;
    for (;;) {
        unsigned int percent;

        while (is_separator(*text)) {
            text++;
        }
        if (*text == '\0') {
            return thresholds_r->count > 0;
        }
        if (thresholds_r->count == KINAMO_QUOTA_MAX_THRESHOLDS || !parse_percent(&text, &percent) ||
            percent <= last || (*text != '\0' && !is_separator(*text))) {
            return false;
        }
        thresholds_r->percent[thresholds_r->count++] = percent;
        last = percent;
    }
}

/* Add what is below whole to a sum below whole; whether the sum has become a whole more. */
static bool add_modulo(uint64_t *sum, uint64_t part, uint64_t whole)
{
    if (*sum < whole - part) {
        *sum += part;
        return false;
    }
    *sum -= whole - part;
    return true;
}

/* part * 100 / whole, exactly and without overflow: the hundred is multiplied bit by bit. */
static unsigned int percent_of(uint64_t part, uint64_t whole)
{
    uint64_t rest = part % whole;
    uint64_t sum = 0;
    unsigned int percent = 0;

    if (part / whole >= 100) {
        return 10000;
    }
    for (unsigned int bit = 64; bit > 0; bit >>= 1) {
        percent = percent * 2 + add_modulo(&sum, sum, whole);
        if ((100 & bit) != 0) {
            percent += add_modulo(&sum, rest, whole);
        }
    }
    return (unsigned int)(part / whole) * 100 + percent;
}

unsigned int kinamo_quota_percent(const struct kinamo_quota_usage *usage)
{
    return usage->limit == 0 ? 0 : percent_of(usage->used, usage->limit);
}

/* The threshold that min_free amounts to for this limit; 0 if there is none. */
static unsigned int min_free_threshold(const struct kinamo_quota_policy *policy,
                                       const struct kinamo_quota_usage *usage)
{
    unsigned int percent;

    if (policy->min_free == 0 || policy->min_free >= usage->limit) {
        return 0;
    }
    percent = percent_of(usage->limit - policy->min_free, usage->limit);
    return percent > 0 ? percent : 1;
}

static bool min_free_is_reached(const struct kinamo_quota_policy *policy,
                                const struct kinamo_quota_usage *usage)
{
    return usage->used >= usage->limit || usage->limit - usage->used < policy->min_free;
}

/* The highest threshold that is exceeded. */
static unsigned int reached(const struct kinamo_quota_policy *policy,
                            const struct kinamo_quota_usage *usage)
{
    unsigned int percent = kinamo_quota_percent(usage);
    unsigned int free_threshold = min_free_threshold(policy, usage);
    unsigned int threshold = 0;

    for (unsigned int i = 0; i < policy->thresholds.count; i++) {
        if (percent >= policy->thresholds.percent[i]) {
            threshold = policy->thresholds.percent[i];
        }
    }
    if (free_threshold > threshold && min_free_is_reached(policy, usage)) {
        threshold = free_threshold;
    }
    return threshold;
}

/* The highest threshold up to what was told that has not been left by more than the margin. */
static unsigned int held(const struct kinamo_quota_policy *policy,
                         const struct kinamo_quota_usage *usage, unsigned int told)
{
    unsigned int level = kinamo_quota_percent(usage) + policy->rearm;
    unsigned int free_threshold = min_free_threshold(policy, usage);
    unsigned int threshold = 0;

    if (level >= told) {
        return told;
    }
    for (unsigned int i = 0; i < policy->thresholds.count; i++) {
        if (level >= policy->thresholds.percent[i]) {
            threshold = policy->thresholds.percent[i];
        }
    }
    if (free_threshold > threshold && level >= free_threshold) {
        threshold = free_threshold;
    }
    return threshold;
}

/* A time that lies ahead by more than the wait was written by a wrong clock: it counts as past. */
static bool has_passed(int64_t since, uint64_t wait, int64_t now)
{
    int64_t elapsed = now - since;

    return elapsed < 0 ? (uint64_t)-elapsed > wait : (uint64_t)elapsed >= wait;
}

bool kinamo_told_is_due(const struct kinamo_told *told, uint64_t period, int64_t now)
{
    if (told->threshold == 0) {
        return true;
    }
    switch (told->status) {
    case KINAMO_TOLD_PENDING:
        return has_passed(told->at, KINAMO_QUOTA_PENDING, now);
    case KINAMO_TOLD_FAILED:
        return has_passed(told->at, KINAMO_QUOTA_RETRY, now);
    case KINAMO_TOLD_SENT:
        break;
    }
    return period > 0 && has_passed(told->at, period, now);
}

struct kinamo_quota_decision kinamo_quota_decide(const struct kinamo_quota_policy *policy,
                                                 const struct kinamo_quota_usage *usage,
                                                 const struct kinamo_told *told, int64_t now)
{
    struct kinamo_quota_decision decision = {.percent = kinamo_quota_percent(usage)};
    unsigned int highest;
    unsigned int kept;

    if (usage->limit == 0) {
        return decision;
    }
    highest = reached(policy, usage);
    kept = held(policy, usage, told->threshold);
    if (highest > told->threshold) {
        decision.action = KINAMO_QUOTA_WARN;
        decision.threshold = highest;
    } else if (kept < told->threshold) {
        decision.action = KINAMO_QUOTA_REARM;
        decision.threshold = kept;
    } else {
        decision.threshold = told->threshold;
        if (highest == told->threshold && highest > 0 &&
            kinamo_told_is_due(told, policy->repeat, now)) {
            decision.action =
                told->status == KINAMO_TOLD_SENT ? KINAMO_QUOTA_REMIND : KINAMO_QUOTA_WARN;
        }
    }
    return decision;
}
