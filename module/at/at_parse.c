#include "module/at/at_parse.h"

#include <string.h>

#define DIGITS_MAX 9u

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool letter(char c)
{
    return upper(c) >= 'A' && upper(c) <= 'Z';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_spaces(struct fwd_at_cursor *c)
{
    while (c->at < c->end && *c->at == ' ')
        c->at++;
}

enum fwd_at_found fwd_at_begin(const char *line, size_t size, struct fwd_at_cursor *cursor)
{
    *cursor = (struct fwd_at_cursor){line, line + size};
    skip_spaces(cursor);
    if (cursor->end - cursor->at < 2 || upper(cursor->at[0]) != 'A' || upper(cursor->at[1]) != 'T')
        return FWD_AT_SILENT;
    cursor->at += 2;
    return FWD_AT_FOUND;
}

/* ---- parameters ------------------------------------------------------------------------------ */

static void classify(struct fwd_at_param *p)
{
    size_t at = p->size > 0 && p->text[0] == '-' ? 1 : 0;
    int64_t value = 0;
    size_t digits = 0;

    p->kind = p->size == 0 ? FWD_AT_EMPTY : FWD_AT_WORD;
    if (at == p->size)
        return;
    for (size_t i = at; i < p->size; i++) {
        if (!digit(p->text[i]))
            return;
        digits += digits > 0 || p->text[i] != '0' ? 1 : 0;
        if (digits > DIGITS_MAX)
            return;
        value = value * 10 + (p->text[i] - '0');
    }
    p->kind = FWD_AT_NUMBER;
    p->value = at > 0 ? -value : value;
}

/* False: a quote that does not end, or something after it. */
static bool take_text(struct fwd_at_cursor *c, struct fwd_at_param *p)
{
    const char *close = memchr(c->at + 1, '"', (size_t)(c->end - c->at - 1));

    if (close == NULL)
        return false;
    *p = (struct fwd_at_param){FWD_AT_TEXT, c->at + 1, (size_t)(close - c->at - 1), 0};
    c->at = close + 1;
    skip_spaces(c);
    return c->at == c->end || *c->at == ',' || *c->at == ';';
}

static bool take_param(struct fwd_at_cursor *c, struct fwd_at_param *p)
{
    skip_spaces(c);
    if (c->at < c->end && *c->at == '"')
        return take_text(c, p);
    const char *from = c->at;
    while (c->at < c->end && *c->at != ',' && *c->at != ';')
        c->at++;
    const char *to = c->at;
    while (to > from && to[-1] == ' ')
        to--;
    *p = (struct fwd_at_param){FWD_AT_EMPTY, from, (size_t)(to - from), 0};
    classify(p);
    return true;
}

static bool take_params(struct fwd_at_cursor *c, struct fwd_at_call *call)
{
    call->raw = c->at;
    for (;;) {
        if (call->count == FWD_AT_PARAMS_MAX || !take_param(c, &call->params[call->count]))
            return false;
        call->count++;
        if (c->at == c->end || *c->at == ';')
            break;
        c->at++; /* the comma */
    }
    call->raw_size = (size_t)(c->at - call->raw);
    return true;
}

/* ---- commands -------------------------------------------------------------------------------- */

/* "+NAME": letters, digits, and what a few names have besides. */
static bool take_extended_name(struct fwd_at_cursor *c, struct fwd_at_call *call)
{
    size_t size = 0;

    while (c->at < c->end && (size == 0 || letter(*c->at) || digit(*c->at))) {
        if (size == FWD_AT_NAME_MAX)
            return false;
        call->name[size++] = upper(*c->at++);
    }
    skip_spaces(c);
    return size > 1;
}

static bool ends(const struct fwd_at_cursor *c)
{
    return c->at == c->end || *c->at == ';';
}

static bool take_form(struct fwd_at_cursor *c, struct fwd_at_call *call)
{
    if (ends(c))
        return true;
    if (*c->at == '?') {
        c->at++;
        call->form = FWD_AT_READ;
        skip_spaces(c);
        return ends(c);
    }
    if (*c->at != '=')
        return false;
    c->at++;
    skip_spaces(c);
    if (c->at < c->end && *c->at == '?') {
        c->at++;
        call->form = FWD_AT_TEST;
        skip_spaces(c);
        return ends(c);
    }
    call->form = FWD_AT_SET;
    call->malformed = !take_params(c, call);
    if (call->malformed) {
        call->count = 0;
        call->raw_size = (size_t)(c->end - call->raw);
        c->at = c->end;
    }
    return true;
}

/* "I", "E0", "&W": a letter and at most one number; after "D" the rest of the line is to be
 * dialled.
 */
static bool take_basic(struct fwd_at_cursor *c, struct fwd_at_call *call)
{
    size_t size = 0;

    if (*c->at == '&')
        call->name[size++] = *c->at++;
    if (c->at == c->end || !letter(*c->at))
        return false;
    call->name[size] = upper(*c->at++);
    const char *from = c->at;
    bool dial = call->name[0] == 'D';
    while (c->at < c->end && (dial || digit(*c->at)))
        c->at++;
    if (c->at == from)
        return true;
    call->params[0] = (struct fwd_at_param){FWD_AT_EMPTY, from, (size_t)(c->at - from), 0};
    classify(&call->params[0]);
    if (dial)
        call->params[0].kind = FWD_AT_WORD;
    call->count = 1;
    call->form = FWD_AT_SET;
    return true;
}

enum fwd_at_found fwd_at_next(struct fwd_at_cursor *cursor, struct fwd_at_call *call)
{
    bool taken;

    memset(call, 0, sizeof *call);
    call->form = FWD_AT_RUN;
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == ';'))
        cursor->at++;
    if (cursor->at == cursor->end)
        return FWD_AT_END;
    if (*cursor->at == '+' || *cursor->at == '#' || *cursor->at == '^')
        taken = take_extended_name(cursor, call) && take_form(cursor, call);
    else
        taken = take_basic(cursor, call);
    return taken ? FWD_AT_FOUND : FWD_AT_WRONG;
}

/* ---- use ------------------------------------------------------------------------------------- */

bool fwd_at_copy(const struct fwd_at_param *param, char *out, size_t room)
{
    if (param->size >= room || memchr(param->text, 0, param->size) != NULL)
        return false;
    memcpy(out, param->text, param->size);
    out[param->size] = '\0';
    return true;
}

bool fwd_at_is(const struct fwd_at_param *param, const char *text)
{
    return param->size == strlen(text) && memcmp(param->text, text, param->size) == 0;
}
