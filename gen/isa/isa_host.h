/* What the encoder knows of each instruction set besides what its decoder knows: a file for each
 * set or family, host_*.c. */
#ifndef FWD_GEN_ISA_ISA_HOST_H
#define FWD_GEN_ISA_ISA_HOST_H

#include "verify/refdelta/delta.h"

/* How one kind of reference is called. NULL: the set has none of it. */
struct fwd_ref_text {
    const char *name, *meaning;
};

struct fwd_isa_host {
    const struct fwd_isa *isa;
    const char *name;  /* for options and reports */
    const char *title; /* for people */
    /* Replaces the fields of a reference by the low bits of a value that stands for its target, so
     * that code that means the same has the same bytes. NULL with isa->find NULL. */
    void (*embed)(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes);
    /* Bytes of the instruction at `bytes`, of which `left` (at least isa->unit) are there. NULL:
     * isa->unit. */
    uint32_t (*length)(const uint8_t *bytes, uint32_t left);
    bool makes_addresses; /* by instructions that have a part of one each */
    /* Is this a call, and to which address? at: its address. NULL: calls tell nothing of where the
     * image lies. */
    bool (*call)(const uint8_t bytes[4], uint32_t at, uint32_t *target);
    /* Does a function begin with these bytes? NULL: only calls tell. */
    bool (*begins)(const uint8_t bytes[4], uint32_t at);
    /* An address of 32 bits that the instruction at `bytes` has in it; 0: none. NULL: sets that
     * have none. */
    uint32_t (*address)(const uint8_t *bytes, uint32_t left);
    bool strings; /* addresses point to texts as often as to functions */
    /* The address of an image of which `base` is known but for its upper 4 bits. NULL: that is it.
     */
    uint32_t (*place)(const uint8_t *bytes, uint32_t size, uint32_t base);
    /* May this word be the address of a function? */
    bool (*pointer)(uint32_t word);
    const struct fwd_ref_text *texts; /* of FWD_REF_TYPES kinds */
};

/* NULL: no such set. */
const struct fwd_isa_host *fwd_isa_host_find(uint8_t id);
const struct fwd_isa_host *fwd_isa_host_by_name(const char *name);

/* All sets in the order of their numbers; NULL after the last. */
const struct fwd_isa_host *fwd_isa_host_at(unsigned index);

extern const struct fwd_isa_host fwd_host_none, fwd_host_thumb, fwd_host_a32, fwd_host_a64,
    fwd_host_arm, fwd_host_rv32, fwd_host_rv64, fwd_host_xtensa, fwd_host_x86_64, fwd_host_x86_32,
    fwd_host_avr, fwd_host_mips, fwd_host_mips_big, fwd_host_ppc;

/* Embeds in a word of the image; for sets of 32 bits. */
void fwd_host_embed_word(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes);

/* Names of what all sets share, for the start of a table. */
#define FWD_HOST_WORD_TEXTS                                                                        \
    [FWD_REF_POINTER] = {"pointers", "addresses of code and constants"},                           \
    [FWD_REF_DATA] = {"data-addresses", "addresses of variables in RAM"},                          \
    [FWD_REF_RELATIVE] = {"relative", "differences of addresses in tables"},                       \
    [FWD_REF_OFFSET] = {"offsets", "offsets in sorted tables"}

#endif
