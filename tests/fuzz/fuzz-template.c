/* Templates and the values put into them: no value adds a line, nothing is expanded twice. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    size_t value_length = (size_t)fuzz_number(&input, 1);
    char error[KINAMO_TEMPLATE_ERROR_SIZE];
    struct kinamo_template_part part;
    char out[1024];
    char *value;
    char *template;

    value_length = value_length < input.size ? value_length : input.size;
    value = fuzz_text(input.data, value_length);
    template = fuzz_text(input.data + value_length, input.size - value_length);
    const struct kinamo_variable variables[] = {{"user", value}, {"percent", value}, {NULL, NULL}};

    if (kinamo_template_find(template, "Subject", &part) &&
        kinamo_template_expand(&part, variables, KINAMO_TEMPLATE_LINE, out, sizeof(out), error)) {
        CLAIM(strpbrk(out, "\r\n") == NULL);
    }
    if (kinamo_template_find(template, NULL, &part) &&
        !kinamo_template_expand(&part, variables, KINAMO_TEMPLATE_TEXT, out, sizeof(out), error)) {
        CLAIM(*out == '\0' && *error != '\0');
    }
    kinamo_ascii_line(template, out, sizeof(out));
    for (const char *at = out; *at != '\0'; at++) {
        CLAIM(*at >= ' ' && *at < 0x7f);
    }
    free(template);
    free(value);
    return 0;
}
