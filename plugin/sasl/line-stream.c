/* Lines over a Unix socket. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "plugin/sasl/line-stream.h"

/* How often to try again while the listener's backlog is full. */
#define BACKLOG_RETRY_MS 10

int64_t clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_sleep(int64_t milliseconds)
{
    int64_t end = clock_ms() + milliseconds;
    int64_t left;

    while ((left = end - clock_ms()) > 0) {
        struct timespec pause = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};

        (void)nanosleep(&pause, NULL);
    }
}

void line_stream_init(struct line_stream *stream)
{
    *stream = (struct line_stream){.fd = -1};
}

static void drop_buffer(struct line_stream *stream)
{
    if (stream->buffer != NULL) {
        explicit_bzero(stream->buffer, stream->written);
        free(stream->buffer);
        stream->buffer = NULL;
    }
    stream->start = stream->end = stream->written = 0;
}

void line_stream_close(struct line_stream *stream)
{
    if (stream->fd >= 0) {
        (void)close(stream->fd);
    }
    stream->fd = -1;
    drop_buffer(stream);
}

void line_stream_forget(struct line_stream *stream)
{
    if (stream->start == stream->end) {
        drop_buffer(stream);
        return;
    }
    explicit_bzero(stream->buffer, stream->start);
    explicit_bzero(stream->buffer + stream->end, stream->written - stream->end);
    stream->written = stream->end;
}

static enum line_status wait_for(struct line_stream *stream, short events, int64_t deadline)
{
    for (;;) {
        struct pollfd pollfd = {.fd = stream->fd, .events = events};
        int64_t left = deadline - clock_ms();
        int ready;

        if (left <= 0) {
            return LINE_TIMEOUT;
        }
        ready = poll(&pollfd, 1, (int)left);
        if (ready > 0) {
            return LINE_OK;
        }
        if (ready < 0 && errno != EINTR) {
            return LINE_CLOSED;
        }
    }
}

/* A Unix socket connects at once or says EAGAIN while the backlog is full; poll() cannot wait for
   that (connect(2)). */
static enum line_status connect_socket(int fd, const struct sockaddr_un *address, int64_t deadline)
{
    while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            return LINE_CLOSED;
        }
        if (clock_ms() >= deadline) {
            return LINE_TIMEOUT;
        }
        clock_sleep(BACKLOG_RETRY_MS);
    }
    return LINE_OK;
}

enum line_status line_stream_connect(struct line_stream *stream, const char *path, int64_t deadline)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    enum line_status status = LINE_CLOSED;
    int saved;

    line_stream_close(stream);
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return LINE_CLOSED;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    stream->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (stream->fd >= 0) {
        status = connect_socket(stream->fd, &address, deadline);
    }
    if (status != LINE_OK) {
        saved = errno;
        line_stream_close(stream);
        errno = saved;
    }
    return status;
}

enum line_status line_stream_send(struct line_stream *stream, const char *data, size_t size,
                                  int64_t deadline)
{
    while (size > 0) {
        ssize_t sent = send(stream->fd, data, size, MSG_NOSIGNAL);

        if (sent >= 0) {
            data += sent;
            size -= (size_t)sent;
        } else if (errno == EAGAIN) {
            enum line_status status = wait_for(stream, POLLOUT, deadline);

            if (status != LINE_OK) {
                return status;
            }
        } else if (errno != EINTR) {
            return LINE_CLOSED;
        }
    }
    return LINE_OK;
}

/* Takes a complete line out of the buffer, or returns NULL. */
static char *next_line(struct line_stream *stream)
{
    char *line;
    char *newline;

    if (stream->start == stream->end) {
        return NULL;
    }
    line = stream->buffer + stream->start;
    newline = memchr(line, '\n', stream->end - stream->start);
    if (newline == NULL) {
        return NULL;
    }
    *newline = '\0';
    stream->start = (size_t)(newline + 1 - stream->buffer);
    return line;
}

/* Makes room behind what is there. */
static enum line_status make_room(struct line_stream *stream)
{
    if (stream->buffer == NULL && (stream->buffer = malloc(LINE_STREAM_SIZE)) == NULL) {
        return LINE_CLOSED;
    }
    memmove(stream->buffer, stream->buffer + stream->start, stream->end - stream->start);
    stream->end -= stream->start;
    stream->start = 0;
    return stream->end < LINE_STREAM_SIZE ? LINE_OK : LINE_GARBAGE;
}

static enum line_status receive(struct line_stream *stream, int64_t deadline)
{
    enum line_status status = make_room(stream);
    ssize_t got;

    if (status == LINE_OK) {
        status = wait_for(stream, POLLIN, deadline);
    }
    if (status != LINE_OK) {
        return status;
    }
    errno = 0;
    got = recv(stream->fd, stream->buffer + stream->end, LINE_STREAM_SIZE - stream->end, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return LINE_OK;
    }
    if (got <= 0) {
        return LINE_CLOSED;
    }
    if (stream->written < stream->end + (size_t)got) {
        stream->written = stream->end + (size_t)got;
    }
    if (memchr(stream->buffer + stream->end, '\0', (size_t)got) != NULL) {
        return LINE_GARBAGE;
    }
    stream->end += (size_t)got;
    return LINE_OK;
}

enum line_status line_stream_read(struct line_stream *stream, char **line_r, int64_t deadline)
{
    while ((*line_r = next_line(stream)) == NULL) {
        enum line_status status = receive(stream, deadline);

        if (status != LINE_OK) {
            return status;
        }
    }
    return LINE_OK;
}
