/* The parts of an id that say what is wrong with the device. */
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const blindness_names[FWD_BLIND_WAYS] = {
    [FWD_BLIND_FAILS] = "unreadable",
    [FWD_BLIND_BLANK] = "blank",
    [FWD_BLIND_FAILS_FIRST] = "unreadable-until-written",
    [FWD_BLIND_BLANK_FIRST] = "blank-until-written",
    [FWD_BLIND_REMOVED] = "removed",
};

static void name_area(const struct fwd_torture *torture, uint16_t area, char text[FWD_NAME_MAX + 3])
{
    if (area < FWD_AREA_COUNT)
        fwd_description_area_name(torture->machine->description, area, text);
    else
        snprintf(text, FWD_NAME_MAX + 3, "%s", area == FWD_TORTURE_KEYS ? ":keys" : ":counter");
}

static bool find_area(const struct fwd_torture *torture, const char *name, uint16_t *area)
{
    for (*area = 0; *area <= FWD_TORTURE_COUNTER; (*area)++) {
        char text[FWD_NAME_MAX + 3];
        if (*area < FWD_AREA_COUNT && torture->machine->description->areas[*area].size == 0)
            continue;
        name_area(torture, *area, text);
        if (strcmp(text, name) == 0)
            return true;
    }
    return false;
}

/* ---- writing --------------------------------------------------------------------------------- */

static size_t add(char *text, size_t room, size_t at, const char *part)
{
    int size = snprintf(text + at, room - at, "%s%s", at > 0 ? "+" : "", part);

    return size > 0 && at + (size_t)size < room ? at + (size_t)size : at;
}

static size_t print_device(const struct fwd_torture *torture, char *text, size_t room)
{
    const struct fwd_torture_variant *variant = &torture->variant;
    char part[120], area[FWD_NAME_MAX + 3];
    size_t at = 0;

    if (variant->kind == FWD_TORTURE_PAST || variant->from != torture->options->past_count) {
        snprintf(part, sizeof part, "from=%u", (unsigned)variant->from);
        at = add(text, room, at, part);
    }
    if (variant->worn.at > 0) {
        name_area(torture, variant->worn.area, area);
        snprintf(part, sizeof part, "worn=%u,area=%s,at=%u", (unsigned)variant->worn.block, area,
            (unsigned)variant->worn.at);
        at = add(text, room, at, part);
    }
    return at;
}

size_t fwd_torture_variant_print(
    const struct fwd_torture *torture, unsigned depth, char *text, size_t room)
{
    const struct fwd_torture_blind *blind = &torture->variant.blind[depth];
    char part[120], area[FWD_NAME_MAX + 3];

    text[0] = '\0';
    size_t at = depth == 0 ? print_device(torture, text, room) : 0;
    if (blind->how != FWD_BLIND_NOT) {
        name_area(torture, blind->area, area);
        snprintf(part, sizeof part, "start=%s,area=%s", blindness_names[blind->how], area);
        at = add(text, room, at, part);
    }
    return at;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A word, then a number of at most nine digits; moves *text after it. */
static bool take_number(const char **text, const char *word, uint32_t *number)
{
    size_t size = strlen(word);
    const char *at = *text + size;

    if (strncmp(*text, word, size) != 0 || *at < '0' || *at > '9')
        return false;
    for (*number = 0, size = 0; *at >= '0' && *at <= '9' && size < 9; at++, size++)
        *number = 10 * *number + (uint32_t)(*at - '0');
    *text = at;
    return true;
}

/* ",area=NAME" up to the next comma or the end. */
static bool take_area(const struct fwd_torture *torture, const char **text, uint16_t *area)
{
    static const char word[] = ",area=";
    char name[FWD_NAME_MAX + 3];

    if (strncmp(*text, word, sizeof word - 1) != 0)
        return false;
    const char *at = *text + sizeof word - 1;
    size_t size = strcspn(at, ",");
    if (size >= sizeof name)
        return false;
    memcpy(name, at, size);
    name[size] = '\0';
    *text = at + size;
    return find_area(torture, name, area);
}

static bool parse_worn(
    const struct fwd_torture *torture, const char *text, struct fwd_torture_worn *worn)
{
    return take_number(&text, "worn=", &worn->block) && take_area(torture, &text, &worn->area) &&
           take_number(&text, ",at=", &worn->at) && *text == '\0' && worn->at > 0 &&
           worn->block < fwd_nor_block_count(torture->machine->nor, worn->area);
}

static bool parse_blind(
    const struct fwd_torture *torture, const char *text, struct fwd_torture_blind *blind)
{
    static const char word[] = "start=";

    if (strncmp(text, word, sizeof word - 1) != 0)
        return false;
    text += sizeof word - 1;
    size_t size = strcspn(text, ",");
    for (int how = FWD_BLIND_FAILS; how < FWD_BLIND_WAYS; how++) {
        if (strlen(blindness_names[how]) != size || strncmp(text, blindness_names[how], size) != 0)
            continue;
        text += size;
        blind->how = (enum fwd_torture_blindness)how;
        return take_area(torture, &text, &blind->area) && *text == '\0' &&
               fwd_torture_variant_possible(*blind);
    }
    return false;
}

bool fwd_torture_variant_parse(const struct fwd_torture *torture, const char *part, unsigned depth,
    struct fwd_torture_variant *variant)
{
    uint32_t from;

    if (depth < FWD_TORTURE_POWER_CYCLES && parse_blind(torture, part, &variant->blind[depth])) {
        variant->kind = FWD_TORTURE_START;
        return true;
    }
    if (depth > 0)
        return false;
    if (parse_worn(torture, part, &variant->worn)) {
        variant->kind = FWD_TORTURE_WORN;
        return true;
    }
    if (!take_number(&part, "from=", &from) || *part != '\0' || from > torture->options->past_count)
        return false;
    variant->from = from;
    if (variant->kind == FWD_TORTURE_PLAIN)
        variant->kind = FWD_TORTURE_PAST;
    return true;
}
