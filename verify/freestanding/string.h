/* All of the C library that format/ and verify/ use: what a device without one has to supply. */
#ifndef FWD_VERIFY_FREESTANDING_STRING_H
#define FWD_VERIFY_FREESTANDING_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#endif
