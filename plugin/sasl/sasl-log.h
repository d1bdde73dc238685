/* Where the SASL module's lines go. */
#ifndef KINAMO_SASL_LOG_H
#define KINAMO_SASL_LOG_H

/* Write "kinamo-sasl: <text>" to syslog, facility mail. priority is one of syslog's; text is one
   line, already free of what a stranger could forge. */
void sasl_log(int priority, const char *text);

#endif
