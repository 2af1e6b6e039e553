/* All that the device library needs from outside, for a device without a C library. */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    return memmove(to, from, size);
}

/* The barrier keeps the compiler from making a call of memmove out of the loop. */
#define KEEP_LOOP() __asm__ volatile("")

void *memmove(void *to, const void *from, size_t size)
{
    unsigned char *t = to;
    const unsigned char *f = from;

    for (size_t i = 0; t <= f && i < size; i++) {
        t[i] = f[i];
        KEEP_LOOP();
    }
    for (size_t i = size; t > f && i > 0; i--) {
        t[i - 1] = f[i - 1];
        KEEP_LOOP();
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    unsigned char *t = to;

    for (size_t i = 0; i < size; i++) {
        t[i] = (unsigned char)value;
        KEEP_LOOP();
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a, *y = b;

    for (size_t i = 0; i < size; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}
