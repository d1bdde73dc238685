/* The SASL module as a whole: what a client says in its steps, and what the auth service sends,
   garbled and cut at any byte. No acceptance without an OK, and no name that is not one.

   Input: the mechanism, then up to three steps of the client and the bytes of the service, each
   ended by 0xff; 0xfe is where the service pauses. */
#include "tests/fuzz/fuzz.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/sasl-host.h"

/* The host asserts with Check, whose library wants a test to run. */
CK_DLL_EXP void _mark_point(const char *file, int line)
{
    (void)file;
    (void)line;
}

CK_DLL_EXP void _ck_assert_failed(const char *file, int line, const char *expression,
                                  const char *format, ...)
{
    (void)format;
    (void)fprintf(stderr, "%s:%d: %s\n", file, line, expression);
    abort();
}

#define STEPS        3
#define SERVICE_SIZE 4096
#define PAUSE        '\xfe'
#define END          '\xff'

static struct host host;
/* What the service sends on every connection. */
static char service[SERVICE_SIZE];
static size_t service_size;
static pthread_mutex_t service_lock = PTHREAD_MUTEX_INITIALIZER;

static void set_service(const char *data, size_t size)
{
    CLAIM(pthread_mutex_lock(&service_lock) == 0);
    service_size = size < sizeof(service) ? size : sizeof(service);
    memcpy(service, data, service_size);
    CLAIM(pthread_mutex_unlock(&service_lock) == 0);
}

/* A connection of the input before may come here late. */
static size_t get_service(char copy[SERVICE_SIZE])
{
    size_t size;

    CLAIM(pthread_mutex_lock(&service_lock) == 0);
    size = service_size;
    memcpy(copy, service, size);
    CLAIM(pthread_mutex_unlock(&service_lock) == 0);
    return size;
}

static void send_parts(int fd)
{
    char copy[SERVICE_SIZE];
    const char *position = copy;
    const char *end = copy + get_service(copy);

    while (position < end) {
        const char *pause = memchr(position, PAUSE, (size_t)(end - position));
        const char *stop = pause == NULL ? end : pause;

        if (stop > position &&
            send(fd, position, (size_t)(stop - position), MSG_NOSIGNAL) < stop - position) {
            return;
        }
        position = stop + 1;
    }
}

static void *serve(void *context)
{
    int listener = *(int *)context;
    char buffer[4096];

    for (;;) {
        int fd = accept(listener, NULL, NULL);

        CLAIM(fd >= 0);
        send_parts(fd);
        (void)shutdown(fd, SHUT_WR);
        while (read(fd, buffer, sizeof(buffer)) > 0) {
        }
        (void)close(fd);
    }
    return NULL;
}

static void remove_directory(void)
{
    char command[sizeof(host.dir) + 16];

    (void)snprintf(command, sizeof(command), "rm -r %s", host.dir);
    CLAIM(system(command) == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const struct host_option options[] = {{"mech_list", "PLAIN LOGIN CRAM-MD5"},
                                                 {NULL, NULL}};
    static int listener;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    pthread_t thread;

    (void)argc;
    (void)argv;
    host_init(&host, options);
    (void)atexit(remove_directory);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", host.socket);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CLAIM(listener >= 0);
    CLAIM(bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0);
    CLAIM(listen(listener, 16) == 0);
    CLAIM(pthread_create(&thread, NULL, serve, &listener) == 0);
    return 0;
}

/* The next part of the input, and how long it is. */
static const char *next_part(const char **position, const char *end, size_t *size_r)
{
    const char *start = *position;
    const char *stop = start == end ? NULL : memchr(start, END, (size_t)(end - start));

    *size_r = (size_t)((stop == NULL ? end : stop) - start);
    *position = stop == NULL ? end : stop + 1;
    return start;
}

static bool service_said_ok(void)
{
    for (size_t i = 0; i + 3 <= service_size; i++) {
        if (memcmp(service + i, "OK\t", 3) == 0) {
            return true;
        }
    }
    return memchr(service, PAUSE, service_size) != NULL;
}

static void check_accepted(void)
{
    CLAIM(service_said_ok());
    CLAIM(host.canonical[0] != '\0');
    for (const char *p = host.canonical; *p != '\0'; p++) {
        CLAIM((unsigned char)*p > ' ' && *p != 0x7f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const mechanisms[] = {"PLAIN", "CRAM-MD5", "LOGIN"};
    const char *position = (const char *)data + 1;
    const char *end = (const char *)data + size;
    const char *input[STEPS];
    size_t length[STEPS];
    int code;

    if (size < 2) {
        return 0;
    }
    for (int i = 0; i < STEPS; i++) {
        input[i] = next_part(&position, end, &length[i]);
    }
    set_service(position, (size_t)(end - position));
    host.canonical[0] = '\0';
    host_log_reset();
    CLAIM(host_load(&host) == SASL_OK);
    if (host_plugin(&host, mechanisms[data[0] % 3]) != NULL) {
        CLAIM(host_begin(&host, mechanisms[data[0] % 3]) == SASL_OK);
        code = SASL_CONTINUE;
        for (int i = 0; i < STEPS && code == SASL_CONTINUE; i++) {
            /* As libsasl2 has it: no initial response is a NULL. */
            bool none = i == 0 && length[i] == 0;

            code = host_step(&host, none ? NULL : input[i], (unsigned int)length[i], NULL);
        }
        if (code == SASL_OK) {
            check_accepted();
        }
        host_end(&host);
    }
    for (int i = 0; i < host.count; i++) {
        host.plugins[i].mech_free(host.plugins[i].glob_context, &host.utils);
    }
    return 0;
}
