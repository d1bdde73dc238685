/* What a user was told so far, as one value of a dict. */
#ifndef KINAMO_NOTICE_STATE_H
#define KINAMO_NOTICE_STATE_H

#include "kinamo/quota-level.h"

#define KINAMO_STATE_MAX_TOPICS 16
#define KINAMO_STATE_MAX_TOPIC  96
#define KINAMO_STATE_MAX_GUIDS  4
#define KINAMO_GUID_LENGTH      32
/* Room for any state as text. */
#define KINAMO_STATE_TEXT_SIZE 8192

struct kinamo_state_topic {
    char name[KINAMO_STATE_MAX_TOPIC + 1]; /* e.g. "STORAGE/User quota" */
    struct kinamo_told told;
};

struct kinamo_notice_state {
    /* Raised by one with each change; whoever may make the change n to n + 1 has won the claim n.
     */
    uint64_t sequence;
    /* GUIDs of our messages that may still lie in the inbox, oldest first. */
    unsigned int guid_count;
    char guid[KINAMO_STATE_MAX_GUIDS][KINAMO_GUID_LENGTH + 1];
    unsigned int topic_count;
    struct kinamo_state_topic topic[KINAMO_STATE_MAX_TOPICS];
};

/* Read a state; NULL is the empty state. False, with the empty state, if the text is not one: then
   something else has written there. */
bool kinamo_notice_state_parse(const char *text, struct kinamo_notice_state *state_r);

/* Write a state as printable ASCII without spaces in names. */
void kinamo_notice_state_format(const struct kinamo_notice_state *state,
                                char text[KINAMO_STATE_TEXT_SIZE]);

/* What was told about a topic; nothing if it is new. */
struct kinamo_told kinamo_notice_state_get(const struct kinamo_notice_state *state,
                                           const char *topic);

/* Remember what was told about a topic. A threshold of 0 forgets it. False if there is no room or
   the name is too long. */
bool kinamo_notice_state_set(struct kinamo_notice_state *state, const char *topic,
                             const struct kinamo_told *told);

/* Remember one more message; the oldest is forgotten if there is no room. */
void kinamo_notice_state_add_guid(struct kinamo_notice_state *state, const char *guid);

#endif
