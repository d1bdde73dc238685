/* Shared by the fuzz targets. */
#ifndef KINAMO_FUZZ_H
#define KINAMO_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A claim about the code under test. */
#define CLAIM(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy of exactly the input and a NUL, so that reading past the end is seen. To be freed. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    CLAIM(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    return text;
}

/* Takes bytes from the front of the input; 0 when there are none left. */
struct fuzz_input {
    const uint8_t *data;
    size_t size;
};

static inline uint64_t fuzz_number(struct fuzz_input *input, unsigned int bytes)
{
    uint64_t number = 0;

    for (unsigned int i = 0; i < bytes && input->size > 0; i++) {
        number = number << 8 | *input->data++;
        input->size--;
    }
    return number;
}

#endif
