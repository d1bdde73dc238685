/* The state of a user's notices as text: "1 <sequence> <guid,guid|-> <topic>:<%>:<time>:<status>".
 */
#include <stdio.h>
#include <string.h>

#include "kinamo/notice-state.h"

#define VERSION   "1"
#define MAX_VALUE (UINT64_C(1) << 62)

static const char statuses[] = {
    [KINAMO_TOLD_PENDING] = 'p',
    [KINAMO_TOLD_SENT] = 's',
    [KINAMO_TOLD_FAILED] = 'f',
};

static bool take_number(const char **text, uint64_t *number_r)
{
    const char *p = *text;

    *number_r = 0;
    for (; *p >= '0' && *p <= '9'; p++) {
        if (*number_r > MAX_VALUE / 10) {
            return false;
        }
        *number_r = *number_r * 10 + (uint64_t)(*p - '0');
    }
    if (p == *text) {
        return false;
    }
    *text = p;
    return true;
}

static bool take_char(const char **text, char c)
{
    if (**text != c) {
        return false;
    }
    (*text)++;
    return true;
}

static bool take_guid(const char **text, char guid_r[KINAMO_GUID_LENGTH + 1])
{
    if (strspn(*text, "0123456789abcdef") != KINAMO_GUID_LENGTH) {
        return false;
    }
    memcpy(guid_r, *text, KINAMO_GUID_LENGTH);
    guid_r[KINAMO_GUID_LENGTH] = '\0';
    *text += KINAMO_GUID_LENGTH;
    return true;
}

static bool take_guids(const char **text, struct kinamo_notice_state *state)
{
    if (take_char(text, '-')) {
        return true;
    }
    do {
        if (state->guid_count == KINAMO_STATE_MAX_GUIDS ||
            !take_guid(text, state->guid[state->guid_count])) {
            return false;
        }
        state->guid_count++;
    } while (take_char(text, ','));
    return true;
}

static int hex_digit(char c)
{
    static const char *const digits = "0123456789abcdef";
    const char *p = c == '\0' ? NULL : strchr(digits, c);

    return p == NULL ? -1 : (int)(p - digits);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("._-/@", c) != NULL);
}

static bool take_name(const char **text, char name_r[KINAMO_STATE_MAX_TOPIC + 1])
{
    const char *p = *text;
    size_t length = 0;

    while (is_plain(*p) || *p == '%') {
        char c = *p++;

        if (c == '%') {
            int high = hex_digit(p[0]);
            int low = high < 0 ? -1 : hex_digit(p[1]);

            if (low < 0 || high + low == 0) {
                return false;
            }
            c = (char)(high * 16 + low);
            p += 2;
        }
        if (length == KINAMO_STATE_MAX_TOPIC) {
            return false;
        }
        name_r[length++] = c;
    }
    name_r[length] = '\0';
    *text = p;
    return length > 0;
}

static bool take_status(const char **text, enum kinamo_told_status *status_r)
{
    for (unsigned int i = 0; i < sizeof(statuses); i++) {
        if (take_char(text, statuses[i])) {
            *status_r = (enum kinamo_told_status)i;
            return true;
        }
    }
    return false;
}

static bool take_topic(const char **text, struct kinamo_state_topic *topic_r)
{
    uint64_t threshold;
    uint64_t at;

    if (!take_name(text, topic_r->name) || !take_char(text, ':') ||
        !take_number(text, &threshold) || threshold > 100 || !take_char(text, ':') ||
        !take_number(text, &at) || !take_char(text, ':') ||
        !take_status(text, &topic_r->told.status)) {
        return false;
    }
    topic_r->told.threshold = (unsigned int)threshold;
    topic_r->told.at = (int64_t)at;
    return true;
}

