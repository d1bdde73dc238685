/* Dovecot's IP addresses as the core's. */
#include "lib.h"
#include "net.h"

#include "plugin/compat/host-ip.h"

struct kinamo_ip kinamo_host_ip(const struct ip_addr *ip)
{
    struct kinamo_ip result = {.length = 0};

    if (ip == NULL) {
        return result;
    }
    if (IPADDR_IS_V4(ip)) {
        memcpy(result.bytes, &ip->u.ip4, 4);
        result.length = 4;
    } else if (IPADDR_IS_V6(ip)) {
        memcpy(result.bytes, &ip->u.ip6, 16);
        result.length = 16;
    }
    return result;
}
