/* [M112]: whatever happens while a trust package is installed, the set before or the new one is in
 * force afterwards, the firmware runs, and the package can be installed again. */
#include "tests/verify/rig/keyring_rig.h"
#include "verify/flash/journal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct keyring_device d;
static struct fwd_bytes two, three; /* sets */
static unsigned tried;

static void open_device(int shape)
{
    keyring_device_open(&d, &keyring_shapes[shape]);
    two = keyring_set(&d.built_in,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
    three = keyring_set(&two,
        (struct keyring_recipe){.version = 3, .threshold = 2, .keys = "234", .signers = "23"});
    /* firmware by a key that both leave out */
    struct fwd_bytes firmware = keyring_firmware(0x22, 1, "01");
    ck_assert_int_eq(keyring_update(&d, &firmware), FWD_OK);
    fwd_bytes_free(&firmware);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    tried = 0;
}

static void close_device(void)
{
    keyring_device_close(&d);
    fwd_bytes_free(&two);
    fwd_bytes_free(&three);
}

/* What the sweeps begin with again and again. */
struct past {
    struct fwd_nor_snapshot *flash;
    struct fwd_nvm nvm;
};

static struct past save(void)
{
    struct past past = {fwd_nor_snapshot_new(d.machine->nor), d.machine->nvm};

    ck_assert_ptr_nonnull(past.flash);
    fwd_nor_save(d.machine->nor, past.flash);
    return past;
}

static void restore(const struct past *past)
{
    fwd_nor_restore(d.machine->nor, past->flash);
    d.machine->nvm = past->nvm;
}

static void drop(struct past *past)
{
    fwd_nor_snapshot_free(past->flash);
}

/* ---- what runs on the device ----------------------------------------------------------------- */

static const struct fwd_bytes *given;

static void give(void *arg)
{
    (void)arg;
    enum fwd_reason reason = keyring_give(&d, given);
    (void)reason;
}

static void start(void *arg)
{
    (void)arg;
    (void)keyring_start(&d);
}

static void cut_during(
    void (*fn)(void *arg), uint64_t operation, enum fwd_nor_tear tear, uint32_t seed)
{
    const struct fwd_nor_cut cut = {.operation = operation, .tear = tear, .seed = seed};

    fwd_nor_arm(d.machine->nor, &cut);
    (void)fwd_nor_run(d.machine->nor, fn, NULL);
}

/* At each start: one of the two sets, and the firmware. */
static void check_sound(uint32_t old, uint32_t new, const char *when)
{
    uint32_t version;

    fwd_nor_arm(d.machine->nor, NULL);
    for (int i = 0; i < 3; i++) {
        ck_assert_msg(keyring_start(&d) == FWD_BOOT_RUN, "%s: start %d", when, i);
        version = keyring_version(&d);
        ck_assert_msg(version == old || version == new, "%s: version %u", when, version);
        ck_assert_uint_eq(keyring_runs(&d), 0x22);
    }
    tried++;
}

/* A start completes what it can. A newer set without its mark is left to the next trust package, or
 * the same one, and so is what two cuts in a row have left. */
static void check_settled(uint32_t new, const char *when)
{
    ck_assert_msg(d.machine->keyring.settled || keyring_version(&d) < new, "%s: not settled", when);
}

static void check_again(uint32_t new, const char *when)
{
    ck_assert_msg(keyring_give(&d, given) == FWD_OK, "%s: not again", when);
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    ck_assert_uint_eq(keyring_version(&d), new);
    ck_assert_uint_eq(d.machine->nvm.trust[0], new);
}

static const struct {
    enum fwd_nor_tear tear;
    uint32_t seed;
} tears[] = {{FWD_NOR_BEFORE, 0}, {FWD_NOR_AFTER, 0}, {FWD_NOR_ONE, 0}, {FWD_NOR_HALF, 0},
    {FWD_NOR_ALL_BUT_ONE, 0}, {FWD_NOR_BITS, 1}, {FWD_NOR_UNSTABLE, 0}, {FWD_NOR_UNSTABLE, 1},
    {FWD_NOR_UNSTABLE, 2}, {FWD_NOR_UNSTABLE, 3}, {FWD_NOR_DROP, 0}, {FWD_NOR_REORDER, 1},
    {FWD_NOR_GARBAGE, 1}, {FWD_NOR_UNCORRECTABLE, 0}, {FWD_NOR_SCATTER, 0}, {FWD_NOR_SCATTER, 1}};
#define TEARS (sizeof tears / sizeof tears[0])

static uint64_t operations_of(void (*fn)(void *arg))
{
    uint64_t before = fwd_nor_operations(d.machine->nor);

    fn(NULL);
    return fwd_nor_operations(d.machine->nor) - before;
}

/* Steps between operations that are tried: each one, but where a unit is a byte. */
static uint64_t stride(uint64_t count)
{
    uint64_t most = getenv("FWD_LONG") != NULL ? 97 : 23;

    return count > most ? count / most : 1;
}

static void sweep(uint32_t old, uint32_t new)
{
    struct past past = save();
    uint64_t count = operations_of(give);

    for (uint64_t at = 1; at <= count; at += stride(count)) {
        for (size_t t = 0; t < TEARS; t++) {
            char id[FWD_NOR_CUT_TEXT];
            const struct fwd_nor_cut cut = {
                .operation = at, .tear = tears[t].tear, .seed = tears[t].seed};
            fwd_nor_cut_print(&cut, id);
            restore(&past);
            ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
            cut_during(give, at, tears[t].tear, tears[t].seed);
            check_sound(old, new, id);
            check_settled(new, id);
            check_again(new, id);
        }
    }
    drop(&past);
}

START_TEST(one_cut)
{
    open_device(_i);
    given = &two;
    sweep(1, 2);
    given = &three;
    sweep(2, 3);
    printf("%s: %u cuts\n", keyring_shapes[_i].name, tried);
    close_device();
}
END_TEST

/* The second one while a start completes what the first one left. */
START_TEST(a_second_cut_at_a_start)
{
    open_device(_i);
    given = &two;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    given = &three;
    struct past past = save();
    uint64_t count = operations_of(give);
    for (uint64_t at = 1; at <= count; at += stride(count)) {
        for (size_t t = 0; t < TEARS; t++) {
            restore(&past);
            ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
            cut_during(give, at, tears[t].tear, tears[t].seed);
            struct past first = save();
            fwd_nor_arm(d.machine->nor, NULL);
            uint64_t more = operations_of(start);
            for (uint64_t second = 1; second <= more; second += 1 + more / 7) {
                size_t u = (t + second) % TEARS;
                restore(&first);
                cut_during(start, second, tears[u].tear, tears[u].seed);
                check_sound(2, 3, "second cut");
                check_again(3, "second cut");
                check_settled(3, "second cut");
            }
            drop(&first);
        }
    }
    printf("%s: %u pairs of cuts\n", keyring_shapes[_i].name, tried);
    drop(&past);
    close_device();
}
END_TEST

/* One start at which a bank cannot be read, or reads blank, after each cut. */
START_TEST(a_start_that_cannot_read_a_bank)
{
    static const enum fwd_nor_effect effects[] = {FWD_NOR_UNREADABLE, FWD_NOR_BLANK};
    open_device(_i);
    const struct keyring_shape *shape = &keyring_shapes[_i];
    uint32_t bank_size = shape->block * shape->count / 2;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    given = &three;
    struct past past = save();
    uint64_t count = operations_of(give);
    for (uint64_t at = 1; at <= count; at += stride(count)) {
        for (size_t t = 0; t < 4 * TEARS; t++) {
            restore(&past);
            ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
            cut_during(give, at, tears[t % TEARS].tear, tears[t % TEARS].seed);
            const struct fwd_nor_fault fault = {.operation = FWD_NOR_READ,
                .effect = effects[t / TEARS % 2],
                .area = FWD_AREA_TRUST,
                .offset = (uint32_t)(t / TEARS / 2) * bank_size,
                .size = bank_size,
                .until_write = true};
            fwd_nor_arm(d.machine->nor, NULL);
            ck_assert(fwd_nor_fault_add(d.machine->nor, &fault));
            (void)keyring_start(&d); /* it may know no key at this one */
            fwd_nor_fault_clear(d.machine->nor);
            check_sound(2, 3, "hidden bank");
            check_settled(3, "hidden bank");
            check_again(3, "hidden bank");
        }
    }
    printf("%s: %u starts\n", shape->name, tried);
    drop(&past);
    close_device();
}
END_TEST

/* A bank that takes no more writes, from each operation on. */
START_TEST(a_worn_bank)
{
    open_device(_i);
    const struct keyring_shape *shape = &keyring_shapes[_i];
    uint32_t bank_size = shape->block * shape->count / 2;
    ck_assert_int_eq(keyring_give(&d, &two), FWD_OK);
    given = &three;
    struct past past = save();
    uint64_t count = operations_of(give);
    for (uint64_t at = 0; at < count; at += stride(count)) {
        for (uint32_t bank = 0; bank < 2; bank++) {
            restore(&past);
            const struct fwd_nor_fault fault = {.operation = FWD_NOR_WRITE,
                .effect = FWD_NOR_FAIL,
                .area = FWD_AREA_TRUST,
                .offset = bank * bank_size,
                .size = bank_size,
                .skip = (uint32_t)at};
            ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
            ck_assert(fwd_nor_fault_add(d.machine->nor, &fault));
            enum fwd_reason reason = keyring_give(&d, &three);
            ck_assert(reason == FWD_OK || reason == FWD_E_TRUST_IO);
            for (int i = 0; i < 3; i++) {
                ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
                ck_assert_uint_eq(keyring_version(&d), reason == FWD_OK ? 3 : 2);
                ck_assert_uint_eq(keyring_runs(&d), 0x22);
            }
            fwd_nor_fault_clear(d.machine->nor);
            tried++;
        }
    }
    printf("%s: %u worn banks\n", shape->name, tried);
    drop(&past);
    close_device();
}
END_TEST

static bool read_nothing(void *ctx, uint8_t component, uint32_t *value)
{
    (void)ctx;
    (void)component;
    (void)value;
    return false;
}

/* [M113]: an update that was under way goes on at the next start, and has not failed. */
START_TEST(a_hidden_counter_fails_no_update)
{
    open_device(0);
    struct fwd_bytes firmware = keyring_firmware(0x33, 1, "01");
    bool (*read)(void *ctx, uint8_t component, uint32_t *value) = d.machine->counter_port.read;
    struct fwd_record *record = &d.update.journal.record;

    ck_assert_int_eq(fwd_download_begin(&d.update, 0), FWD_OK);
    ck_assert_int_eq(fwd_download_write(&d.update, firmware.data, (uint32_t)firmware.size), FWD_OK);
    ck_assert_int_eq(fwd_download_end(&d.update), FWD_OK);
    record->state = FWD_STATE_REHEARSING;
    record->command = FWD_COMMAND_FULL;
    ck_assert_int_eq(fwd_journal_append(&d.update.journal, record), FWD_OK);
    d.machine->counter_port.read = read_nothing;
    (void)keyring_start(&d);
    ck_assert_int_eq(record->state, FWD_STATE_REHEARSING);
    ck_assert_uint_eq(record->attempts, 0);
    d.machine->counter_port.read = read;
    ck_assert_int_eq(keyring_start(&d), FWD_BOOT_RUN);
    fwd_bytes_free(&firmware);
    close_device();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("keyring_cuts");
    TCase *tc = tcase_create("cuts");

    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, a_hidden_counter_fails_no_update);
    tcase_add_loop_test(tc, one_cut, 0, KEYRING_SHAPES);
    tcase_add_loop_test(tc, a_second_cut_at_a_start, 0, KEYRING_SHAPES);
    tcase_add_loop_test(tc, a_start_that_cannot_read_a_bank, 0, KEYRING_SHAPES);
    tcase_add_loop_test(tc, a_worn_bank, 0, KEYRING_SHAPES);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
