/* A small printf: %c %s %d %u %x %X, with '-', '0', width and 'l' (ignored), and
 * %m, an int32_t in thousandths printed as a decimal number ("-12.340"). */
#ifndef DEMO_TEXT_H
#define DEMO_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_sink {
    void (*put)(void *ctx, char c);
    void *ctx;
};

void text_print(const struct text_sink *sink, const char *format, va_list args);
/* Writes at most size - 1 characters and a NUL; returns the length that was wanted. */
size_t text_into(char *buffer, size_t size, const char *format, ...);

/* Decimal or 0x-hexadecimal number over the whole word. */
bool text_number(const char *word, int32_t *value);
/* Decimal number with up to three places, in thousandths. */
bool text_milli(const char *word, int32_t *value);
bool text_same(const char *a, const char *b);
bool text_starts(const char *text, const char *start);

#endif
