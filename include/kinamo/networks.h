/* IP addresses and the networks they belong to. */
#ifndef KINAMO_NETWORKS_H
#define KINAMO_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>

struct kinamo_ip {
    unsigned char bytes[16]; /* network byte order */
    unsigned int length;     /* 4, 16, or 0: no address */
};

struct kinamo_network {
    struct kinamo_ip ip;
    unsigned int bits; /* of ip that have to match */
};

/* Longer lists are refused: more than any provider has, and a hostile value costs no time. */
#define KINAMO_NETWORKS_MAX_LENGTH 4096

/* Parse one address or CIDR block of length bytes, such as 192.0.2.0/24. */
bool kinamo_network_parse(const char *text, size_t length, struct kinamo_network *network_r);

/* Whether text is a list of networks separated by spaces or commas; an empty list is one. */
bool kinamo_networks_are_valid(const char *networks);

/* Whether ip is in one of the networks. An IPv4 address mapped into IPv6 (::ffff:192.0.2.1) is
   taken as the IPv4 address. No address is in no network; of a list that is not valid, what stands
   before the fault counts. */
bool kinamo_networks_contain(const char *networks, const struct kinamo_ip *ip);

#endif
