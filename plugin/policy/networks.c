/* Lists of networks: parsing, and whether an address is in one. */
#include <arpa/inet.h>
#include <string.h>

#include "kinamo/networks.h"

#define SEPARATORS " ,"

static bool parse_ip(const char *text, size_t length, struct kinamo_ip *ip_r)
{
    char terminated[INET6_ADDRSTRLEN + 1];

    if (length >= sizeof(terminated)) {
        return false;
    }
    memcpy(terminated, text, length);
    terminated[length] = '\0';
    memset(ip_r, 0, sizeof(*ip_r));
    if (inet_pton(AF_INET, terminated, ip_r->bytes) == 1) {
        ip_r->length = 4;
    } else if (inet_pton(AF_INET6, terminated, ip_r->bytes) == 1) {
        ip_r->length = 16;
    }
    return ip_r->length != 0;
}

static bool parse_bits(const char *text, size_t length, unsigned int max, unsigned int *bits_r)
{
    unsigned int bits = 0;

    if (length == 0 || length > 3) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        bits = bits * 10 + (unsigned int)(text[i] - '0');
    }
    *bits_r = bits;
    return bits <= max;
}

bool kinamo_network_parse(const char *text, size_t length, struct kinamo_network *network_r)
{
    const char *slash = memchr(text, '/', length);
    size_t ip_length = slash == NULL ? length : (size_t)(slash - text);

    if (!parse_ip(text, ip_length, &network_r->ip)) {
        return false;
    }
    network_r->bits = network_r->ip.length * 8;
    return slash == NULL ||
           parse_bits(slash + 1, length - ip_length - 1, network_r->bits, &network_r->bits);
}

/* The next word of the list; NULL at its end. */
static const char *next_word(const char **list, size_t *length_r)
{
    const char *word = *list + strspn(*list, SEPARATORS);

    *length_r = strcspn(word, SEPARATORS);
    *list = word + *length_r;
    return *length_r == 0 ? NULL : word;
}

bool kinamo_networks_are_valid(const char *networks)
{
    struct kinamo_network network;
    const char *word;
    size_t length;

    if (strlen(networks) > KINAMO_NETWORKS_MAX_LENGTH) {
        return false;
    }
    while ((word = next_word(&networks, &length)) != NULL) {
        if (!kinamo_network_parse(word, length, &network)) {
            return false;
        }
    }
    return true;
}

static void unmap_ipv4(struct kinamo_ip *ip)
{
    static const unsigned char prefix[12] = {[10] = 0xff, [11] = 0xff};

    if (ip->length == 16 && memcmp(ip->bytes, prefix, sizeof(prefix)) == 0) {
        memmove(ip->bytes, ip->bytes + sizeof(prefix), 4);
        ip->length = 4;
    }
}

static bool contains(const struct kinamo_network *network, const struct kinamo_ip *ip)
{
    unsigned int bytes = network->bits / 8;
    unsigned int rest = network->bits % 8;

    if (network->ip.length != ip->length || memcmp(network->ip.bytes, ip->bytes, bytes) != 0) {
        return false;
    }
    return rest == 0 || ((network->ip.bytes[bytes] ^ ip->bytes[bytes]) >> (8 - rest)) == 0;
}

bool kinamo_networks_contain(const char *networks, const struct kinamo_ip *ip)
{
    struct kinamo_ip unmapped = *ip;
    struct kinamo_network network;
    const char *word;
    size_t length;

    if (ip->length == 0) {
        return false;
    }
    unmap_ipv4(&unmapped);
    while ((word = next_word(&networks, &length)) != NULL) {
        if (!kinamo_network_parse(word, length, &network)) {
            return false;
        }
        if (contains(&network, &unmapped)) {
            return true;
        }
    }
    return false;
}
