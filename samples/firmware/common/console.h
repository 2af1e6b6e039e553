/* Line editor and command interpreter on the serial port. */
#ifndef DEMO_CONSOLE_H
#define DEMO_CONSOLE_H

#include "samples/firmware/common/strings.h"

#include <stdint.h>

enum { CONSOLE_WORDS_MAX = 12, CONSOLE_LINE_MAX = 120 };

struct console_command {
    const char *name;
    const char *arguments;
    const char *help;
    int min_words; /* with the name */
    void (*run)(int count, char **words);
};

/* Each release has its own table. */
extern const struct console_command console_commands[];
extern const uint32_t console_command_count;

void console_start(void);
void console_step(void);
void console_print(const char *format, ...);
void console_say(enum string_id message);
void console_help(int count, char **words);
/* The words from first on, joined again by spaces. */
const char *console_rest(int count, char **words, int first);

#endif
