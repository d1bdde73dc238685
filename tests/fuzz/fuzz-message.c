/* Messages of ours: whatever the values are, no header is added and every line is in order. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/message.h"

static char *next_text(struct fuzz_input *input)
{
    size_t length = (size_t)fuzz_number(input, 2) % 600;
    char *text;

    length = length < input->size ? length : input->size;
    text = fuzz_text(input->data, length);
    input->data += length;
    input->size -= length;
    return text;
}

/* Header lines end with CRLF, hold no control character and begin with a name of ours or a blank.
 */
static void check_header(const char *header, const char *end)
{
    while (header < end) {
        const char *line_end = strstr(header, "\r\n");

        CLAIM(line_end != NULL);
        CLAIM(line_end - header <= 998);
        for (const char *at = header; at < line_end; at++) {
            CLAIM((unsigned char)*at >= ' ' && (unsigned char)*at < 0x7f);
        }
        CLAIM(*header == ' ' || memchr(header, ':', (size_t)(line_end - header)) != NULL);
        CLAIM(strncmp(header, "Bcc:", 4) != 0 && strncmp(header, "X-Injected", 10) != 0);
        header = line_end + 2;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char out[65536];
    struct fuzz_input input = {data, size};
    char *from = next_text(&input);
    char *to = next_text(&input);
    char *subject = next_text(&input);
    char *id = next_text(&input);
    char *language = next_text(&input);
    const struct kinamo_message message = {
        .date = (int64_t)(fuzz_number(&input, 5)),
        .important = fuzz_number(&input, 1) % 2 == 0,
        .from = from,
        .to = to,
        .subject = subject,
        .id = id,
        .language = language,
        .body = next_text(&input),
    };
    size_t length = kinamo_message_compose(&message, out, sizeof(out));

    if (length > 0) {
        const char *body = strstr(out, "\r\n\r\n");

        CLAIM(length < sizeof(out) && body != NULL);
        check_header(out, body + 2);
    }
    free((char *)message.body);
    free(language);
    free(id);
    free(subject);
    free(to);
    free(from);
    return 0;
}
