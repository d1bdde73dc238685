/* Quota levels against a slow, obvious model. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/quota-level.h"

/* The highest threshold that is reached, in long arithmetic. */
static unsigned int level(const struct kinamo_quota_policy *policy,
                          const struct kinamo_quota_usage *usage)
{
    unsigned int reached = 0;

    for (unsigned int i = 0; i < policy->thresholds.count; i++) {
        if (usage->limit > 0 &&
            (unsigned __int128)usage->used * 100 >=
                (unsigned __int128)usage->limit * policy->thresholds.percent[i]) {
            reached = policy->thresholds.percent[i];
        }
    }
    return reached;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct kinamo_quota_policy policy = {.rearm = (unsigned int)fuzz_number(&input, 1) % 51,
                                         .repeat = fuzz_number(&input, 4)};
    const struct kinamo_quota_usage usage = {fuzz_number(&input, 8), fuzz_number(&input, 8)};
    const int64_t now = (int64_t)fuzz_number(&input, 5);
    const struct kinamo_told nothing = {.threshold = 0, .status = KINAMO_TOLD_SENT};
    struct kinamo_quota_decision decision;
    char *text = fuzz_text(input.data, input.size);
    unsigned int want;

    if (!kinamo_quota_thresholds_parse(text, &policy.thresholds)) {
        (void)kinamo_quota_thresholds_parse("80 90 95 100", &policy.thresholds);
    }
    want = level(&policy, &usage);
    decision = kinamo_quota_decide(&policy, &usage, &nothing, now);
    CLAIM(decision.action == (want > 0 ? KINAMO_QUOTA_WARN : KINAMO_QUOTA_NOTHING));
    CLAIM(want == 0 || decision.threshold == want);
    if (want > 0) {
        /* Just said: nothing more. */
        const struct kinamo_told told = {want, now, KINAMO_TOLD_SENT};

        decision = kinamo_quota_decide(&policy, &usage, &told, now);
        CLAIM(decision.action == KINAMO_QUOTA_NOTHING);
        decision = kinamo_quota_decide(&policy, &usage, &told,
                                       now + (int64_t)policy.repeat + (policy.repeat == 0));
        CLAIM(decision.action == (policy.repeat > 0 ? KINAMO_QUOTA_REMIND : KINAMO_QUOTA_NOTHING));
    }
    free(text);
    return 0;
}
