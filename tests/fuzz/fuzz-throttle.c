/* The throttle against a model: any bytes are a valid entry, and failures are counted exactly. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/throttle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    const struct kinamo_throttle_rules rules = {
        .account_limit = 2 + (uint32_t)fuzz_number(&input, 1) % 50,
        .network_limit = 1000,
        .decay = 1 + (uint32_t)fuzz_number(&input, 2),
    };
    const struct kinamo_throttle_keys keys = {.account = 1 + fuzz_number(&input, 4)};
    struct kinamo_throttle_bucket garbage;
    struct kinamo_throttle_bucket clean;
    struct kinamo_throttle_view view = {.account = &garbage};
    int64_t now = 1000000000 + (int64_t)fuzz_number(&input, 4);
    unsigned int failures = (unsigned int)fuzz_number(&input, 1) % 60;
    unsigned int wait;

    memset(&clean, 0, sizeof(clean));
    memset(&garbage, 0x5a, sizeof(garbage));
    memcpy(&garbage, input.data, input.size < sizeof(garbage) ? input.size : sizeof(garbage));
    (void)kinamo_throttle_decide(&keys, &view, &rules, now, &wait);
    CLAIM(wait <= 5);
    (void)kinamo_throttle_fail(&garbage, KINAMO_THROTTLE_ACCOUNT, keys.account, &rules, now);
    (void)kinamo_throttle_succeed(&garbage, keys.account, now);
    for (unsigned int i = 0; i < failures; i++) {
        (void)kinamo_throttle_fail(&clean, KINAMO_THROTTLE_ACCOUNT, keys.account, &rules, now);
    }
    view.account = &clean;
    CLAIM((kinamo_throttle_decide(&keys, &view, &rules, now, &wait) ==
           KINAMO_THROTTLE_BY_ACCOUNT) == (failures >= rules.account_limit));
    return 0;
}
