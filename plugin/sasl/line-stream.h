/* Lines over a Unix socket, without ever blocking past a deadline. */
#ifndef KINAMO_LINE_STREAM_H
#define KINAMO_LINE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Dovecot's auth service sends no longer lines. */
#define LINE_STREAM_SIZE 16384

struct line_stream {
    int fd; /* -1: not connected */
    size_t start, end;
    size_t written; /* so much of the buffer holds something to wipe */
    char *buffer;   /* NULL between exchanges: a client stays longer than its AUTH takes */
};

enum line_status {
    LINE_OK,
    LINE_TIMEOUT,
    LINE_CLOSED,  /* by the peer, or an error: errno tells, 0 for an orderly end */
    LINE_GARBAGE, /* longer than the buffer, or with a NUL */
};

/* Milliseconds of a clock that is never set. */
int64_t clock_ms(void);
/* Sleep so long, whatever signals arrive. */
void clock_sleep(int64_t milliseconds);

void line_stream_init(struct line_stream *stream);

/* Connect to a path. On failure the stream is not connected. */
enum line_status line_stream_connect(struct line_stream *stream, const char *path,
                                     int64_t deadline);

enum line_status line_stream_send(struct line_stream *stream, const char *data, size_t size,
                                  int64_t deadline);

/* Wait for a line. On LINE_OK *line_r is the line without its newline, terminated; it may be
   changed in place and is valid until the next call. */
enum line_status line_stream_read(struct line_stream *stream, char **line_r, int64_t deadline);

/* Wipe the lines that were read, which may carry secrets, and free the buffer if nothing else is in
   it. A line from line_stream_read() is not valid any more. */
void line_stream_forget(struct line_stream *stream);

/* Close and forget what was received. Does nothing if not connected. */
void line_stream_close(struct line_stream *stream);

#endif
