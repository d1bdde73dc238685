/* The TLS policy in a mail process: belt and braces for a login process without our plugin. */
#ifndef KINAMO_TLS_SESSION_H
#define KINAMO_TLS_SESSION_H

struct mail_user;

/* Look at a new session. Returns NULL if it may go on; otherwise what the client is to be told, a
   line of ASCII without a response code, and the refusal has been logged. In mode warn the user is
   told by mail when the session ends. Sessions without a remote address are none of the network's.
 */
const char *kinamo_tls_session_refusal(struct mail_user *user);

#endif
