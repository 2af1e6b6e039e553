/* Policy verify_start "in doubt": a device counter that is not the record's own is a doubt. */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct quiet {
    struct lab_case c;
    struct fwd_mac_port mac;
    struct fwd_host_port host;
    struct fwd_counter_port counter;
    unsigned refuse; /* so many advances fail */
};

static bool compute(void *ctx, const void *bytes, size_t size, uint8_t mac[FWD_MAC_SIZE])
{
    const uint8_t *at = bytes;

    (void)ctx;
    memset(mac, 7, FWD_MAC_SIZE);
    for (size_t i = 0; i < size; i++)
        mac[i % FWD_MAC_SIZE] = (uint8_t)(31 * mac[i % FWD_MAC_SIZE] + at[i]);
    return true;
}

static bool read_counter(void *ctx, uint8_t component, uint32_t *value)
{
    const struct quiet *q = ctx;

    *value = q->c.lab->counters[component];
    return true;
}

static bool advance(void *ctx, uint8_t component, uint32_t at_least)
{
    struct quiet *q = ctx;

    if (q->refuse > 0) {
        q->refuse--;
        return false;
    }
    if (q->c.lab->counters[component] < at_least)
        q->c.lab->counters[component] = at_least;
    return true;
}

static void connect(struct quiet *q)
{
    struct lab *lab = q->c.lab;

    q->mac = (struct fwd_mac_port){q, compute, &fwd_mac_use};
    q->host = (struct fwd_host_port){.ctx = q};
    q->counter = (struct fwd_counter_port){q, read_counter, advance};
    lab->ports.mac = &q->mac;
    lab->ports.host = &q->host;
    lab->ports.counter = &q->counter;
    lab->device.policy.verify_start = FWD_VERIFY_START_IN_DOUBT;
}

static enum fwd_boot_action start(struct lab *lab)
{
    fwd_nor_power_off(lab->nor);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    return lab->choice.action;
}

/* It never withholds a start, and is tried again at the next. */
START_TEST(a_counter_that_could_not_be_advanced_is_tried_again)
{
    struct quiet q = {.c = lab_case_full(lab_shape("A/B, unit 64"), lab_pattern("three steps"))};
    struct lab *lab = q.c.lab;

    q.c.recipe.parts[0].has_counter = true;
    q.c.recipe.parts[0].counter = 5;
    lab_case_rebuild(&q.c);
    connect(&q);
    lab->device.policy.verify_start = _i == 0 ? FWD_VERIFY_START_ALWAYS : FWD_VERIFY_START_IN_DOUBT;
    ck_assert_int_eq(lab_install(lab, &q.c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    q.refuse = 1;
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    ck_assert_uint_eq(lab->counters[0], 5);
    lab_case_free(&q.c);
}
END_TEST

struct copy {
    uint8_t journal[16384], version[16384];
};

static void peek(const struct lab *lab, uint16_t area, uint8_t *bytes)
{
    ck_assert_uint_le(lab->areas[area].size, 16384);
    ck_assert(fwd_nor_peek(lab->nor, area, 0, bytes, lab->areas[area].size));
}

static void poke(const struct lab *lab, uint16_t area, const uint8_t *bytes)
{
    ck_assert(fwd_nor_poke(lab->nor, area, 0, bytes, lab->areas[area].size));
}

/* Old bytes of journal and version area, with the device's own MACs, put back by somebody who can
 * write those areas and not the slots. */
START_TEST(old_records_do_not_bring_back_what_is_below_the_counter)
{
    struct quiet q = {.c = lab_case_full(lab_shape("A/B, unit 64"), lab_pattern("three steps"))};
    struct lab *lab = q.c.lab;
    static struct copy old;

    q.c.recipe.parts[0].has_counter = true;
    q.c.recipe.parts[0].counter = 5;
    lab_case_rebuild(&q.c);
    connect(&q);
    ck_assert_int_eq(lab_install(lab, &q.c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    uint8_t slot = lab->choice.slot[0];
    peek(lab, LAB_AREA_JOURNAL, old.journal);
    peek(lab, LAB_AREA_VERSION, old.version);

    q.c.recipe.parts[0].counter = 6;
    q.c.recipe.parts[0].target = q.c.recipe.parts[0].source;
    q.c.recipe.parts[0].target_version = "3.0";
    lab_case_rebuild(&q.c);
    ck_assert_int_eq(lab_install(lab, &q.c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    ck_assert_uint_ne(lab->choice.slot[0], slot);
    ck_assert_uint_eq(lab->counters[0], 6);

    poke(lab, LAB_AREA_JOURNAL, old.journal);
    poke(lab, LAB_AREA_VERSION, old.version);
    enum fwd_boot_action action = start(lab);
    ck_assert_msg(action != FWD_BOOT_RUN || lab->choice.slot[0] != slot,
        "a release with counter 5 runs on a device at 6");
    lab_case_free(&q.c);
}
END_TEST

/* A place beside the updated one is as the factory pinned it, with a counter that the device's
 * never followed: that is no doubt at each start. */
START_TEST(a_pinned_place_is_no_doubt_for_ever)
{
    struct lab_case c = lab_case_full(lab_shape("in place and A/B"), lab_pattern("three steps"));
    struct lab *lab = c.lab;
    const struct fwd_mac_port mac = {NULL, compute, &fwd_mac_use};

    lab->faulty = true;
    c.recipe.part_count = 1;
    lab_case_rebuild(&c);
    lab->trust.pins[1].counter = 5;
    lab->ports.mac = &mac;
    lab->device.policy.verify_start = FWD_VERIFY_START_IN_DOUBT;
    ck_assert_int_eq(lab_install(lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    uint64_t before = fwd_nor_area_counts(lab->nor, LAB_AREA_SLOTS).read_bytes;
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    uint64_t read = fwd_nor_area_counts(lab->nor, LAB_AREA_SLOTS).read_bytes - before;
    ck_assert_msg(read == 0, "an ordinary start read %u bytes of firmware", (unsigned)read);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("doubt_counters");
    TCase *tests = tcase_create("doubt_counters");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_counter_that_could_not_be_advanced_is_tried_again, 0, 2);
    tcase_add_test(tests, old_records_do_not_bring_back_what_is_below_the_counter);
    tcase_add_test(tests, a_pinned_place_is_no_doubt_for_ever);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
