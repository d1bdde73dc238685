/* After an attempt the memory of the process no longer holds the password, nor its base64. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth-server.h"
#include "kinamo/base64.h"
#include "sasl-host.h"
#include "unit-sasl.h"

#define JAN "jan@klant.example"
/* What is looked for is kept under this mask, so that the search does not find itself. */
#define MASK 0x55

struct needle {
    size_t length;
    unsigned char masked[128];
};

static void mask(struct needle *needle, const char *text, size_t length)
{
    ck_assert_uint_le(length, sizeof(needle->masked));
    needle->length = length;
    for (size_t i = 0; i < length; i++) {
        needle->masked[i] = (unsigned char)text[i] ^ MASK;
    }
}

static bool found_at(const unsigned char *memory, const struct needle *needle)
{
    for (size_t i = 0; i < needle->length; i++) {
        if ((memory[i] ^ MASK) != needle->masked[i]) {
            return false;
        }
    }
    return true;
}

static int count_in(const unsigned char *start, const unsigned char *end,
                    const struct needle *needle)
{
    int count = 0;

    for (; end - start >= (ptrdiff_t)needle->length; start++) {
        count += found_at(start, needle);
    }
    return count;
}

/* Occurrences in everything that this process can write to; read as another process would. */
static int count_in_memory(const struct needle *needle)
{
    static unsigned char block[1 << 20];
    FILE *maps = fopen("/proc/self/maps", "re");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    char line[512];
    int count = 0;

    ck_assert(maps != NULL && memory >= 0);
    while (fgets(line, sizeof(line), maps) != NULL) {
        char *rest;
        uintptr_t start = (uintptr_t)strtoull(line, &rest, 16);
        uintptr_t end = (uintptr_t)strtoull(rest + 1, &rest, 16);
        ssize_t got = 1;

        for (; strncmp(rest, " rw", 3) == 0 && start < end && got > 0; start += (uintptr_t)got) {
            size_t size = end - start < sizeof(block) ? end - start : sizeof(block);

            got = pread(memory, block, size, (off_t)start);
            count += got > 0 ? count_in(block, block + got, needle) : 0;
            explicit_bzero(block, sizeof(block));
        }
    }
    (void)fclose(maps);
    (void)close(memory);
    return count;
}

/* "0q1r2s..." is nowhere in the program. */
static void make_message(char *message, size_t *length, struct needle *password,
                         struct needle *encoded)
{
    char base64[128];
    size_t size;

    *length = 1 + strlen(JAN) + 1 + 24;
    memcpy(message, "\0" JAN, 1 + strlen(JAN) + 1);
    for (size_t i = 0; i < 24; i++) {
        message[*length - 24 + i] = (char)(i % 2 == 0 ? '0' + i / 2 % 10 : 'q' + i / 2 % 8);
    }
    mask(password, message + *length - 24, 24);
    size = kinamo_base64_encode(base64, sizeof(base64), message, *length);
    /* From where the user ends. */
    mask(encoded, base64 + 28, size - 28);
    explicit_bzero(base64, sizeof(base64));
}

static const struct {
    const char *name, *script;
    int want;
} ends[] = {
    {"ok", "HELLO\nC: AUTH*\nS: OK\t$\tuser=" JAN, SASL_OK},
    {"fail", "HELLO\nC: AUTH*\nS: FAIL\t$", SASL_BADAUTH},
    {"the auth service goes away", "HELLO\nC: AUTH*\nCLOSE", SASL_TRYAGAIN},
    {"it answers nothing", "HELLO\nC: AUTH*\nSTALL", SASL_TRYAGAIN},
};

START_TEST(no_secret_stays)
{
    struct needle password;
    struct needle encoded;
    struct host host;
    char message[128];
    size_t length;
    pid_t server;
    int code;

    host_init(&host, NULL);
    server = auth_server_start(host.socket, ends[_i].script);
    ck_assert_int_eq(host_load(&host), SASL_OK);
    make_message(message, &length, &password, &encoded);
    ck_assert_int_gt(count_in_memory(&password), 0);
    ck_assert_int_eq(host_begin(&host, "PLAIN"), SASL_OK);
    code = host_step(&host, message, (unsigned int)length, NULL);
    explicit_bzero(message, sizeof(message));
    ck_assert_msg(code == ends[_i].want, "%s: got %d", ends[_i].name, code);
    ck_assert_msg(count_in_memory(&password) == 0, "%s: the password is still there",
                  ends[_i].name);
    ck_assert_msg(count_in_memory(&encoded) == 0, "%s: its base64 is still there", ends[_i].name);
    auth_server_finish(server);
    host_done(&host);
}
END_TEST

/* A memory checker's own memory is too large to search, and keeps what was freed. */
static bool is_searchable(void)
{
#ifdef __SANITIZE_ADDRESS__
    return false;
#else
    const char *preload = getenv("LD_PRELOAD");

    return preload == NULL || strstr(preload, "vgpreload") == NULL;
#endif
}

Suite *sasl_secrets_suite(void)
{
    Suite *suite = suite_create("sasl-secrets");
    TCase *tcase = tcase_create("sasl-secrets");

    tcase_set_timeout(tcase, 30);
    if (is_searchable()) {
        tcase_add_loop_test(tcase, no_secret_stays, 0, (int)(sizeof(ends) / sizeof(ends[0])));
    }
    suite_add_tcase(suite, tcase);
    return suite;
}
