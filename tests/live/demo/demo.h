/* The demo: one function per promise of the article, each with real servers and a real client. */
#ifndef KINAMO_DEMO_H
#define KINAMO_DEMO_H

#include "../fixture/live.h"

/* Say, for the reader of the demo, what was seen; the last call before the end of the function. */
void evidence(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The first line of text that contains a word, without its end; "" if there is none. To be freed.
 */
char *line_with(const char *text, const char *word);

/* promises-incoming.c */
const TTest *demo_c1(void);
const TTest *demo_c2(void);
const TTest *demo_c4(void);
const TTest *demo_c5(void);
const TTest *demo_c6(void);
const TTest *demo_c7(void);

/* promises-outgoing.c */
const TTest *demo_c8(void);
const TTest *demo_c9(void);
const TTest *demo_c10(void);

/* promises-quota.c */
const TTest *demo_c3(void);
const TTest *demo_c11(void);

#endif
