/* The POP3 command tap: a line is recognized however it is written, and QUIT is never overlooked in
   what has arrived, wherever the network cut it. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/pop3-command.h"

/* Line by line, as Dovecot would execute it: slow and obvious. Where the first line that is QUIT
   begins, or size. */
static size_t find_quit_line(const char *data, size_t size)
{
    size_t start = 0;

    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n') {
            size_t end = i > start && data[i - 1] == '\r' ? i - 1 : i;

            if (kinamo_pop3_command_parse(data + start, end - start).verb == KINAMO_POP3_QUIT) {
                return start;
            }
            start = i + 1;
        }
    }
    return size;
}

/* The first bytes of data, with nothing readable behind them. */
static bool is_received(const char *data, size_t size)
{
    char *copy = malloc(size);
    bool received;

    CLAIM(copy != NULL);
    (void)memcpy(copy, data, size);
    received = kinamo_pop3_quit_received(copy, size);
    free(copy);
    return received;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size == 0 ? 1 : size);
    struct kinamo_pop3_command command;

    CLAIM(text != NULL);
    (void)memcpy(text, data, size);
    command = kinamo_pop3_command_parse(text, size);
    CLAIM(command.verb == KINAMO_POP3_RETR || command.verb == KINAMO_POP3_TOP ||
          command.message == 0);
    /* Also when only the first bytes of QUIT have come: a part that may become it counts. */
    for (size_t cut = find_quit_line(text, size) + 1; cut <= size; cut++) {
        CLAIM(is_received(text, cut));
    }
    free(text);
    return 0;
}
