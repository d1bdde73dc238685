/* What was told, from a dict in which anything may stand: what is read can be written and read. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/notice-state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct kinamo_notice_state state;
    struct kinamo_notice_state again;
    char first[KINAMO_STATE_TEXT_SIZE];
    char second[KINAMO_STATE_TEXT_SIZE];

    (void)kinamo_notice_state_parse(text, &state);
    CLAIM(state.topic_count <= KINAMO_STATE_MAX_TOPICS &&
          state.guid_count <= KINAMO_STATE_MAX_GUIDS);
    kinamo_notice_state_format(&state, first);
    CLAIM(strlen(first) < sizeof(first));
    CLAIM(kinamo_notice_state_parse(first, &again));
    kinamo_notice_state_format(&again, second);
    CLAIM(strcmp(first, second) == 0);
    free(text);
    return 0;
}
