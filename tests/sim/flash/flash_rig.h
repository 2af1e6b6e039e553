/* A small flash for the tests of the simulator: one chip, two areas.
 *
 *   area 0: 4 blocks of 4096 bytes, 2 blocks of 8192 bytes
 *   area 1: 2 blocks of 4096 bytes
 */
#ifndef FWD_TESTS_SIM_FLASH_RIG_H
#define FWD_TESTS_SIM_FLASH_RIG_H

#include "sim/flash/nor.h"

struct fwd_rig {
    struct fwd_nor *nor;
    struct fwd_flash_port port;
    const struct fwd_area *area, *other;
    uint8_t erased;
    uint32_t unit;
};

struct fwd_rig_chip {
    uint32_t unit;
    uint8_t erased;
    bool single_program;
};

void rig_describe(const struct fwd_rig_chip *chip, struct fwd_nor_chip *out);
/* Opens file-backed when image is not NULL. */
enum fwd_fail rig_open(struct fwd_rig *rig, const struct fwd_rig_chip *chip, const char *image,
    const char *state, bool create, struct fwd_error *err);
struct fwd_rig rig_new(uint32_t unit, uint8_t erased, bool single_program);
void rig_free(struct fwd_rig *rig);

enum fwd_io rig_read(struct fwd_rig *rig, uint32_t offset, void *bytes, uint32_t size);
enum fwd_io rig_program(struct fwd_rig *rig, uint32_t offset, const void *bytes, uint32_t size);
/* Programs size bytes of `value`, a page of 256 bytes in a call. */
enum fwd_io rig_fill(struct fwd_rig *rig, uint32_t offset, uint8_t value, uint32_t size);
enum fwd_io rig_erase(struct fwd_rig *rig, uint32_t offset, uint32_t size);
bool rig_all(struct fwd_rig *rig, uint32_t offset, uint8_t value, uint32_t size);

void rig_power_cycle(const struct fwd_rig *rig);
/* A cut at that operation after fwd_nor_arm(), counted from 1. */
struct fwd_nor_cut rig_cut_at(uint64_t operation, enum fwd_nor_tear tear, uint32_t seed);
/* A new flash with units of 256 bytes, on again after the program of the unit at offset 256 was
 * cut; the unit before it was programmed. bytes: of FWD_NOR_PREFIX. */
struct fwd_rig rig_torn_program(
    enum fwd_nor_tear tear, uint32_t seed, uint32_t bytes, uint8_t erased);

#endif
