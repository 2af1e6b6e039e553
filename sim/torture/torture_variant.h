/* What is wrong with a device besides the cuts, and which cuts are tried then. */
#ifndef FWD_SIM_TORTURE_TORTURE_VARIANT_H
#define FWD_SIM_TORTURE_TORTURE_VARIANT_H

#include "sim/torture/torture.h"

#define FWD_TORTURE_POWER_CYCLES 3u

/* Ids beside those of the areas of the flash. */
#define FWD_TORTURE_KEYS    ((uint16_t)FWD_AREA_COUNT)
#define FWD_TORTURE_COUNTER ((uint16_t)(FWD_AREA_COUNT + 1))

/* How an area gives nothing during one start. */
enum fwd_torture_blindness {
    FWD_BLIND_NOT,
    FWD_BLIND_FAILS,
    FWD_BLIND_BLANK,
    FWD_BLIND_FAILS_FIRST, /* until the area is written */
    FWD_BLIND_BLANK_FIRST,
    FWD_BLIND_REMOVED, /* keys only: those that signed the update, from this start on for ever */
    FWD_BLIND_WAYS
};

struct fwd_torture_blind {
    enum fwd_torture_blindness how;
    uint16_t area; /* enum fwd_area_id, FWD_TORTURE_KEYS or FWD_TORTURE_COUNTER */
};

/* A block that takes no program and no erase from its write number `at` on. */
struct fwd_torture_worn {
    uint32_t at; /* 1: from the first on; 0: none is worn */
    uint16_t area;
    uint32_t block;
};

enum fwd_torture_kind {
    FWD_TORTURE_PLAIN, /* nothing else is wrong: every operation, every tear */
    FWD_TORTURE_PAST,
    FWD_TORTURE_START,
    FWD_TORTURE_WORN
};

struct fwd_torture_variant {
    enum fwd_torture_kind kind;
    uint32_t from; /* the update of the past that power cycle 0 installs first; past_count: none of
                      them */
    struct fwd_torture_worn worn;
    struct fwd_torture_blind
        blind[FWD_TORTURE_POWER_CYCLES];      /* at the first start of each power cycle */
    unsigned cuts;                            /* at most, one after the other */
    uint32_t every[FWD_TORTURE_POWER_CYCLES]; /* one operation in so many is cut, by power cycle */
};

struct fwd_torture;
struct fwd_torture_power_cycle;

/* How many there are with these options, the plain one included. */
unsigned fwd_torture_variant_count(const struct fwd_torture *torture);
/* Number `number` of them; 0 is the plain one. */
struct fwd_torture_variant fwd_torture_variant_at(
    const struct fwd_torture *torture, unsigned number);

/* The device before power cycle 0 of the current variant. */
void fwd_torture_variant_begin(struct fwd_torture *torture);
/* Before a power cycle is run: what its first start does not see, what it may take. */
void fwd_torture_variant_afflict(struct fwd_torture_power_cycle *cycle);
/* Can this area be blind in this way? */
bool fwd_torture_variant_possible(struct fwd_torture_blind blind);
/* Does something give nothing now, in this start? */
bool fwd_torture_variant_blinds(const struct fwd_torture_power_cycle *cycle, uint16_t area);
/* A number that tells power cycles apart by what is wrong with them from now on. */
uint64_t fwd_torture_variant_key(const struct fwd_torture_power_cycle *cycle);

/* Is this operation of the power cycle one of the sample? */
bool fwd_torture_variant_samples(const struct fwd_torture_power_cycle *cycle, uint64_t operation);
/* The one cut that is tried there. */
struct fwd_nor_cut fwd_torture_variant_cut(
    const struct fwd_torture_power_cycle *cycle, uint64_t operation);
/* The parts of an id: at most 120 characters each. Nothing is written when nothing is wrong. */
size_t fwd_torture_variant_print(
    const struct fwd_torture *torture, unsigned depth, char *text, size_t room);
/* One part of an id that names something wrong; depth: cuts before it. False: it is none. */
bool fwd_torture_variant_parse(const struct fwd_torture *torture, const char *part, unsigned depth,
    struct fwd_torture_variant *variant);

#endif
