#include "tests/verify/rig/journal_rig.h"

#include <check.h>
#include <stdlib.h>

struct journal_rig *journal_rig_new(uint32_t banks, const char *shape)
{
    static const struct lab_image *const none[LAB_PLACES_MAX] = {NULL};
    struct journal_rig *rig = calloc(1, sizeof *rig);

    ck_assert_ptr_nonnull(rig);
    rig->shape = *lab_shape(shape);
    rig->shape.journal_blocks = banks;
    rig->lab = lab_new(&rig->shape, none);
    return rig;
}

void journal_rig_free(struct journal_rig *rig)
{
    lab_free(rig->lab);
    free(rig);
}

void journal_rig_power(struct journal_rig *rig)
{
    fwd_nor_power_off(rig->lab->nor);
    fwd_nor_power_on(rig->lab->nor);
    ck_assert_int_eq(fwd_journal_scan(&rig->journal, &rig->lab->ports,
                         &rig->lab->areas[LAB_AREA_JOURNAL], NULL, rig->page, sizeof rig->page),
        FWD_OK);
}

enum fwd_reason journal_rig_append(struct journal_rig *rig, uint8_t state, uint32_t step)
{
    struct fwd_record record = {.state = state, .step = step};

    return fwd_journal_append(&rig->journal, &record);
}

void journal_rig_break(
    struct journal_rig *rig, enum fwd_nor_operation operation, uint32_t bank, uint32_t times)
{
    const struct fwd_nor_fault fault = {.operation = operation,
        .effect = FWD_NOR_FAIL,
        .area = LAB_AREA_JOURNAL,
        .offset = bank * rig->shape.service_block,
        .size = rig->shape.service_block,
        .times = times};

    ck_assert(fwd_nor_fault_add(rig->lab->nor, &fault));
}
