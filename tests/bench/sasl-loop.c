/* Authenticates again and again with libsasl2, being server and client in one process, and prints
   the milliseconds of each: sasl-loop COUNT MECHANISM USER PASSWORD [OPTION=VALUE ...] The options
   are those of the server's smtpd.conf. */
#include <sasl/sasl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char **options;
static const char *user;
static sasl_secret_t *secret;

static int get_option(void *context, const char *plugin, const char *option, const char **result,
                      unsigned *length)
{
    size_t size = strlen(option);

    (void)context;
    (void)plugin;
    for (char **p = options; *p != NULL; p++) {
        if (strncmp(*p, option, size) == 0 && (*p)[size] == '=') {
            *result = *p + size + 1;
            if (length != NULL) {
                *length = (unsigned)strlen(*result);
            }
            return SASL_OK;
        }
    }
    return SASL_FAIL;
}

static int get_user(void *context, int id, const char **result, unsigned *length)
{
    (void)context;
    *result = id == SASL_CB_AUTHNAME ? user : "";
    if (length != NULL) {
        *length = (unsigned)strlen(*result);
    }
    return SASL_OK;
}

static int get_secret(sasl_conn_t *connection, void *context, int id, sasl_secret_t **result)
{
    (void)connection;
    (void)context;
    (void)id;
    *result = secret;
    return SASL_OK;
}

/* libsasl2 keeps functions of any type as int (*)(void); a cast by way of void (*)(void) says so.
 */
typedef int function_t(void);
#define CALLBACK(function) ((function_t *)(void (*)(void))(function))

static const sasl_callback_t server_callbacks[] = {
    {SASL_CB_GETOPT, CALLBACK(get_option), NULL},
    {SASL_CB_LIST_END, NULL, NULL},
};

static const sasl_callback_t client_callbacks[] = {
    {SASL_CB_USER, CALLBACK(get_user), NULL},
    {SASL_CB_AUTHNAME, CALLBACK(get_user), NULL},
    {SASL_CB_PASS, CALLBACK(get_secret), NULL},
    {SASL_CB_LIST_END, NULL, NULL},
};

static void must(int code, int want, const char *what)
{
    if (code != want) {
        (void)fprintf(stderr, "sasl-loop: %s: got %d (%s), want %d\n", what, code,
                      sasl_errstring(code, NULL, NULL), want);
        exit(EXIT_FAILURE);
    }
}

static void authenticate(const char *mechanism)
{
    sasl_conn_t *server;
    sasl_conn_t *client;
    const char *text = NULL;
    const char *chosen;
    unsigned length = 0;
    int code;

    must(sasl_server_new("smtp", "out.kinamo.be", NULL, "127.0.0.1;25", "127.0.0.1;40000", NULL, 0,
                         &server),
         SASL_OK, "sasl_server_new");
    must(sasl_client_new("smtp", "out.kinamo.be", NULL, NULL, NULL, 0, &client), SASL_OK,
         "sasl_client_new");
    (void)sasl_client_start(client, mechanism, NULL, &text, &length, &chosen);
    code = sasl_server_start(server, mechanism, text, length, &text, &length);
    while (code == SASL_CONTINUE) {
        (void)sasl_client_step(client, text, length, NULL, &text, &length);
        code = sasl_server_step(server, text, length, &text, &length);
    }
    must(code, SASL_OK, "authentication");
    sasl_dispose(&client);
    sasl_dispose(&server);
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    long count = argc > 4 ? strtol(argv[1], NULL, 10) : 0;

    if (count <= 0) {
        (void)fprintf(stderr, "sasl-loop COUNT MECHANISM USER PASSWORD [OPTION=VALUE ...]\n");
        return EXIT_FAILURE;
    }
    user = argv[3];
    options = argv + 5;
    secret = calloc(1, sizeof(*secret) + strlen(argv[4]));
    if (secret == NULL) {
        return EXIT_FAILURE;
    }
    secret->len = strlen(argv[4]);
    memcpy(secret->data, argv[4], secret->len);
    must(sasl_server_init(server_callbacks, "smtpd"), SASL_OK, "sasl_server_init");
    must(sasl_client_init(client_callbacks), SASL_OK, "sasl_client_init");
    for (long i = 0; i < count; i++) {
        double start = now_ms();

        authenticate(argv[2]);
        (void)printf("%.4f\n", now_ms() - start);
    }
    sasl_client_done();
    sasl_server_done();
    free(secret);
    return EXIT_SUCCESS;
}
