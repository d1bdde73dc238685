/* The client's command lines, seen on their way to Dovecot.

   Dovecot tells a plugin neither the arguments of TOP nor that RSET came. So a filter stream looks
   at each line as it is read and remembers those that matter by the place in the input where they
   end: a command is being executed when Dovecot has consumed the input up to there. */
#include "pop3-common.h"
#include "array.h"
#include "istream-private.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include "plugin/pop3/pop3-input.h"

/* Longer than any line that a client needs. Dovecot takes up to 2048 and does not look at what
   follows RSET, so of a longer line RSET counts; a download asked for like that does not. */
#define MAX_LINE 128
/* More unread input than this is not looked at: thousands of commands. */
#define MAX_PEEK 65536

struct line {
    struct kinamo_pop3_command command;
    uoff_t end;
};

struct kinamo_pop3_input {
    struct istream_private istream;
    ARRAY(struct line) lines; /* read, not known to be executed */
    uoff_t last_reset;
    uoff_t scanned; /* offset of the next byte to look at */
    size_t length;  /* of the line so far, MAX_LINE + 1 if it is longer */
    char line[MAX_LINE];
};

static void end_of_line(struct kinamo_pop3_input *input)
{
    bool too_long = input->length > MAX_LINE;
    size_t length = too_long ? MAX_LINE : input->length;
    struct line line = {.end = input->scanned};

    input->length = 0;
    if (length > 0 && input->line[length - 1] == '\r') {
        length--;
    }
    line.command = kinamo_pop3_command_parse(input->line, length);
    if (line.command.verb == KINAMO_POP3_RSET ||
        (line.command.verb != KINAMO_POP3_OTHER && !too_long)) {
        array_push_back(&input->lines, &line);
    }
}

static void scan(struct kinamo_pop3_input *input, const unsigned char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        input->scanned++;
        if (data[i] == '\n') {
            end_of_line(input);
        } else if (input->length < MAX_LINE) {
            input->line[input->length++] = (char)data[i];
        } else {
            input->length = MAX_LINE + 1;
        }
    }
}

/* Forget the lines that end before an offset; what RSET does is remembered. */
static void forget_before(struct kinamo_pop3_input *input, uoff_t offset)
{
    const struct line *line;
    unsigned int count = 0;

    array_foreach(&input->lines, line)
    {
        if (line->end >= offset) {
            break;
        }
        if (line->command.verb == KINAMO_POP3_RSET) {
            input->last_reset = line->end;
        }
        count++;
    }
    array_delete(&input->lines, 0, count);
}

static ssize_t input_read(struct istream_private *stream)
{
    struct kinamo_pop3_input *input = (struct kinamo_pop3_input *)stream;
    ssize_t ret;

    i_stream_seek(stream->parent, stream->parent_start_offset + stream->istream.v_offset);
    ret = i_stream_read_copy_from_parent(&stream->istream);
    if (ret > 0) {
        forget_before(input, stream->istream.v_offset);
        scan(input, stream->buffer + stream->pos - ret, (size_t)ret);
    }
    return ret;
}

static void input_destroy(struct iostream_private *stream)
{
    struct kinamo_pop3_input *input =
        container_of(stream, struct kinamo_pop3_input, istream.iostream);

    array_free(&input->lines);
    i_stream_free_buffer(&input->istream);
    i_stream_unref(&input->istream.parent);
}

struct kinamo_pop3_input *kinamo_pop3_input_watch(struct client *client)
{
    struct kinamo_pop3_input *input = i_new(struct kinamo_pop3_input, 1);
    struct istream *parent = client->input;

    i_array_init(&input->lines, 16);
    input->istream.max_buffer_size = parent->real_stream->max_buffer_size;
    input->istream.read = input_read;
    input->istream.iostream.destroy = input_destroy;
    input->istream.istream.readable_fd = parent->readable_fd;
    input->istream.istream.blocking = parent->blocking;
    input->istream.istream.seekable = FALSE;
    client->input = i_stream_create(&input->istream, parent, i_stream_get_fd(parent), 0);
    i_stream_unref(&parent);
    return input;
}

struct kinamo_pop3_command kinamo_pop3_input_command(struct kinamo_pop3_input *input, uoff_t *end_r)
{
    const struct line *line;

    *end_r = input->istream.istream.v_offset;
    forget_before(input, *end_r);
    if (array_count(&input->lines) > 0) {
        line = array_front(&input->lines);
        if (line->end == *end_r) {
            return line->command;
        }
    }
    return (struct kinamo_pop3_command){.verb = KINAMO_POP3_OTHER};
}

uoff_t kinamo_pop3_input_last_reset(struct kinamo_pop3_input *input)
{
    forget_before(input, input->istream.istream.v_offset);
    return input->last_reset;
}

static bool peek_for_quit(int fd, size_t size)
{
    bool found;

    T_BEGIN
    {
        char *data = t_malloc_no0(size);
        ssize_t got = recv(fd, data, size, MSG_PEEK | MSG_DONTWAIT);

        found = got <= 0 || kinamo_pop3_quit_received(data, (size_t)got);
    }
    T_END;
    return found;
}

static bool quit_in_socket(int fd)
{
    int waiting;

    if (ioctl(fd, FIONREAD, &waiting) < 0 || waiting > MAX_PEEK) {
        return TRUE;
    }
    return waiting > 0 && peek_for_quit(fd, (size_t)waiting);
}

bool kinamo_pop3_input_quit_received(struct client *client)
{
    const unsigned char *data;
    size_t size;

    data = i_stream_get_data(client->input, &size);
    return kinamo_pop3_quit_received((const char *)data, size) || quit_in_socket(client->fd_in);
}
