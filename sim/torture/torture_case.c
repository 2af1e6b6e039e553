/* Cases: their ids. */
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

unsigned fwd_torture_seeds(enum fwd_nor_tear tear)
{
    switch (tear) {
    case FWD_NOR_BITS:
    case FWD_NOR_REORDER:
    case FWD_NOR_GARBAGE:
    case FWD_NOR_SCATTER:
        return 2;
    case FWD_NOR_UNSTABLE:
        return 4; /* its four ways of reading */
    default:
        return 1;
    }
}

struct fwd_nor_cut fwd_torture_tear_number(uint32_t tears, uint64_t number)
{
    struct fwd_nor_cut cut = {.operation = 1};
    unsigned count = 0;

    tears &= ~(1u << FWD_NOR_PREFIX);
    for (int i = 0; i < FWD_NOR_TEARS; i++)
        count += (tears >> i & 1) != 0 ? fwd_torture_seeds((enum fwd_nor_tear)i) : 0;
    unsigned left = count > 0 ? (unsigned)(number % count) : 0;
    for (int i = 0; i < FWD_NOR_TEARS && count > 0; i++) {
        unsigned seeds = (tears >> i & 1) != 0 ? fwd_torture_seeds((enum fwd_nor_tear)i) : 0;
        cut.tear = (enum fwd_nor_tear)i;
        cut.seed = left;
        if (left < seeds)
            break;
        left -= seeds;
    }
    return cut;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void print_point(const struct fwd_torture_point *point, char text[FWD_NOR_CUT_TEXT])
{
    if (point->counter == 0)
        fwd_nor_cut_print(&point->cut, text);
    else
        snprintf(text, FWD_NOR_CUT_TEXT, "counter=%u,when=%s", (unsigned)point->counter,
            point->after ? "after" : "before");
}

static void add(char text[FWD_TORTURE_ID], const char *part)
{
    size_t at = strlen(text);

    if (*part != '\0')
        snprintf(text + at, FWD_TORTURE_ID - at, "%s%s", at > 0 ? "+" : "", part);
}

static void print_more(const struct fwd_torture_case *more, char text[FWD_TORTURE_ID])
{
    char part[FWD_TORTURE_ID];

    if (more->times > 0) {
        snprintf(part, sizeof part, "every=%u,times=%u,tear=%s,seed=%u", (unsigned)more->every,
            (unsigned)more->times, fwd_nor_tear_name(more->repeated.tear),
            (unsigned)more->repeated.seed);
        add(text, part);
    }
    if (more->fault_at > 0) {
        snprintf(part, sizeof part, "fault=%s,at=%u", fwd_torture_fault_name(more->fault),
            (unsigned)more->fault_at);
        add(text, part);
    }
}

void fwd_torture_case_print(const struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_case *more, char text[FWD_TORTURE_ID])
{
    const struct fwd_torture *torture = cycle->torture;
    char part[FWD_TORTURE_ID];

    text[0] = '\0';
    for (unsigned depth = 0; depth <= cycle->depth; depth++) {
        if (depth > 0) {
            print_point(&torture->cycles[depth]->point, part);
            add(text, part);
        }
        (void)fwd_torture_variant_print(torture, depth, part, sizeof part);
        add(text, part);
    }
    if (more != NULL)
        print_more(more, text);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool take_number(const char **text, const char *word, uint32_t *value)
{
    size_t size = strlen(word);
    char *end = NULL;

    if (strncmp(*text, word, size) != 0 || (*text)[size] < '0' || (*text)[size] > '9')
        return false;
    unsigned long number = strtoul(*text + size, &end, 10);
    *text = end;
    *value = (uint32_t)number;
    return number > 0 && number <= 1000000;
}

/* The tear of repeated cuts: half of an operation when nothing is said. */
static bool parse_storm(const char *text, struct fwd_torture_case *out)
{
    char cut[FWD_NOR_CUT_TEXT];

    out->repeated = (struct fwd_nor_cut){1, FWD_NOR_HALF, 0, 0};
    if (!take_number(&text, "every=", &out->every) || !take_number(&text, ",times=", &out->times))
        return false;
    if (*text == '\0')
        return true;
    int size = snprintf(cut, sizeof cut, "op=1%s", text);
    return size > 0 && (size_t)size < sizeof cut && fwd_nor_cut_parse(cut, &out->repeated);
}

static bool parse_fault(const char *text, struct fwd_torture_case *out)
{
    if (strncmp(text, "fault=", 6) != 0)
        return false;
    text += 6;
    for (int i = 0; i < FWD_TORTURE_FAULTS; i++) {
        const char *name = fwd_torture_fault_name((enum fwd_torture_fault)i);
        size_t size = strlen(name);
        const char *at = text + size;
        if (strncmp(text, name, size) != 0 || *at != ',')
            continue;
        out->fault = (enum fwd_torture_fault)i;
        return take_number(&at, ",at=", &out->fault_at) && *at == '\0';
    }
    return false;
}

static bool parse_point(const char *text, struct fwd_torture_point *point)
{
    if (fwd_nor_cut_parse(text, &point->cut))
        return true;
    if (!take_number(&text, "counter=", &point->counter))
        return false;
    point->after = strcmp(text, ",when=after") == 0;
    return point->after || strcmp(text, ",when=before") == 0;
}

static bool parse_part(
    const struct fwd_torture *torture, const char *part, struct fwd_torture_case *out)
{
    struct fwd_torture_point point = {.counter = 0};

    if (out->times > 0 || out->fault_at > 0)
        return false; /* the last part */
    if (out->point_count < 2 && parse_point(part, &point)) {
        out->points[out->point_count++] = point;
        return true;
    }
    if (fwd_torture_variant_parse(torture, part, out->point_count, &out->variant))
        return true;
    if (out->point_count != 1)
        return false;
    if (parse_storm(part, out))
        return true;
    out->every = out->times = 0;
    return parse_fault(part, out);
}

bool fwd_torture_case_parse(
    const struct fwd_torture *torture, const char *text, struct fwd_torture_case *out)
{
    char part[FWD_TORTURE_ID];

    *out = (struct fwd_torture_case){.variant = fwd_torture_variant_at(torture, 0)};
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, "+");
        if (size >= sizeof part)
            return false;
        memcpy(part, at, size);
        part[size] = '\0';
        if (!parse_part(torture, part, out))
            return false;
        at += size;
        if (*at == '\0')
            return true;
    }
}
