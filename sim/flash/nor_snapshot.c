/* Snapshots copy only blocks that differ: equal generation numbers mean equal content, because each
 * change of a block gives it a number that no content of this object has had before. */
#include "sim/flash/nor_internal.h"

#include <stdlib.h>
#include <string.h>

struct fwd_nor_snapshot {
    uint8_t *cells;
    uint8_t *flags;
    uint64_t *generations;
    uint32_t *wear;
    uint64_t words[FWD_WORDS];
    struct fwd_nor_fault faults[FWD_NOR_FAULTS_MAX];
    uint32_t fault_hits[FWD_NOR_FAULTS_MAX];
    uint32_t fault_count;
    uint64_t violations;
    char violation_text[160];
    bool powered;
};

struct fwd_nor_snapshot *fwd_nor_snapshot_new(struct fwd_nor *nor)
{
    struct fwd_nor_snapshot *snapshot = calloc(1, sizeof *snapshot);
    size_t blocks = nor->block_count > 0 ? nor->block_count : 1;

    if (snapshot == NULL)
        return NULL;
    snapshot->cells = malloc(nor->cell_count);
    snapshot->flags = malloc(nor->unit_count);
    snapshot->generations = calloc(blocks, sizeof *snapshot->generations);
    snapshot->wear = calloc(blocks, sizeof *snapshot->wear);
    if (snapshot->cells == NULL || snapshot->flags == NULL || snapshot->generations == NULL ||
        snapshot->wear == NULL) {
        fwd_nor_snapshot_free(snapshot);
        return NULL;
    }
    fwd_nor_save(nor, snapshot);
    return snapshot;
}

void fwd_nor_snapshot_free(struct fwd_nor_snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    free(snapshot->cells);
    free(snapshot->flags);
    free(snapshot->generations);
    free(snapshot->wear);
    free(snapshot);
}

void fwd_nor_save(struct fwd_nor *nor, struct fwd_nor_snapshot *snapshot)
{
    for (uint32_t i = 0; i < nor->block_count; i++) {
        const struct fwd_nor_block *block = &nor->blocks[i];

        if (snapshot->generations[i] == nor->generations[i])
            continue;
        memcpy(snapshot->cells + block->cell, nor->cells + block->cell, block->size);
        memcpy(snapshot->flags + block->unit, nor->flags + block->unit, block->units);
        snapshot->generations[i] = nor->generations[i];
    }
    memcpy(snapshot->wear, nor->wear, nor->block_count * sizeof *nor->wear);
    memcpy(snapshot->words, nor->words, sizeof snapshot->words);
    memcpy(snapshot->faults, nor->faults, sizeof snapshot->faults);
    memcpy(snapshot->fault_hits, nor->fault_hits, sizeof snapshot->fault_hits);
    snapshot->fault_count = nor->fault_count;
    snapshot->violations = nor->violations;
    memcpy(snapshot->violation_text, nor->violation_text, sizeof snapshot->violation_text);
    snapshot->powered = nor->powered;
}

void fwd_nor_restore(struct fwd_nor *nor, const struct fwd_nor_snapshot *snapshot)
{
    for (uint32_t i = 0; i < nor->block_count; i++) {
        const struct fwd_nor_block *block = &nor->blocks[i];

        if (snapshot->generations[i] == nor->generations[i])
            continue;
        memcpy(nor->cells + block->cell, snapshot->cells + block->cell, block->size);
        memcpy(nor->flags + block->unit, snapshot->flags + block->unit, block->units);
        nor->generations[i] = snapshot->generations[i];
    }
    memcpy(nor->wear, snapshot->wear, nor->block_count * sizeof *nor->wear);
    memcpy(nor->words, snapshot->words, sizeof snapshot->words);
    memcpy(nor->faults, snapshot->faults, sizeof snapshot->faults);
    memcpy(nor->fault_hits, snapshot->fault_hits, sizeof snapshot->fault_hits);
    nor->fault_count = snapshot->fault_count;
    nor->violations = snapshot->violations;
    memcpy(nor->violation_text, snapshot->violation_text, sizeof snapshot->violation_text);
    nor->powered = snapshot->powered;
    nor->armed = false;
    nor->fired = false;
}

