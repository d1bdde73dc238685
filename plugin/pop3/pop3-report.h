/* What the log and the metrics learn at QUIT. */
#ifndef KINAMO_POP3_REPORT_H
#define KINAMO_POP3_REPORT_H

struct event;
struct kinamo_pop3_session;
struct kinamo_pop3_verdict;

/* One line with the counts of a session that retrieved or removed something, and one for each cause
   for which messages that were asked for stay, with their UIDs. removed is what this session took
   away, or would have taken away where the mode only observes. begun is when QUIT came; it is taken
   over if there is something to report. */
void kinamo_pop3_report(struct kinamo_pop3_session *session, struct kinamo_pop3_verdict *verdict,
                        unsigned int removed, struct event **begun);

#endif
