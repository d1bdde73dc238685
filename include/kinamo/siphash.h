/* SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash, so that a stranger cannot choose where
   a table keeps him. */
#ifndef KINAMO_SIPHASH_H
#define KINAMO_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define KINAMO_SIPHASH_KEY 16

uint64_t kinamo_siphash(const unsigned char key[KINAMO_SIPHASH_KEY], const void *data,
                        size_t length);

#endif
