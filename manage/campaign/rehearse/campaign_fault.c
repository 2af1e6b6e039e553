#include "manage/campaign/rehearse/campaign_fault.h"

#include "sim/flash/nor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ON_S       1800u /* the last one is switched on so late */
#define OPERATIONS 300u  /* of the flash, among which power fails */

static const struct {
    const char *name;
    uint32_t usual; /* percent */
    enum fwd_campaign_outcome outcome;
} faults[FWD_CAMPAIGN_FAULTS] = {
    [FWD_CAMPAIGN_FAULT_NONE] = {"none", 0, FWD_CAMPAIGN_UPDATED},
    [FWD_CAMPAIGN_FAULT_LOST] = {"lost", 10, FWD_CAMPAIGN_UPDATED},
    [FWD_CAMPAIGN_FAULT_GONE] = {"gone", 2, FWD_CAMPAIGN_FAILED},
    [FWD_CAMPAIGN_FAULT_CUT] = {"cut", 10, FWD_CAMPAIGN_UPDATED},
    [FWD_CAMPAIGN_FAULT_FLASH] = {"flash", 20, FWD_CAMPAIGN_UPDATED},
    [FWD_CAMPAIGN_FAULT_WRONG] = {"wrong", 5, FWD_CAMPAIGN_WRONG_VERSION},
    [FWD_CAMPAIGN_FAULT_NO] = {"refused", 3, FWD_CAMPAIGN_FAILED},
    [FWD_CAMPAIGN_FAULT_FULL] = {"full", 3, FWD_CAMPAIGN_FAILED},
    [FWD_CAMPAIGN_FAULT_AWAY] = {"away", 2, FWD_CAMPAIGN_NOT_REACHED},
};

const char *fwd_campaign_fault_name(enum fwd_campaign_fault fault)
{
    return faults[fault].name;
}

enum fwd_campaign_outcome fwd_campaign_fault_outcome(enum fwd_campaign_fault fault)
{
    return faults[fault].outcome;
}

/* ---- shares ---------------------------------------------------------------------------------- */

struct fwd_campaign_shares fwd_campaign_fault_usual(void)
{
    struct fwd_campaign_shares shares = {{0}};

    for (int i = 0; i < FWD_CAMPAIGN_FAULTS; i++)
        shares.percent[i] = faults[i].usual;
    return shares;
}

/* "cut=20"; returns what follows, NULL: not such a text. */
static const char *take_share(const char *text, struct fwd_campaign_shares *shares)
{
    for (int i = 1; i < FWD_CAMPAIGN_FAULTS; i++) {
        size_t size = strlen(faults[i].name);
        char *end;
        if (strncmp(text, faults[i].name, size) != 0 || text[size] != '=')
            continue;
        if (text[size + 1] < '0' || text[size + 1] > '9')
            return NULL;
        unsigned long percent = strtoul(text + size + 1, &end, 10);
        if (percent > 100)
            return NULL;
        shares->percent[i] = (uint32_t)percent;
        return end;
    }
    return NULL;
}

enum fwd_fail fwd_campaign_fault_parse(
    const char *text, struct fwd_campaign_shares *shares, struct fwd_error *err)
{
    const char *at = text;
    uint32_t sum = 0;

    *shares = (struct fwd_campaign_shares){{0}};
    if (strcmp(text, "none") == 0)
        return FWD_FAIL_NONE;
    while (at != NULL) {
        at = take_share(at, shares);
        if (at != NULL && *at == '\0')
            break;
        at = at != NULL && *at == ',' ? at + 1 : NULL;
    }
    for (int i = 0; i < FWD_CAMPAIGN_FAULTS; i++)
        sum += shares->percent[i];
    if (at != NULL && sum <= 100)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--faults: expected none, or percentages as lost=10,cut=20 of lost, gone, cut, flash, "
        "wrong, refused, full and away, at most 100 together, found '%s'",
        text);
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* SplitMix64: its output for any counter is as good as random. */
uint64_t fwd_campaign_fault_random(uint64_t seed, uint64_t number)
{
    uint64_t z = seed * 0xD1342543DE82EF95u + (number + 1) * 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

struct fwd_campaign_fate fwd_campaign_fault_draw(
    const struct fwd_campaign_shares *shares, uint64_t seed, size_t index, bool test, uint64_t size)
{
    uint64_t own = fwd_campaign_fault_random(seed, index);
    uint64_t draw = fwd_campaign_fault_random(own, 1) % 100;
    struct fwd_campaign_fate fate = {.fault = FWD_CAMPAIGN_FAULT_NONE};
    uint64_t below = 0;

    for (int i = 1; i < FWD_CAMPAIGN_FAULTS && !test; i++) {
        below += shares->percent[i];
        if (draw < below) {
            fate.fault = (enum fwd_campaign_fault)i;
            break;
        }
    }
    fate.on_s = (uint32_t)(fwd_campaign_fault_random(own, 2) % ON_S);
    fate.at = fwd_campaign_fault_random(own, 3) % (size > 1 ? size - 1 : 1);
    if (fate.fault == FWD_CAMPAIGN_FAULT_FLASH)
        fate.at = 1 + fwd_campaign_fault_random(own, 3) % OPERATIONS;
    fate.times = 1 + (uint32_t)(fwd_campaign_fault_random(own, 4) % 3);
    fate.tear_seed = (uint32_t)fwd_campaign_fault_random(own, 5);
    fate.tear = (uint32_t)(fwd_campaign_fault_random(own, 6) % FWD_NOR_TEARS);
    return fate;
}
