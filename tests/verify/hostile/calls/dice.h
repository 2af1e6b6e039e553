/* Chance that comes from a seed alone. */
#ifndef FWD_TESTS_VERIFY_HOSTILE_CALLS_DICE_H
#define FWD_TESTS_VERIFY_HOSTILE_CALLS_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

struct dice dice_new(uint64_t seed);
uint32_t dice_any(struct dice *dice);
/* 0..limit-1; limit > 0. */
uint32_t dice_below(struct dice *dice, uint32_t limit);
/* True once in `times`. */
bool dice_once_in(struct dice *dice, uint32_t times);
/* A value that a careless reader trips over, or now and then the usual one. */
uint32_t dice_odd(struct dice *dice, uint32_t usual);

#endif
