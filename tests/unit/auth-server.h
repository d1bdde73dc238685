/* An auth service that follows a script, for tests of its client. */
#ifndef KINAMO_AUTH_SERVER_H
#define KINAMO_AUTH_SERVER_H

#include <sys/types.h>

/* A script's lines:
     ACCEPT       take a connection
     HELLO        ACCEPT, the client's greeting and ours, with PLAIN and CRAM-MD5
     C: pattern   the next line of the client matches (fnmatch(3))
     S: text      send a line; $ stands for the last id that the client used
     RAW: text    send without a newline
     FLOOD        send two megabytes without a newline
     NUL          send a line with a NUL
     FAIL-ALL     answer FAIL to every request until the client goes away
     STALL        answer nothing until the client goes away
     CLOSE        close the connection */

/* Listen on path, and follow the script in a process of its own. */
pid_t auth_server_start(const char *path, const char *script);

/* Wait for its end. Fails the test if the client did not do what the script says. */
void auth_server_finish(pid_t pid);

#endif
