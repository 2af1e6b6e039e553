/* The emulated flash: NOR that keeps its rules, in memory that a file is behind. An operation that
 * breaks a rule stops the machine with a line that says which. The machine can be killed at any
 * moment, also in the middle of an operation: what was torn reads as failed or as something else
 * each time until it is erased. */
#ifndef NOR_RULES_H
#define NOR_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define NOR_BENCH_CUTS 64u

/* What the program that takes the power away wants, and is told: the first words of board_bench. */
struct nor_bench {
    struct nor_cut {
        uint32_t at;   /* flash operation since the start, 1 is the first; 0: none */
        uint32_t anew; /* the same where this start takes the package from its beginning; 0: `at` */
        uint32_t tear; /* enum nor_tear */
        uint32_t seed;
    } cut;
    uint32_t operations;   /* since the start */
    uint32_t counters[16]; /* one for each place: they only rise */
    uint32_t
        package_size;  /* of a package that lies at NOR_BENCH_PACKAGE: taken in place of Xmodem */
    uint32_t followed; /* how many of these are over or came */
    struct nor_cut follow[NOR_BENCH_CUTS]; /* cuts after that one; the last is none */
    uint32_t asks;  /* not 0: the next start takes the package, as if the firmware had asked */
    char asker[16]; /* firmware of this version asks for an update as soon as it runs; "": none */
};

#define NOR_BENCH_PACKAGE (1u << 16)

enum nor_tear {
    NOR_TEAR_BEFORE,  /* nothing of the operation happened */
    NOR_TEAR_HALF,    /* its first half, and one unit torn */
    NOR_TEAR_SCATTER, /* any of its units did, did not, or are torn */
    NOR_TEAR_AFTER    /* all of it happened, but nobody was told */
};

void nor_start(void);
/* The package is taken from its beginning, in this start. */
void nor_takes_anew(void);
struct nor_bench *nor_bench(void);

/* False: these bytes cannot be read. */
bool nor_read(uint16_t chip, uint32_t address, void *bytes, uint32_t size);
void nor_program(uint16_t chip, uint32_t address, const void *bytes, uint32_t size);
void nor_erase(uint16_t chip, uint32_t address, uint32_t size);
/* Where the bytes of a chip are mapped. */
const uint8_t *nor_mapped(uint16_t chip, uint32_t address);

#endif
