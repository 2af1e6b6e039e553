/* One of two blocks of the version area is worn, and power fails at each operation of the end. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/trust_rig.h"
#include "verify/flash/version.h"

#include <check.h>
#include <stdlib.h>

#define SIZE   60000u /* fifteen erase blocks of 4 KiB */
#define STARTS 12

/* The block is erased, and takes nothing any more. */
static void die_in(const struct trust_rig *rig, uint32_t block, uint32_t size)
{
    const struct fwd_nor_fault dies = {.operation = FWD_NOR_WRITE,
        .area = FWD_AREA_VERSION,
        .offset = block * size,
        .size = size,
        .skip = 1};

    ck_assert(fwd_nor_fault_add(rig->machine->nor, &dies));
}

static const struct {
    const char *shape;
    size_t size;
    uint32_t block;
    unsigned torn; /* the update has more operations than this that are tried */
} tearing[] = {
    {"4 KiB, unit 256", SIZE, 4096, 50}, {"4 KiB, unit 256, A/B", SIZE, 4096, 50},
    {"1 KiB, unit 1", 3000, 1024, 60}, /* room for one record and what a torn one leaves */
};

/* The first operation that is tried: all of them, or, where they are many, those of the end. */
static uint64_t first_torn(struct trust_rig *rig, unsigned torn)
{
    uint64_t low = 0, high = 1u << 16;

    if (torn <= 50)
        return 1;
    while (high - low > 1) {
        struct fwd_nor_cut cut = {(low + high) / 2, FWD_NOR_BEFORE, 0, 0};
        trust_rig_reset(rig);
        if (trust_rig_cut(rig, &cut))
            low = cut.operation;
        else
            high = cut.operation;
    }
    return high - 10 * torn;
}

/* What a torn record leaves after the only good copy costs its place: the update ends in a version
 * record, and the next one, too. */
START_TEST(the_update_ends_in_a_version_record)
{
    uint32_t block = tearing[_i / 2].block;
    struct fwd_version_table table;
    struct trust_rig rig;
    unsigned torn = 0;

    trust_rig_new(&rig, torture_shape(tearing[_i / 2].shape), tearing[_i / 2].size);
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    struct fwd_bytes next =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 1});
    rig.next = &package;
    trust_rig_reset(&rig);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 0);
    fwd_version_load(&rig.update, &table);
    const uint32_t before = table.record.sequence;
    struct fwd_nor_cut cut = {first_torn(&rig, tearing[_i / 2].torn), FWD_NOR_BITS, 0, 0};
    for (;; cut.operation += block == 1024 ? 3 : 1) {
        trust_rig_reset(&rig);
        rig.next = &package;
        die_in(&rig, (uint32_t)_i % 2, block);
        if (!trust_rig_cut(&rig, &cut))
            break;
        int end = trust_rig_settle(&rig, STARTS);
        if (end == 0)
            end = trust_rig_insist(&rig, &package, STARTS);
        fwd_version_load(&rig.update, &table);
        ck_assert_msg(end == 1 && table.record.sequence > before, "cut at %u: %d, record %u",
            (unsigned)cut.operation, end, (unsigned)table.record.sequence);
        rig.next = NULL;
        end = trust_rig_insist(&rig, &next, STARTS);
        if (block == 4096) /* room for more */
            ck_assert_msg(end == 2 && rig.reason == FWD_OK, "cut at %u, the next update: %d, %d",
                (unsigned)cut.operation, end, (int)rig.reason);
        torn++;
        fwd_nor_fault_clear(rig.machine->nor);
    }
    ck_assert_uint_gt(torn, tearing[_i / 2].torn);
    fwd_bytes_free(&package);
    fwd_bytes_free(&next);
    trust_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("worn and torn");
    TCase *tests = tcase_create("worn and torn");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 600);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, the_update_ends_in_a_version_record, 0,
        2 * (int)(sizeof tearing / sizeof tearing[0]));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