/* ---- hash ------------------------------------------------------------------------------------ */

static uint64_t stir(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0xFF51AFD7ED558CCDu;
    return hash ^ (hash >> 32);
}

static void stir_both(struct fwd_nor_hash *hash, uint64_t value)
{
    hash->a = stir(hash->a, value);
    hash->b = stir(hash->b + 0x9E3779B97F4A7C15u, value * 0xC4CEB9FE1A85EC53u);
}

static void stir_bytes(struct fwd_nor_hash *hash, const uint8_t *bytes, size_t size)
{
    uint64_t word = 0;

    for (; size >= sizeof word; bytes += sizeof word, size -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        stir_both(hash, word);
    }
    word = 0;
    memcpy(&word, bytes, size);
    stir_both(hash, word ^ ((uint64_t)size << 56));
}

static struct fwd_nor_hash hash_block(const struct fwd_nor *nor, const struct fwd_nor_block *block)
{
    struct fwd_nor_hash hash = {1, 2};

    stir_bytes(&hash, nor->cells + block->cell, block->size);
    stir_bytes(&hash, nor->flags + block->unit, block->units);
    return hash;
}

/* What a block adds to the sum of all. */
static struct fwd_nor_hash in_sum(struct fwd_nor_hash block, uint32_t number)
{
    struct fwd_nor_hash hash = {number, ~(uint64_t)number};

    stir_both(&hash, block.a);
    stir_both(&hash, block.b);
    return hash;
}

/* A sum, so that only blocks that changed cost something; a block with no hash yet has 0. */
static void renew_hash(struct fwd_nor *nor, uint32_t number)
{
    const struct fwd_nor_hash before = in_sum(nor->hashes[number], number);

    nor->hashes[number] = hash_block(nor, &nor->blocks[number]);
    nor->hash_generations[number] = nor->generations[number];
    const struct fwd_nor_hash after = in_sum(nor->hashes[number], number);
    nor->hashes_sum.a += after.a - before.a;
    nor->hashes_sum.b += after.b - before.b;
}

/* How unstable units of an area will read: only the power cycles up to the second matter. */
static void stir_unstable(
    const struct fwd_nor *nor, const uint64_t *unstable, struct fwd_nor_hash *hash)
{
    uint64_t cycles = nor->words[FWD_WORD_POWER_CYCLES] - unstable[FWD_UNSTABLE_SINCE];
    uint64_t mode = unstable[FWD_UNSTABLE_MODE];

    stir_both(hash, mode);
    stir_both(hash, cycles < 2 ? cycles : 2);
    stir_both(hash, unstable[FWD_UNSTABLE_TICK] % 2);
    if (mode == 0)
        stir_both(hash, unstable[FWD_UNSTABLE_RANDOM]);
}

struct fwd_nor_hash fwd_nor_hash(struct fwd_nor *nor)
{
    struct fwd_nor_hash hash = {3, 4};

    for (uint32_t i = 0; i < nor->block_count; i++) {
        if (nor->hash_generations[i] != nor->generations[i])
            renew_hash(nor, i);
    }
    stir_both(&hash, nor->hashes_sum.a);
    stir_both(&hash, nor->hashes_sum.b);
    for (uint16_t i = 0; i < nor->region_count && nor->words[FWD_WORD_ODD_UNITS] != 0; i++)
        stir_unstable(nor, fwd_nor_unstable(nor, i), &hash);
    for (uint32_t i = 0; i < nor->fault_count; i++)
        stir_both(&hash, fwd_nor_fault_progress(nor, i));
    return hash;
}

bool fwd_nor_hash_equal(struct fwd_nor_hash x, struct fwd_nor_hash y)
{
    return x.a == y.a && x.b == y.b;
}
