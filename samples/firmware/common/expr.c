#include "samples/firmware/common/expr.h"

#include "samples/firmware/common/sensor.h"
#include "samples/firmware/common/text.h"

enum op {
    OP_OR,
    OP_AND,
    OP_EQ,
    OP_NE,
    OP_LE,
    OP_GE,
    OP_LT,
    OP_GT,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OPS,
    OP_VALUE = OPS,
    OP_SENSOR,
    OP_OPEN
};

static const struct {
    const char *text;
    uint8_t rank;
} operators[OPS] = {
    {"||", 1},
    {"&&", 2},
    {"==", 3},
    {"!=", 3},
    {"<=", 4},
    {">=", 4},
    {"<", 4},
    {">", 4},
    {"+", 5},
    {"-", 5},
    {"*", 6},
    {"/", 6},
};

struct compiler {
    struct expr *e;
    const char *at;
    uint8_t waiting[EXPR_STACK_MAX];
    uint32_t waits;
    enum string_id *message;
};

static bool fail(struct compiler *c, enum string_id message)
{
    *c->message = message;
    return false;
}

static bool emit(struct compiler *c, uint8_t op, int32_t value)
{
    if (c->e->size == EXPR_CODE_MAX)
        return fail(c, STRING_EXPR_DEPTH);
    c->e->code[c->e->size] = op;
    c->e->values[c->e->size++] = value;
    return true;
}

static bool is_word(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '_';
}

static bool operand(struct compiler *c)
{
    char word[16];
    uint32_t size = 0;
    int32_t value;

    while (is_word(*c->at) && size < sizeof word - 1) {
        word[size++] = *c->at == '_' ? '-' : *c->at;
        c->at++;
    }
    word[size] = '\0';
    if (size == 0)
        return fail(c, STRING_EXPR_SYNTAX);
    if (text_milli(word, &value))
        return emit(c, OP_VALUE, value);
    if (sensor_find(word) == SENSOR_COUNT)
        return fail(c, STRING_EXPR_NAME);
    return emit(c, OP_SENSOR, (int32_t)sensor_find(word));
}

static bool wait(struct compiler *c, uint8_t op)
{
    if (c->waits == EXPR_STACK_MAX)
        return fail(c, STRING_EXPR_DEPTH);
    c->waiting[c->waits++] = op;
    return true;
}

static bool emit_down_to(struct compiler *c, uint8_t rank)
{
    while (c->waits > 0 && c->waiting[c->waits - 1] != OP_OPEN &&
           operators[c->waiting[c->waits - 1]].rank >= rank) {
        if (!emit(c, c->waiting[--c->waits], 0))
            return false;
    }
    return true;
}

static void skip_spaces(struct compiler *c)
{
    while (*c->at == ' ')
        c->at++;
}

static bool close(struct compiler *c)
{
    if (!emit_down_to(c, 0))
        return false;
    if (c->waits == 0)
        return fail(c, STRING_EXPR_SYNTAX);
    c->waits--;
    c->at++;
    skip_spaces(c);
    return true;
}

/* What may follow an operand: closing parentheses, then one operator or the end. */
static bool after_operand(struct compiler *c, bool *end)
{
    skip_spaces(c);
    while (*c->at == ')') {
        if (!close(c))
            return false;
    }
    *end = *c->at == '\0';
    if (*end)
        return true;
    for (uint8_t op = 0; op < OPS; op++) {
        if (text_starts(c->at, operators[op].text)) {
            c->at += operators[op].text[1] == '\0' ? 1 : 2;
            return emit_down_to(c, operators[op].rank) && wait(c, op);
        }
    }
    return fail(c, STRING_EXPR_SYNTAX);
}

bool expr_compile(struct expr *e, const char *text, enum string_id *message)
{
    struct compiler c = {.e = e, .at = text, .message = message};
    bool end = false;

    e->size = 0;
    while (!end) {
        for (skip_spaces(&c); *c.at == '('; skip_spaces(&c)) {
            c.at++;
            if (!wait(&c, OP_OPEN))
                return false;
        }
        if (!operand(&c) || !after_operand(&c, &end))
            return false;
    }
    if (!emit_down_to(&c, 0))
        return false;
    return c.waits == 0 || fail(&c, STRING_EXPR_SYNTAX);
}

static int32_t apply(uint8_t op, int32_t a, int32_t b)
{
    switch (op) {
    case OP_OR:
        return a != 0 || b != 0 ? 1000 : 0;
    case OP_AND:
        return a != 0 && b != 0 ? 1000 : 0;
    case OP_EQ:
        return a == b ? 1000 : 0;
    case OP_NE:
        return a != b ? 1000 : 0;
    case OP_LE:
        return a <= b ? 1000 : 0;
    case OP_GE:
        return a >= b ? 1000 : 0;
    case OP_LT:
        return a < b ? 1000 : 0;
    case OP_GT:
        return a > b ? 1000 : 0;
    case OP_ADD:
        return (int32_t)((uint32_t)a + (uint32_t)b);
    case OP_SUB:
        return (int32_t)((uint32_t)a - (uint32_t)b);
    case OP_MUL:
        return (int32_t)((int64_t)a * b / 1000);
    default:
        return (int32_t)((int64_t)a * 1000 / b);
    }
}

bool expr_run(const struct expr *e, int32_t *value, enum string_id *message)
{
    int32_t stack[EXPR_CODE_MAX];
    uint32_t depth = 0;

    for (uint32_t i = 0; i < e->size; i++) {
        if (e->code[i] == OP_VALUE) {
            stack[depth++] = e->values[i];
        } else if (e->code[i] == OP_SENSOR) {
            stack[depth++] = sensor_reading((uint32_t)e->values[i])->value;
        } else if (e->code[i] == OP_DIV && stack[depth - 1] == 0) {
            *message = STRING_EXPR_ZERO;
            return false;
        } else {
            depth--;
            stack[depth - 1] = apply(e->code[i], stack[depth - 1], stack[depth]);
        }
    }
    *value = stack[0];
    return true;
}
