#ifndef FWD_SAMPLES_STDLIB_H
#define FWD_SAMPLES_STDLIB_H
#include <stddef.h>
double strtod(const char *s, char **end);
long strtol(const char *s, char **end, int base);
unsigned long strtoul(const char *s, char **end, int base);
#endif
