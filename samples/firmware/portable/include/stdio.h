#ifndef FWD_SAMPLES_STDIO_H
#define FWD_SAMPLES_STDIO_H
#include <stddef.h>
int snprintf(char *to, size_t size, const char *format, ...);
#endif
