/* What is on the device of install_rig.h. */
#include "tests/verify/rig/install_rig.h"
#include "verify/flash/area.h"
#include "verify/flash/version.h"

#include <string.h>

const struct fwd_area *lab_slot(const struct lab *lab, uint8_t place, uint8_t slot)
{
    return &lab->areas[LAB_AREA_SLOTS + 2 * place + slot];
}

bool lab_slot_holds(
    const struct lab *lab, uint8_t place, uint8_t slot, const struct lab_image *image, bool fill)
{
    const struct fwd_area *area = lab_slot(lab, place, slot);
    uint8_t bytes[LAB_IMAGE_MAX];

    if (image->size > area->size || !fwd_nor_peek(lab->nor, area->id, 0, bytes, image->size) ||
        memcmp(bytes, image->bytes, image->size) != 0)
        return false;
    struct fwd_block block = fwd_area_block_at(area, image->size - 1);
    uint32_t end = block.offset + block.size;
    for (uint32_t at = image->size; fill && at < end; at++) {
        if (!fwd_nor_peek(lab->nor, area->id, at, bytes, 1) || bytes[0] != area->erased)
            return false;
    }
    return true;
}

bool lab_runs(const struct lab *lab, uint8_t place, const struct lab_image *image)
{
    return lab->choice.action == FWD_BOOT_RUN &&
           lab_slot_holds(lab, place, lab->choice.slot[place], image, false);
}

static const struct lab_image *goal(const struct lab *lab, uint8_t place)
{
    return lab->new[place] != NULL ? lab->new[place] : lab->old[place];
}

const char *lab_insane(const struct lab *lab)
{
    bool all_old = true, all_new = true;

    if (lab->choice.action != FWD_BOOT_RUN)
        return NULL;
    for (uint8_t i = 0; i < lab->shape->place_count; i++) {
        if (lab->old[i] != NULL && !lab_runs(lab, i, lab->old[i]))
            all_old = false;
        if (goal(lab, i) != NULL && !lab_runs(lab, i, goal(lab, i)))
            all_new = false;
    }
    return all_old || all_new ? NULL : "the boot decision is to run incomplete firmware";
}

static bool version_right(const struct lab *lab, uint8_t place)
{
    struct fwd_version_table versions;
    const struct lab_image *image = goal(lab, place);

    fwd_version_load(&lab->update, &versions);
    const struct fwd_version_entry *entry =
        fwd_version_find(&versions, lab->shape->places[place].name);
    return entry != NULL && entry->size == image->size &&
           memcmp(entry->digest, image->digest, FWD_DIGEST_SIZE) == 0 &&
           (lab->new[place] == NULL ||
               fwd_text_equal(entry->version, fwd_text_of(lab->new_version)));
}

bool lab_version_new(const struct lab *lab)
{
    for (uint8_t i = 0; i < lab->shape->place_count; i++) {
        if (goal(lab, i) != NULL && !version_right(lab, i))
            return false;
    }
    return true;
}

/* With two journal blocks a slot that was in flight twice in a row may be tried once more; the
 * flash refuses that and the next slot is taken. Any other use that no flash allows is a bug. */
static bool misused(const struct lab *lab)
{
    static const char tried[] = "program of area 3,"; /* LAB_AREA_JOURNAL */
    bool excused = lab->shape->journal_blocks == 2 &&
                   strncmp(fwd_nor_violation_text(lab->nor), tried, sizeof tried - 1) == 0;

    return fwd_nor_violations(lab->nor) > 0 && !excused;
}

const char *lab_unfinished(struct lab *lab)
{
    if (lab->trouble[0] != '\0')
        return lab->trouble;
    if (misused(lab))
        return fwd_nor_violation_text(lab->nor);
    if (lab_start(lab) != FWD_OK || fwd_boot_decide(&lab->update, &lab->choice) != FWD_OK)
        return "the next start fails";
    if (lab->choice.action != FWD_BOOT_RUN)
        return "the next start does not run the firmware";
    for (uint8_t i = 0; i < lab->shape->place_count; i++) {
        if (goal(lab, i) == NULL)
            continue;
        if (!lab_slot_holds(lab, i, lab->choice.slot[i], goal(lab, i), lab->new[i] != NULL))
            return "a slot does not hold the target and erased bytes behind it";
    }
    if (!lab_version_new(lab))
        return "the version record does not name the target";
    return NULL;
}

const char *lab_disturbed(struct lab *lab)
{
    if (lab->trouble[0] != '\0')
        return lab->trouble;
    if (misused(lab))
        return fwd_nor_violation_text(lab->nor);
    if (lab_start(lab) != FWD_OK || fwd_boot_decide(&lab->update, &lab->choice) != FWD_OK)
        return "the next start fails";
    if (lab->choice.action != FWD_BOOT_RUN)
        return "the next start does not run the firmware";
    for (uint8_t i = 0; i < lab->shape->place_count; i++) {
        if (lab->old[i] != NULL && !lab_runs(lab, i, lab->old[i]))
            return "the old firmware is not whole";
    }
    return NULL;
}

const char *lab_trouble(const struct lab *lab)
{
    return lab->trouble[0] != '\0' ? lab->trouble : fwd_nor_violation_text(lab->nor);
}

uint64_t lab_slot_writes(const struct lab *lab)
{
    uint64_t sum = 0;

    for (uint16_t i = LAB_AREA_SLOTS; i < LAB_AREAS; i++) {
        struct fwd_nor_counts counts = fwd_nor_area_counts(lab->nor, i);
        sum += counts.programs + counts.erases;
    }
    return sum;
}

void lab_flip(struct lab *lab, uint16_t area, uint32_t offset, uint8_t mask)
{
    uint8_t byte;

    if (!fwd_nor_peek(lab->nor, area, offset, &byte, 1))
        return;
    byte ^= mask;
    (void)fwd_nor_poke(lab->nor, area, offset, &byte, 1);
}
