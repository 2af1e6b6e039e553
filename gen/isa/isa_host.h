/* What the encoder knows of each instruction set besides what its decoder knows: a file for each
 * set or family, host_*.c. */
#ifndef FWD_GEN_ISA_ISA_HOST_H
#define FWD_GEN_ISA_ISA_HOST_H

#include "verify/refdelta/delta.h"

/* How one kind of reference is called. NULL: the set has none of it. */
struct fwd_ref_text {
    const char *name, *meaning;
};

/* How calls are looked for in bytes that may be anything. */
struct fwd_call_form {
    /* True: the FWD_CALL_BYTES at `bytes` begin with a call at `at`; *target: where it leads, for
     * absolute forms in the units of the address space. NULL: calls tell nothing of this set. */
    bool (*read)(const uint8_t *bytes, uint32_t at, uint32_t *target);
    uint32_t step;        /* calls begin at multiples of it */
    uint32_t align;       /* functions begin at multiples of it */
    bool absolute;        /* the target does not depend on `at`, nor on where the image lies */
    uint32_t mask, value; /* read() is false where the word at `bytes` differs in these bits */
};
#define FWD_CALL_BYTES 5u /* that the longest form needs */

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
    struct fwd_call_form scan;
    /* Copies are searched in the images as they are first: for how references look says more of
     * where the code is than what they hide. Else with all references alike. */
    bool raw_first;
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

#define FWD_HOST_DECLARED(number, NAME, name) extern const struct fwd_isa_host fwd_host_##name;
FWD_ISAS(FWD_HOST_DECLARED)
#undef FWD_HOST_DECLARED

/* Embeds in a word of the image; for sets of 32 bits. */
void fwd_host_embed_word(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes);

/* Names of what all sets share, for the start of a table. */
#define FWD_HOST_WORD_TEXTS                                                                        \
    [FWD_REF_DATA] = {"data-addresses", "addresses of variables in RAM"}, FWD_HOST_OTHER_TEXTS
#define FWD_HOST_OTHER_TEXTS                                                                       \
    [FWD_REF_POINTER] = {"pointers", "addresses of code and constants"},                           \
    [FWD_REF_RELATIVE] = {"relative", "differences of addresses in tables"},                       \
    [FWD_REF_OFFSET] = {"offsets", "offsets in sorted tables"}

#endif
