/* What the live tests of several hosts share: the two ways to lay them out. */
#ifndef KINAMO_LIVE_HOSTS_H
#define KINAMO_LIVE_HOSTS_H

#include "fixture/live.h"

/* Where the devices come from, so that a proxy's own address is not taken for theirs. */
#define DEVICE "127.0.0.9"

/* Accounts are in PostgreSQL, what users were told in Redis. */
struct layout {
    const char *name;
    /* Where the two devices of a user connect, and where mail is delivered: at a proxy, or at two
       hosts that see the same mail storage. */
    const char *first, *second;
    bool proxy;
};

#define LAYOUTS 2
extern const struct layout layouts[LAYOUTS];
#define SHARED_STORAGE (&layouts[0])
#define BEHIND_A_PROXY (&layouts[1])

/* Start the hosts with mailboxes, and the proxy. LIVE_JAN reads Dutch and has a limit of 100000
   bytes. */
#define hosts_start(layout) hosts_start_test(__func__, layout)
struct live *hosts_start_test(const char *test, const struct layout *layout);
/* out.kinamo.be: Postfix, and a Dovecot that runs only its auth service. */
void hosts_add_out(struct live *live);
void hosts_stop(struct live *live);

/* LIVE_JAN's device logs in, over TLS. */
struct talk *hosts_imap(const char *address);
struct talk *hosts_pop3(const char *address);

#endif