static bool parse(const char *text, struct kinamo_notice_state *state)
{
    if (strncmp(text, VERSION " ", strlen(VERSION " ")) != 0) {
        return false;
    }
    text += strlen(VERSION " ");
    if (!take_number(&text, &state->sequence) || !take_char(&text, ' ') ||
        !take_guids(&text, state)) {
        return false;
    }
    while (take_char(&text, ' ')) {
        if (state->topic_count == KINAMO_STATE_MAX_TOPICS ||
            !take_topic(&text, &state->topic[state->topic_count])) {
            return false;
        }
        state->topic_count++;
    }
    return *text == '\0';
}

bool kinamo_notice_state_parse(const char *text, struct kinamo_notice_state *state_r)
{
    memset(state_r, 0, sizeof(*state_r));
    if (text == NULL || parse(text, state_r)) {
        return true;
    }
    memset(state_r, 0, sizeof(*state_r));
    return false;
}

static size_t put_name(char *text, size_t size, const char *name)
{
    size_t offset = 0;

    for (; *name != '\0' && offset + 4 < size; name++) {
        if (is_plain(*name)) {
            text[offset++] = *name;
        } else {
            offset +=
                (size_t)snprintf(text + offset, size - offset, "%%%02x", (unsigned char)*name);
        }
    }
    return offset;
}

void kinamo_notice_state_format(const struct kinamo_notice_state *state,
                                char text[KINAMO_STATE_TEXT_SIZE])
{
    const size_t size = KINAMO_STATE_TEXT_SIZE;
    size_t offset =
        (size_t)snprintf(text, size, VERSION " %llu ", (unsigned long long)state->sequence);

    for (unsigned int i = 0; i < state->guid_count; i++) {
        offset += (size_t)snprintf(text + offset, size - offset, "%s%s", i > 0 ? "," : "",
                                   state->guid[i]);
    }
    if (state->guid_count == 0) {
        offset += (size_t)snprintf(text + offset, size - offset, "-");
    }
    for (unsigned int i = 0; i < state->topic_count; i++) {
        const struct kinamo_state_topic *topic = &state->topic[i];

        offset += (size_t)snprintf(text + offset, size - offset, " ");
        offset += put_name(text + offset, size - offset, topic->name);
        offset +=
            (size_t)snprintf(text + offset, size - offset, ":%u:%lld:%c", topic->told.threshold,
                             (long long)topic->told.at, statuses[topic->told.status]);
    }
}

static int find(const struct kinamo_notice_state *state, const char *topic)
{
    for (unsigned int i = 0; i < state->topic_count; i++) {
        if (strcmp(state->topic[i].name, topic) == 0) {
            return (int)i;
        }
    }
    return -1;
}

struct kinamo_told kinamo_notice_state_get(const struct kinamo_notice_state *state,
                                           const char *topic)
{
    int i = find(state, topic);

    static const struct kinamo_told nothing = {.status = KINAMO_TOLD_SENT};

    return i < 0 ? nothing : state->topic[i].told;
}

bool kinamo_notice_state_set(struct kinamo_notice_state *state, const char *topic,
                             const struct kinamo_told *told)
{
    int i = find(state, topic);

    if (told->threshold == 0) {
        if (i >= 0) {
            state->topic[i] = state->topic[--state->topic_count];
        }
        return true;
    }
    if (i < 0) {
        if (state->topic_count == KINAMO_STATE_MAX_TOPICS ||
            strlen(topic) > KINAMO_STATE_MAX_TOPIC || *topic == '\0') {
            return false;
        }
        i = (int)state->topic_count++;
        (void)snprintf(state->topic[i].name, sizeof(state->topic[i].name), "%s", topic);
    }
    state->topic[i].told = *told;
    return true;
}

void kinamo_notice_state_add_guid(struct kinamo_notice_state *state, const char *guid)
{
    if (state->guid_count == KINAMO_STATE_MAX_GUIDS) {
        memmove(state->guid[0], state->guid[1],
                (KINAMO_STATE_MAX_GUIDS - 1) * sizeof(state->guid[0]));
        state->guid_count--;
    }
    (void)snprintf(state->guid[state->guid_count++], KINAMO_GUID_LENGTH + 1, "%s", guid);
}
