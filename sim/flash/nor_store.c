/* Memory of the simulator: on the heap, or mapped from two files. A store into a shared mapping is
 * in the file's pages at once and in program order, so a killed process loses nothing. */
#include "sim/flash/nor_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x3230524F4E445746u /* "FWDNOR02" */

/* FNV-1a over everything that the meaning of the two files depends on. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        hash = (hash ^ (value & 0xFF)) * 0x100000001B3u;
        value >>= 8;
    }
    return hash;
}

static uint64_t geometry_of(const struct fwd_nor *nor)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (uint16_t i = 0; i < nor->chip_count; i++) {
        hash = mix(hash, nor->chips[i].chip.size);
        hash = mix(hash, nor->chips[i].chip.program_unit);
        hash = mix(hash, nor->chips[i].chip.erased);
    }
    for (uint16_t i = 0; i < nor->region_count; i++) {
        hash = mix(hash, nor->regions[i].area.chip);
        hash = mix(hash, nor->regions[i].area.address);
        for (uint8_t k = 0; k < nor->regions[i].area.blocks_count; k++) {
            hash = mix(hash, nor->regions[i].runs[k].size);
            hash = mix(hash, nor->regions[i].runs[k].count);
        }
    }
    return hash;
}

static size_t state_size(const struct fwd_nor *nor)
{
    return FWD_WORDS * sizeof(uint64_t) + nor->block_count * sizeof(uint32_t) + nor->unit_count;
}

/* state is aligned for uint64_t: it comes from malloc or mmap. */
static void divide_state(struct fwd_nor *nor, void *state)
{
    nor->state = state;
    nor->words = state;
    nor->wear = (uint32_t *)(void *)(nor->state + FWD_WORDS * sizeof(uint64_t));
    nor->flags = nor->state + FWD_WORDS * sizeof(uint64_t) + nor->block_count * sizeof(uint32_t);
}

static void make_erased(struct fwd_nor *nor)
{
    for (uint16_t i = 0; i < nor->chip_count; i++) {
        const struct fwd_nor_chip_place *place = &nor->chips[i];
        memset(nor->cells + place->first_cell, place->chip.erased, place->chip.size);
    }
    nor->words[FWD_WORD_GEOMETRY] = geometry_of(nor);
    nor->words[FWD_WORD_MAGIC] = MAGIC;
}

enum fwd_fail fwd_nor_store_memory(struct fwd_nor *nor, struct fwd_error *err)
{
    nor->state_size = state_size(nor);
    nor->cells = malloc(nor->cell_count);
    nor->state = calloc(1, nor->state_size);
    if (nor->cells == NULL || nor->state == NULL)
        return fwd_error_memory(err, "flash simulator");
    divide_state(nor, nor->state);
    make_erased(nor);
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_size(const char *path, int fd, size_t size, struct fwd_error *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: this is not a regular file; a flash image is expected", path);
    }
    if (st.st_size < 0 || (uint64_t)st.st_size != size) {
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: %zu bytes are expected for this device, but it has %jd; create the device again",
            path, size, (intmax_t)st.st_size);
    }
    return FWD_FAIL_NONE;
}

/* create: makes the file, with room on the disk, so that a full disk is an error here and not a
 * signal later. Otherwise it must have exactly size bytes. */
static enum fwd_fail prepare_file(
    const char *path, int fd, size_t size, bool create, struct fwd_error *err)
{
    int cause = create ? posix_fallocate(fd, 0, (off_t)size) : 0;

    if (cause != 0) {
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: %zu bytes cannot be reserved: %s",
            path, size, fwd_error_cause(cause));
    }
    return check_size(path, fd, size, err);
}

/* Maps a file of size bytes. NULL: *fail says why, and a new file is removed again. */
static void *map_file(
    const char *path, size_t size, bool create, enum fwd_fail *fail, struct fwd_error *err)
{
    int fd = open(path, create ? O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC : O_RDWR | O_CLOEXEC, 0644);
    void *memory = MAP_FAILED;

    if (fd < 0) {
        *fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the flash image cannot be %s: %s",
            path, create ? "created" : "opened", fwd_error_cause(errno));
        return NULL;
    }
    *fail = prepare_file(path, fd, size, create, err);
    if (*fail == FWD_FAIL_NONE) {
        memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (memory == MAP_FAILED)
            *fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the file cannot be mapped: %s",
                path, fwd_error_cause(errno));
    }
    close(fd);
    if (memory == MAP_FAILED && create)
        unlink(path);
    return memory == MAP_FAILED ? NULL : memory;
}

/* A killed process may have left the count one off. */
static void count_odd_units(struct fwd_nor *nor)
{
    uint64_t odd = 0;

    for (size_t i = 0; i < nor->unit_count; i++)
        odd += (nor->flags[i] & FWD_UNIT_ODD) != 0 ? 1 : 0;
    nor->words[FWD_WORD_ODD_UNITS] = odd;
}

enum fwd_fail fwd_nor_store_files(struct fwd_nor *nor, const char *image_path,
    const char *state_path, bool create, struct fwd_error *err)
{
    enum fwd_fail fail;
    void *state;

    nor->mapped = true;
    nor->state_size = state_size(nor);
    nor->cells = map_file(image_path, nor->cell_count, create, &fail, err);
    if (nor->cells == NULL)
        return fail;
    state = map_file(state_path, nor->state_size, create, &fail, err);
    if (state == NULL) {
        if (create)
            unlink(image_path);
        return fail;
    }
    divide_state(nor, state);
    if (create)
        make_erased(nor);
    if (nor->words[FWD_WORD_MAGIC] != MAGIC || nor->words[FWD_WORD_GEOMETRY] != geometry_of(nor)) {
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: it belongs to a device with another flash geometry; create the device again",
            state_path);
    }
    count_odd_units(nor);
    return FWD_FAIL_NONE;
}

void fwd_nor_store_free(struct fwd_nor *nor)
{
    if (!nor->mapped) {
        free(nor->cells);
        free(nor->state);
        return;
    }
    if (nor->cells != NULL)
        munmap(nor->cells, nor->cell_count);
    if (nor->state != NULL)
        munmap(nor->state, nor->state_size);
}

void fwd_nor_touch(struct fwd_nor *nor, uint32_t block)
{
    nor->generations[block] = ++nor->generation;
}

void fwd_nor_put(
    struct fwd_nor *nor, uint32_t block, size_t cell, const uint8_t *bytes, size_t size)
{
    memcpy(nor->cells + cell, bytes, size);
    fwd_nor_touch(nor, block);
}

void fwd_nor_set_flags(struct fwd_nor *nor, uint32_t block, size_t unit, uint8_t flags)
{
    bool was_odd = (nor->flags[unit] & FWD_UNIT_ODD) != 0;
    bool is_odd = (flags & FWD_UNIT_ODD) != 0;

    if (is_odd && !was_odd)
        nor->words[FWD_WORD_ODD_UNITS]++;
    if (was_odd && !is_odd)
        nor->words[FWD_WORD_ODD_UNITS]--;
    nor->flags[unit] = flags;
    fwd_nor_touch(nor, block);
}
