/* Dovecot's IP addresses as the core's. */
#ifndef KINAMO_HOST_IP_H
#define KINAMO_HOST_IP_H

#include "kinamo/networks.h"

struct ip_addr;

/* The address of the core; "no address" for NULL, a socket without one, or another family. */
struct kinamo_ip kinamo_host_ip(const struct ip_addr *ip);

#endif
