/* What the targets of the LwM2M formats share. */
#ifndef FWD_TESTS_FUZZ_FUZZ_VALUE_FORMAT_H
#define FWD_TESTS_FUZZ_FUZZ_VALUE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* The first byte of an input chooses what the rest is about: the root, an object, ... What is read
 * is written again, and that is read again: it says the same. */
void fuzz_value_format(uint16_t number, const uint8_t *data, size_t size);

#endif
