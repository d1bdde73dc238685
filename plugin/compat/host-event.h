/* Records become events of Dovecot. */
#ifndef KINAMO_HOST_EVENT_H
#define KINAMO_HOST_EVENT_H

#include "kinamo/record.h"

struct event;

/* Send a record as an event of its name with its fields below parent, and log it at info as
   "kinamo: event=<name> key=value ...". Metrics see the event whatever the log level. */
void kinamo_event_info(struct event *parent, const struct kinamo_record *record);
/* The same for something that took time: the event has its duration. Begin it when that begins; one
   that did not come to an end is given up with event_unref(). */
struct event *kinamo_event_begin(struct event *parent);
void kinamo_event_end_info(struct event **begun, const struct kinamo_record *record);
/* The same at error: something an operator has to mend. */
void kinamo_event_error(struct event *parent, const struct kinamo_record *record);
/* The same at debug: seen with log_debug = event=<name>. */
void kinamo_event_debug(struct event *parent, const struct kinamo_record *record);
/* Send the event kinamo_who at debug: a policy ("address", "pop3", "quota" or "tls") that does not
   enforce yet would concern this user. what tells more, or is NULL. One event for all of them,
   because each filter of a metric takes memory in every process of Dovecot. */
void kinamo_event_who(struct event *parent, const char *policy, const char *user, const char *what);

#endif
