/* The client's command lines, seen on their way to Dovecot. */
#ifndef KINAMO_POP3_INPUT_H
#define KINAMO_POP3_INPUT_H

#include "kinamo/pop3-command.h"

struct client;
struct kinamo_pop3_input;

/* Watch client->input from now on. The stream hands everything on as it is, so nothing changes for
   Dovecot; it lives as long as the client's input. */
struct kinamo_pop3_input *kinamo_pop3_input_watch(struct client *client);

/* The command that is being executed, if it is one of those that kinamo/pop3-command.h knows; and
   where it ends in the input. */
struct kinamo_pop3_command kinamo_pop3_input_command(struct kinamo_pop3_input *input,
                                                     uoff_t *end_r);

/* Where the last RSET that was executed ended in the input; 0: there was none. */
uoff_t kinamo_pop3_input_last_reset(struct kinamo_pop3_input *input);

/* Whether the client has sent QUIT, or more than can be looked at, and it was not executed yet: in
   Dovecot's buffer, or still in the kernel's. */
bool kinamo_pop3_input_quit_received(struct client *client);

#endif
