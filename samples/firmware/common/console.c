#include "samples/firmware/common/console.h"

#include "samples/firmware/common/text.h"
#include "samples/firmware/common/uart.h"
#include "samples/firmware/common/version.h"

#include <string.h>

static char line[CONSOLE_LINE_MAX + 1];
static uint32_t line_size;

static void put(void *ctx, char c)
{
    (void)ctx;
    if (c == '\n')
        uart_write('\r');
    uart_write(c);
}

void console_print(const char *format, ...)
{
    const struct text_sink sink = {put, NULL};
    va_list args;

    va_start(args, format);
    text_print(&sink, format, args);
    va_end(args);
}

void console_say(enum string_id message)
{
    console_print("%s\n", string_text(message));
}

static const struct console_command *find(const char *name)
{
    for (uint32_t i = 0; i < console_command_count; i++) {
        if (text_same(name, console_commands[i].name))
            return &console_commands[i];
    }
    return NULL;
}

void console_help(int count, char **words)
{
    const struct console_command *command = count > 1 ? find(words[1]) : NULL;

    if (command != NULL) {
        console_print("%s %s\n    %s\n", command->name, command->arguments, command->help);
        return;
    }
    for (uint32_t i = 0; i < console_command_count; i++)
        console_print("  %-10s %s\n", console_commands[i].name, console_commands[i].arguments);
    console_say(STRING_HELP_HINT);
}

const char *console_rest(int count, char **words, int first)
{
    for (int i = first; i + 1 < count; i++)
        words[i][strlen(words[i])] = ' ';
    return words[first];
}

static int split(char *text, char **words)
{
    int count = 0;

    while (*text != '\0') {
        while (*text == ' ')
            *text++ = '\0';
        if (*text == '\0')
            break;
        if (count == CONSOLE_WORDS_MAX)
            return -1;
        words[count++] = text;
        while (*text != '\0' && *text != ' ')
            text++;
    }
    return count;
}

static void run_line(void)
{
    char *words[CONSOLE_WORDS_MAX];
    int count = split(line, words);
    const struct console_command *command;

    if (count == 0)
        return;
    if (count < 0) {
        console_say(STRING_TOO_MANY_WORDS);
        return;
    }
    command = find(words[0]);
    if (command == NULL)
        console_say(STRING_UNKNOWN_COMMAND);
    else if (count < command->min_words)
        console_print("%s: %s %s\n", string_text(STRING_USAGE), command->name, command->arguments);
    else
        command->run(count, words);
}

static void prompt(void)
{
    console_print("> ");
    line_size = 0;
}

static void accept(char c)
{
    if (c == '\r' || c == '\n') {
        console_print("\n");
        line[line_size] = '\0';
        run_line();
        prompt();
    } else if ((c == '\b' || c == 0x7F) && line_size > 0) {
        line_size--;
        console_print("\b \b");
    } else if (c >= ' ' && c < 0x7F) {
        if (line_size == CONSOLE_LINE_MAX) {
            console_print("\n%s\n", string_text(STRING_LINE_TOO_LONG));
            prompt();
            return;
        }
        line[line_size++] = c;
        uart_write(c);
    }
}

void console_start(void)
{
    console_print("\n%s %s\n", version_info.product, version_text);
    prompt();
}

void console_step(void)
{
    uint8_t byte;

    while (uart_read(&byte))
        accept((char)byte);
}
