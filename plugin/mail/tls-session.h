/* The TLS policy in a mail process: belt and braces for a login process without our plugin. */
#ifndef KINAMO_TLS_SESSION_H
#define KINAMO_TLS_SESSION_H

#include <stdbool.h>

struct mail_user;

/* Look at a new session. Returns NULL if it may go on; otherwise what the client is to be told, a
   line of ASCII without a response code, and the refusal has been logged. In mode warn, what the
   user is to be told was logged. Sessions without a remote address are none of the network's. */
const char *kinamo_tls_session_refusal(struct mail_user *user);

/* The same for a session that was looked at when it began and is back from hibernation: nobody is
   told a second time. */
const char *kinamo_tls_session_refusal_again(struct mail_user *user);

#endif
