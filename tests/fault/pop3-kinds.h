/* What the table of POP3 faults is made of. */
#ifndef KINAMO_FAULT_POP3_KINDS_H
#define KINAMO_FAULT_POP3_KINDS_H

#include "tests/fault/pop3-fault.h"

enum {
    ORDER_KILL_MAIL,
    ORDER_KILL_INDEX,
    ORDER_EIO_MAIL_READ,
    ORDER_EIO_MAIL_WRITE,
    ORDER_EIO_INDEX_READ,
    ORDER_EIO_INDEX_WRITE,
    ORDER_ENOSPC_MAIL,
    ORDER_ENOSPC_INDEX,
};

/* Classes of bytes between which the client resets the connection. */
enum {
    RESET_IN_COMMAND,
    RESET_BEFORE_LF,
    RESET_IN_REPLY,
    RESET_IN_HEADER,
    RESET_IN_BODY,
    RESET_BEFORE_DOT,
    RESET_IN_DOT,
    RESET_AFTER_DOT,
    RESET_IN_QUIT,
    RESET_AFTER_QUIT,
    RESET_IN_GOODBYE,
};

/* Conversations that end with a reset, or in which the client does not read. */
void fault_reset_greeting(struct fault_run *run);
void fault_reset_login(struct fault_run *run);
void fault_reset_in(struct fault_run *run);
void fault_stall(struct fault_run *run);

/* A message file of the user loses its end. */
void fault_truncate(struct fault_run *run);
void fault_truncated(struct fault_run *run);

#endif
