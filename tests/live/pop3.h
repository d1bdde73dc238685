/* Shared by the tests of POP3 retention. */
#ifndef KINAMO_LIVE_POP3_H
#define KINAMO_LIVE_POP3_H

#include "fixture/live.h"

/* Log in on pop3s as a user whose password is secret, up to "+OK Logged in.". */
struct talk *pop3_login(const char *user, const char *password);
#define pop3_jan() pop3_login(LIVE_JAN, LIVE_JAN_PASSWORD)

/* Retrieve messages first to last one by one, reading each reply to its end. */
void pop3_retr(struct talk *conversation, int first, int last);

/* Send text in one write; | stands for CRLF, a line end of the text for nothing. */
void pop3_write(struct talk *conversation, const char *text);

/* QUIT, the reply matching a pattern, end of the connection, close. */
void pop3_quit(struct talk *conversation, const char *reply);

/* The Subjects in a mailbox, sorted, each followed by a space: "1 2 3 ". */
void pop3_expect_subjects(const char *user, const char *mailbox, const char *want);

#endif
