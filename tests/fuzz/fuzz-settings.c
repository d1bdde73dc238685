/* Values of settings, for every row of the table: a refusal is one printable line. */
#include "tests/fuzz/fuzz.h"

#include "kinamo/settings.h"

static void check_error(const char *error)
{
    CLAIM(*error != '\0' && strlen(error) < KINAMO_ERROR_SIZE);
    for (; *error != '\0'; error++) {
        CLAIM(*error >= ' ' && *error < 0x7f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    enum kinamo_setting_id id =
        (enum kinamo_setting_id)(fuzz_number(&input, 1) % KINAMO_SETTING_COUNT);
    const struct kinamo_setting *setting = kinamo_setting(id);
    char *text = fuzz_text(input.data, input.size);
    char error[KINAMO_ERROR_SIZE] = "";
    struct kinamo_value value;

    if (kinamo_setting_parse(setting, text, &value, error)) {
        CLAIM(value.text == text);
    } else {
        check_error(error);
        CLAIM(strncmp(error, setting->name, strlen(setting->name)) == 0);
    }
    if (!kinamo_setting_check(text, text, error)) {
        check_error(error);
    }
    free(text);
    return 0;
}
