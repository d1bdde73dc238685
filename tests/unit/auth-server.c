/* An auth service that follows a script. */
#include <check.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth-server.h"

#define MAX_LINE 8192

struct server {
    int listener;
    int client;
    char id[16];
};

static void give_up(const char *step, const char *heard)
{
    (void)fprintf(stderr, "auth server: script line \"%s\": got \"%s\"\n", step, heard);
    _exit(EXIT_FAILURE);
}

/* One byte at a time: what follows belongs to the next line of the script. False at the end of the
   connection. */
static bool read_line(struct server *server, char *line)
{
    size_t length = 0;

    while (length < MAX_LINE - 1 && read(server->client, line + length, 1) == 1) {
        if (line[length] == '\n') {
            line[length] = '\0';
            return true;
        }
        length++;
    }
    line[length] = '\0';
    return false;
}

static void note_id(struct server *server, const char *line)
{
    const char *tab = strchr(line, '\t');

    if (tab != NULL) {
        (void)snprintf(server->id, sizeof(server->id), "%.*s", (int)strcspn(tab + 1, "\t"),
                       tab + 1);
    }
}

static void expect(struct server *server, const char *pattern)
{
    char line[MAX_LINE];

    if (!read_line(server, line) || fnmatch(pattern, line, 0) != 0) {
        give_up(pattern, line);
    }
    note_id(server, line);
}

static void send_all(struct server *server, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(server->client, data, size, MSG_NOSIGNAL);

        if (sent <= 0) {
            return; /* the client has had enough, as it may */
        }
        data += sent;
        size -= (size_t)sent;
    }
}

static void say(struct server *server, const char *text, const char *end)
{
    for (; *text != '\0'; text++) {
        if (*text == '$') {
            send_all(server, server->id, strlen(server->id));
        } else {
            send_all(server, text, 1);
        }
    }
    send_all(server, end, strlen(end));
}

static void flood(struct server *server)
{
    char block[4096];

    memset(block, 'x', sizeof(block));
    for (int i = 0; i < 512; i++) {
        send_all(server, block, sizeof(block));
    }
}

static void greet(struct server *server)
{
    expect(server, "VERSION\t1\t[0-9]*");
    expect(server, "CPID\t[1-9]*");
    say(server,
        "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tCRAM-MD5\tdictionary\tactive\nSPID\t1\n"
        "CUID\t1\nCOOKIE\t00112233\nDONE",
        "\n");
}

static void fail_all(struct server *server)
{
    char line[MAX_LINE];

    while (read_line(server, line)) {
        note_id(server, line);
        say(server, "FAIL\t$", "\n");
    }
}

static void stall(struct server *server)
{
    char byte;

    while (read(server->client, &byte, 1) == 1) {
    }
}

static void accept_client(struct server *server)
{
    if (server->client >= 0) {
        (void)close(server->client);
    }
    server->client = accept(server->listener, NULL, NULL);
}

static void follow_line(struct server *server, const char *line)
{
    if (strcmp(line, "ACCEPT") == 0) {
        accept_client(server);
    } else if (strcmp(line, "HELLO") == 0) {
        accept_client(server);
        greet(server);
    } else if (strncmp(line, "C: ", 3) == 0) {
        expect(server, line + 3);
    } else if (strncmp(line, "S: ", 3) == 0) {
        say(server, line + 3, "\n");
    } else if (strncmp(line, "RAW: ", 5) == 0) {
        say(server, line + 5, "");
    } else if (strcmp(line, "FLOOD") == 0) {
        flood(server);
    } else if (strcmp(line, "NUL") == 0) {
        send_all(server, "OK\0\n", 4);
    } else if (strcmp(line, "FAIL-ALL") == 0) {
        fail_all(server);
    } else if (strcmp(line, "STALL") == 0) {
        stall(server);
    } else if (strcmp(line, "CLOSE") == 0) {
        (void)close(server->client);
        server->client = -1;
    } else {
        give_up(line, "no such command");
    }
}

static void follow(struct server *server, const char *script)
{
    char *copy = strdup(script);
    char *position = copy;
    char *line;

    while ((line = strsep(&position, "\n")) != NULL) {
        if (*line != '\0') {
            follow_line(server, line);
        }
    }
    free(copy);
    _exit(EXIT_SUCCESS);
}

pid_t auth_server_start(const char *path, const char *script)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct server server = {.client = -1};
    pid_t pid;

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    (void)unlink(path);
    server.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(server.listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(server.listener, 4), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)alarm(20);
        follow(&server, script);
    }
    (void)close(server.listener);
    return pid;
}

void auth_server_finish(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "the client did not follow the auth server's script (status %#x)", status);
}
