/* The kinds of messages at QUIT, as an operator asks about them. */
#include <stddef.h>

#include "kinamo/pop3-kinds.h"
#include "kinamo/settings.h"

/* Any time: only differences count. A message of long ago is older than every kinamo_pop3_expire.
 */
#define NOW        (INT64_C(40000) * 24 * 60 * 60)
#define JUST_NOW   NOW
#define LONG_AGO   0
#define WHOLE_SIZE 1000

/* A transfer to the end. */
#define WHOLE .eof = true, .promised_size = WHOLE_SIZE, .virtual_size = WHOLE_SIZE

struct sample {
    char name[24], doc[80]; /* no pointers: see struct kinamo_setting */
    struct kinamo_pop3_transfer transfer;
    struct kinamo_pop3_message message;
};

static const struct sample samples[] = {
    {"retrieved", "RETR, received to the end, then QUIT.", {WHOLE}, {.saved = JUST_NOW}},
    {"retrieved_long_ago",
     "The same, of a message that came longer ago than kinamo_pop3_expire.",
     {WHOLE},
     {.saved = LONG_AGO}},
    {"retrieved_flagged",
     "The same, of a message that carries \\Flagged.",
     {WHOLE},
     {.saved = LONG_AGO, .flagged = true}},
    {"retrieved_earlier",
     "Marked as retrieved by an earlier session; its days have passed.",
     {WHOLE},
     {.marked = true, .saved = LONG_AGO}},
    {"top_whole",
     "TOP with a million lines or more, received to the end (fetchmail).",
     {WHOLE, .top = true, .lines = KINAMO_POP3_WHOLE_LINES},
     {.saved = LONG_AGO}},
    {"top", "TOP with fewer lines.", {WHOLE, .top = true, .lines = 10}, {.saved = LONG_AGO}},
    {"partly",
     "RETR that the client did not receive to the end.",
     {.promised_size = WHOLE_SIZE},
     {.saved = LONG_AGO}},
    {"quit_too_early",
     "RETR with QUIT sent before the message can have arrived.",
     {WHOLE, .quit_received = true},
     {.saved = LONG_AGO}},
    {"reset", "RETR, then RSET.", {WHOLE}, {.saved = LONG_AGO, .reset = true}},
    {"not_retrieved", "Only listed (STAT, LIST, UIDL).", {.top = true}, {.saved = LONG_AGO}},
};

bool kinamo_pop3_kind(unsigned int number, const struct kinamo_pop3_policy *policy,
                      struct kinamo_pop3_kind *kind_r)
{
    const struct sample *sample;
    struct kinamo_pop3_message message;

    if (number >= sizeof(samples) / sizeof(samples[0])) {
        return false;
    }
    sample = &samples[number];
    message = sample->message;
    message.transfer = kinamo_pop3_transfer_judge(policy, &sample->transfer);
    message.flushed = true;
    message.saved_known = true;
    *kind_r = (struct kinamo_pop3_kind){.name = sample->name, .doc = sample->doc};
    if (message.marked && policy->expire == 0) {
        /* Without days, QUIT does not look for marks. */
        kind_r->decision.cause = KINAMO_POP3_CAUSE_NOT_RETRIEVED;
    } else {
        kind_r->decision = kinamo_pop3_decide(policy, &message, NOW);
    }
    return true;
}
