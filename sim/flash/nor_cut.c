#include "sim/flash/nor_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tear_names[FWD_NOR_TEARS] = {
    [FWD_NOR_BEFORE] = "before",
    [FWD_NOR_AFTER] = "after",
    [FWD_NOR_ONE] = "one",
    [FWD_NOR_HALF] = "half",
    [FWD_NOR_ALL_BUT_ONE] = "all-but-one",
    [FWD_NOR_PREFIX] = "prefix",
    [FWD_NOR_BITS] = "bits",
    [FWD_NOR_UNSTABLE] = "unstable",
    [FWD_NOR_DROP] = "drop",
    [FWD_NOR_REORDER] = "reorder",
    [FWD_NOR_GARBAGE] = "garbage",
    [FWD_NOR_UNCORRECTABLE] = "uncorrectable",
    [FWD_NOR_SCATTER] = "scatter",
};

const char *fwd_nor_tear_name(enum fwd_nor_tear tear)
{
    return (unsigned)tear < FWD_NOR_TEARS ? tear_names[tear] : NULL;
}

/* ---- replay id ------------------------------------------------------------------------------- */

void fwd_nor_cut_print(const struct fwd_nor_cut *cut, char text[FWD_NOR_CUT_TEXT])
{
    const char *name = fwd_nor_tear_name(cut->tear);
    int at = snprintf(text, FWD_NOR_CUT_TEXT, "op=%" PRIu64 ",tear=%s,seed=%" PRIu32,
        cut->operation, name != NULL ? name : "?", cut->seed);

    if (cut->tear == FWD_NOR_PREFIX && at > 0 && at < (int)FWD_NOR_CUT_TEXT)
        snprintf(text + at, FWD_NOR_CUT_TEXT - (size_t)at, ",bytes=%" PRIu32, cut->bytes);
}

/* Decimal digits only, no sign, at most max. Moves *text past them. */
static bool take_number(const char **text, uint64_t max, uint64_t *value)
{
    const char *at = *text;

    *value = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (*value > (max - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    bool any = at != *text;
    *text = at;
    return any;
}

static bool take_word(const char **text, const char *word)
{
    size_t size = strlen(word);

    if (strncmp(*text, word, size) != 0)
        return false;
    *text += size;
    return true;
}

static bool take_tear(const char **text, enum fwd_nor_tear *tear)
{
    size_t size = strcspn(*text, ",");

    for (int i = 0; i < FWD_NOR_TEARS; i++) {
        if (strlen(tear_names[i]) == size && strncmp(*text, tear_names[i], size) == 0) {
            *tear = (enum fwd_nor_tear)i;
            *text += size;
            return true;
        }
    }
    return false;
}

bool fwd_nor_cut_parse(const char *text, struct fwd_nor_cut *cut)
{
    struct fwd_nor_cut parsed = {0, FWD_NOR_BEFORE, 0, 0};
    uint64_t number = 0;

    if (!take_word(&text, "op=") || !take_number(&text, UINT64_MAX, &parsed.operation) ||
        parsed.operation == 0)
        return false;
    if (take_word(&text, ",tear=") && !take_tear(&text, &parsed.tear))
        return false;
    if (take_word(&text, ",seed=") && !take_number(&text, UINT32_MAX, &number))
        return false;
    parsed.seed = (uint32_t)number;
    if (parsed.tear == FWD_NOR_PREFIX) {
        if (!take_word(&text, ",bytes=") || !take_number(&text, UINT32_MAX, &number))
            return false;
        parsed.bytes = (uint32_t)number;
    }
    if (*text != '\0')
        return false;
    *cut = parsed;
    return true;
}

/* ---- the cut itself -------------------------------------------------------------------------- */

void fwd_nor_arm(struct fwd_nor *nor, const struct fwd_nor_cut *cut)
{
    nor->armed = cut != NULL && cut->operation > 0;
    nor->fired = false;
    if (nor->armed) {
        nor->cut = *cut;
        nor->countdown = cut->operation;
    }
}

bool fwd_nor_fired(const struct fwd_nor *nor)
{
    return nor->fired;
}

bool fwd_nor_cut_due(struct fwd_nor *nor)
{
    return nor->armed && --nor->countdown == 0;
}

void fwd_nor_reset(struct fwd_nor *nor)
{
    nor->armed = false;
    nor->powered = false;
    if (nor->in_run)
        longjmp(nor->jump, 1);
}

void fwd_nor_cut_now(struct fwd_nor *nor)
{
    nor->fired = true;
    fwd_nor_reset(nor);
}

bool fwd_nor_run(struct fwd_nor *nor, void (*fn)(void *arg), void *arg)
{
    nor->in_run = true;
    if (setjmp(nor->jump) != 0) {
        nor->in_run = false;
        return false;
    }
    fn(arg);
    nor->in_run = false;
    return true;
}
