#include "console.h"

#include "board.h"

void say(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            board_put('\r');
        board_put(*text);
    }
}

void say_number(const char *before, uint32_t number, const char *after)
{
    char digits[11];
    char *first = digits + sizeof digits - 1;

    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    say(before);
    say(first);
    say(after);
}
