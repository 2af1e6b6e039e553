/* What the sample firmware asks of a C library, for compilers that come without one. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *memcpy(void *to, const void *from, size_t size)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    while (size-- > 0)
        *out++ = *in++;
    return to;
}

void *memset(void *to, int value, size_t size)
{
    unsigned char *out = to;

    while (size-- > 0)
        *out++ = (unsigned char)value;
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a, *y = b;

    for (; size > 0; size--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

void *memmove(void *to, const void *from, size_t size)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    if (out < in)
        return memcpy(to, from, size);
    while (size-- > 0)
        out[size] = in[size];
    return to;
}

size_t strlen(const char *s)
{
    size_t size = 0;

    while (s[size] != '\0')
        size++;
    return size;
}

int strncmp(const char *a, const char *b, size_t size)
{
    for (; size > 0; size--, a++, b++)
        if (*a != *b || *a == '\0')
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, (size_t)-1);
}

char *strncpy(char *to, const char *from, size_t size)
{
    size_t i = 0;

    for (; i < size && from[i] != '\0'; i++)
        to[i] = from[i];
    for (; i < size; i++)
        to[i] = '\0';
    return to;
}

char *strchr(const char *s, int c)
{
    for (;; s++) {
        if (*s == (char)c)
            return (char *)s;
        if (*s == '\0')
            return NULL;
    }
}

static int digit_of(char c, int base)
{
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' ? (c | 32) - 'a' + 10 : base;

    return digit < base ? digit : -1;
}

unsigned long strtoul(const char *s, char **end, int base)
{
    unsigned long value = 0;

    for (; digit_of(*s, base) >= 0; s++)
        value = value * (unsigned)base + (unsigned)digit_of(*s, base);
    if (end != NULL)
        *end = (char *)s;
    return value;
}

long strtol(const char *s, char **end, int base)
{
    if (*s != '-')
        return (long)strtoul(s, end, base);
    return -(long)strtoul(s + 1, end, base);
}

double strtod(const char *s, char **end)
{
    bool negative = *s == '-';
    double value = 0, unit = 1;

    s += negative;
    for (; digit_of(*s, 10) >= 0; s++)
        value = value * 10 + digit_of(*s, 10);
    if (*s == '.')
        for (s++; digit_of(*s, 10) >= 0; s++)
            value += digit_of(*s, 10) * (unit /= 10);
    if (end != NULL)
        *end = (char *)s;
    return negative ? -value : value;
}

double sqrt(double x)
{
    double root = x > 1 ? x : 1;

    for (int i = 0; i < 60; i++)
        root = (root + x / root) / 2;
    return x > 0 ? root : 0;
}

double fabs(double x)
{
    return x < 0 ? -x : x;
}

double sin(double x)
{
    double term, sum;

    while (x > 3.14159265358979)
        x -= 6.28318530717959;
    while (x < -3.14159265358979)
        x += 6.28318530717959;
    term = sum = x;
    for (int i = 1; i < 12; i++)
        sum += term *= -x * x / (2 * i * (2 * i + 1));
    return sum;
}

double cos(double x)
{
    return sin(x + 1.5707963267949);
}

double atan2(double y, double x)
{
    double low = -3.14159265358979, high = 3.14159265358979;

    /* by halves: the angle's sine and cosine have the signs and the ratio */
    for (int i = 0; i < 50; i++) {
        double middle = (low + high) / 2;
        if (sin(middle) * x - cos(middle) * y < 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double acos(double x)
{
    return atan2(sqrt(1 - x * x), x);
}

double asin(double x)
{
    return atan2(x, sqrt(1 - x * x));
}

double fmod(double x, double y)
{
    return x - y * (double)(long)(x / y);
}

double exp(double x)
{
    double term = 1, sum = 1;

    for (int i = 1; i < 40; i++)
        sum += term *= x / i;
    return sum;
}

double log(double x)
{
    double low = -40, high = 40;

    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (exp(middle) < x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double pow(double x, double y)
{
    return exp(y * log(x));
}

static void put(char *to, size_t size, size_t *at, char c)
{
    if (*at + 1 < size)
        to[*at] = c;
    ++*at;
}

static void put_fixed(char *to, size_t size, size_t *at, double value, int places)
{
    char digits[24];
    int count = 0;
    long whole;

    if (value < 0) {
        put(to, size, at, '-');
        value = -value;
    }
    whole = (long)value;
    value -= (double)whole;
    do
        digits[count++] = (char)('0' + whole % 10);
    while ((whole /= 10) > 0);
    while (count > 0)
        put(to, size, at, digits[--count]);
    if (places > 0)
        put(to, size, at, '.');
    while (places-- > 0) {
        value *= 10;
        put(to, size, at, (char)('0' + (int)value));
        value -= (int)value;
    }
}

/* %.Nf, %d and %s. */
int snprintf(char *to, size_t size, const char *format, ...)
{
    va_list args;
    size_t at = 0;

    va_start(args, format);
    for (; *format != '\0'; format++) {
        int places = 6;
        if (*format != '%') {
            put(to, size, &at, *format);
            continue;
        }
        if (*++format == '.') {
            places = *++format - '0';
            format++;
        }
        if (*format == 'f') {
            put_fixed(to, size, &at, va_arg(args, double), places);
        } else if (*format == 'd') {
            put_fixed(to, size, &at, va_arg(args, int), 0);
        } else if (*format == 's') {
            for (const char *s = va_arg(args, const char *); *s != '\0'; s++)
                put(to, size, &at, *s);
        }
    }
    va_end(args);
    if (size > 0)
        to[at < size ? at : size - 1] = '\0';
    return (int)at;
}
