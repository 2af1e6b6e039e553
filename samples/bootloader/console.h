/* Lines on the serial console. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdint.h>

/* A line break becomes CR LF. */
void say(const char *text);
void say_number(const char *before, uint32_t number, const char *after);

#endif
