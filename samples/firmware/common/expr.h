/* Arithmetic on thousandths: compiled to a small stack code, then run. */
#ifndef DEMO_EXPR_H
#define DEMO_EXPR_H

#include "samples/firmware/common/strings.h"

#include <stdbool.h>
#include <stdint.h>

enum { EXPR_CODE_MAX = 48, EXPR_STACK_MAX = 16 };

struct expr {
    uint8_t code[EXPR_CODE_MAX];
    int32_t values[EXPR_CODE_MAX];
    uint32_t size;
};

/* Operators || && == != < <= > >= + - * / and parentheses; names of sensors. False returns the
 * message to show. */
bool expr_compile(struct expr *e, const char *text, enum string_id *message);
bool expr_run(const struct expr *e, int32_t *value, enum string_id *message);

#endif
