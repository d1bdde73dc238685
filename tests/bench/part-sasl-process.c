/* Authentication in one process with the client of libsasl2: the module without any Postfix. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "sasl-session.h"

#define PROGRAM KINAMO_BUILDDIR "/tests/bench/sasl-loop"
#define OURS                                                                                       \
    " kinamo_auth_socket=/var/spool/postfix/private/auth kinamo_require_tls=no "                   \
    "kinamo_throttle=enforce kinamo_throttle_file=" LIVE_DIR "/throttle"
#define STOCK " pwcheck_method=auxprop auxprop_plugin=sasldb sasldb_path=" SASL_SASLDB

/* How the program is called, and what it finds. */
struct way {
    const char *setup, *arguments;
};

static void prepare(const struct bench_variant *variant, int units)
{
    const struct way *way = variant->data;

    (void)units;
    free(live_must("%s true", way->setup));
}

/* The program prints the milliseconds of each. */
static void load(const struct bench_variant *variant, int units)
{
    const struct way *way = variant->data;
    char *output = live_must(PROGRAM " %d %s", units, way->arguments);
    char *position = output;

    for (int i = 0; i < units; i++) {
        bench_sample(strtod(position, &position));
    }
    ck_assert_msg(strcmp(position, "\n") == 0, "sasl-loop printed after its figures: %s", position);
    free(output);
}

static void compare(const char *name, const char *stock_arguments, const char *our_arguments)
{
    const struct way stock = {SASL_STOCK_MODULES, stock_arguments};
    const struct way ours = {SASL_ALL_MODULES, our_arguments};
    const struct bench_variant variants[] = {
        {.name = "stock modules, sasldb", .options = {.postfix = true}, .data = &stock},
        {.name = "ours, throttle enforced", .options = {.postfix = true}, .data = &ours},
        {0},
    };

    bench_compare(&(struct bench_comparison){
        .name = name,
        .unit = "login",
        .units = bench_size(1000),
        .services = "auth",
        .own_cpu = true,
        .variants = variants,
        .prepare = prepare,
        .load = load,
    });
}

#define JAN " " LIVE_JAN " " LIVE_JAN_PASSWORD
#define EVA " " LIVE_EVA " " LIVE_EVA_PASSWORD

void bench_part_sasl_process(void)
{
    compare("PLAIN, {CRAM-MD5}, in process", "PLAIN" JAN STOCK, "PLAIN" JAN OURS);
    compare("CRAM-MD5, {CRAM-MD5}, in process", "CRAM-MD5" JAN STOCK, "CRAM-MD5" JAN OURS);
    compare("PLAIN, {SHA512-CRYPT}, in process", "PLAIN" EVA STOCK, "PLAIN" EVA OURS);
}
