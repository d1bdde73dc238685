/* Networks: a valid list answers, and an address of a network is in it. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/networks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct kinamo_ip none;
    char *text = fuzz_text(data, size);
    struct kinamo_network network;

    (void)kinamo_networks_are_valid(text);
    CLAIM(!kinamo_networks_contain(text, &none));
    if (kinamo_network_parse(text, strlen(text), &network)) {
        CLAIM(network.bits <= network.ip.length * 8);
        CLAIM(!kinamo_networks_are_valid(text) || kinamo_networks_contain(text, &network.ip));
    }
    free(text);
    return 0;
}
