/* What a package asks of a device besides its own images: releases of other components, and the
 * time. */
#include "format/dependency.h"
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- packages -------------------------------------------------------------------------------- */

enum { APP, RADIO };

/* Of the next package. */
static struct {
    struct fwd_dependency needed[2];
    uint8_t count;
    uint32_t release[2]; /* of its parts */
    uint8_t cut;         /* bytes that the list lacks at its end */
    bool expires;
    uint64_t not_after;
    uint8_t list[64];
} asks;

static void edit(struct lab_draft *draft)
{
    struct fwd_manifest *m = &draft->manifest;

    for (uint8_t i = 0; i < m->component_count; i++)
        m->components[i].release = asks.release[i];
    m->expires = asks.expires;
    m->not_after = asks.not_after;
    if (asks.count == 0)
        return;
    m->dependencies = asks.list;
    m->dependencies_size =
        (uint16_t)fwd_dependency_encode(asks.needed, asks.count, asks.list, sizeof asks.list);
    m->dependencies_size = (uint16_t)(m->dependencies_size - asks.cut);
}

static void needs(const char *name, uint32_t release)
{
    asks.needed[asks.count++] = (struct fwd_dependency){fwd_text_of(name), release};
}

/* `app` in place and `radio` with two slots. */
static struct lab_case device(void)
{
    static struct lab_shape shape;

    shape = *lab_shape("in place and A/B");
    shape.service_block = 4096; /* room for the signed bytes of two packages */
    struct lab_case c = lab_case_delta(&shape, lab_pattern("code inserted"), false);
    memset(&asks, 0, sizeof asks);
    c.recipe.edit = edit;
    c.lab->device.releases = &fwd_releases;
    return c;
}

/* The update of one of the two alone. */
static void only(struct lab_case *c, int part)
{
    c->recipe.parts[0] = c->recipe.parts[part];
    c->recipe.part_count = 1;
}

static enum fwd_reason install(struct lab_case *c)
{
    lab_case_rebuild(c);
    return lab_install(c->lab, &c->package, FWD_COMMAND_ANY);
}

/* Cuts power before an operation from now on. */
static void cut_before(struct lab *lab, uint64_t operation)
{
    const struct fwd_nor_cut cut = {.operation = operation};

    fwd_nor_arm(lab->nor, &cut);
}

static void expect_old(struct lab *lab)
{
    const char *disturbed = lab_disturbed(lab);

    ck_assert_msg(!disturbed, "%s", disturbed);
}

/* ---- dependencies ---------------------------------------------------------------------------- */

/* [M117]: what is installed, by the counter that the factory pinned. */
static const struct {
    const char *name;
    uint32_t release;
    uint32_t counter; /* of radio */
    enum fwd_reason reason;
} installed[] = {
    {"radio", 3, 3, FWD_OK},
    {"radio", 1, UINT32_MAX, FWD_OK},
    {"radio", 4, 3, FWD_E_DEPENDENCY},
    {"radio", 1, 0, FWD_E_DEPENDENCY},
    {"modem", 1, 9, FWD_E_DEPENDENCY},
    {"radi", 1, 9, FWD_E_DEPENDENCY},
};

START_TEST(another_component_must_have_the_release_that_is_needed)
{
    struct lab_case c = device();

    only(&c, APP);
    lab_count(c.lab, RADIO, installed[_i].counter);
    needs(installed[_i].name, installed[_i].release);
    ck_assert_int_eq(install(&c), installed[_i].reason);
    if (installed[_i].reason != FWD_OK)
        expect_old(c.lab);
    lab_case_free(&c);
}
END_TEST

/* [M117]: every one of them, the last one too. */
START_TEST(every_dependency_counts)
{
    struct lab_case c = device();

    only(&c, APP);
    lab_count(c.lab, RADIO, 7);
    needs("radio", 7);
    needs("radio", 8);
    ck_assert_int_eq(install(&c), FWD_E_DEPENDENCY);
    asks.count = 1;
    ck_assert_int_eq(install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M116]: what cannot be read is not taken for the end of the list. */
START_TEST(a_list_that_is_not_well_formed_is_refused)
{
    struct lab_case c = device();

    only(&c, APP);
    lab_count(c.lab, RADIO, 7);
    needs("radio", 7);
    needs("radio", 300);
    for (asks.cut = 1; asks.cut < 8; asks.cut++) {
        ck_assert_int_eq(install(&c), FWD_E_MANIFEST_SYNTAX);
        expect_old(c.lab);
    }
    lab_case_free(&c);
}
END_TEST

/* What was signed with the package that installed it. */
START_TEST(an_installed_release_is_known_by_its_signed_bytes)
{
    struct lab_case c = device();
    struct lab_part app = c.recipe.parts[APP];

    only(&c, RADIO);
    asks.release[0] = 300;
    ck_assert_int_eq(install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    c.recipe.parts[0] = app;
    asks.release[0] = 0;
    needs("radio", 301);
    ck_assert_int_eq(install(&c), FWD_E_DEPENDENCY);
    asks.count = 0;
    needs("radio", 300);
    ck_assert_int_eq(install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M117]: as it is after the installation. */
START_TEST(what_the_package_brings_decides_before_what_is_there)
{
    struct lab_case c = device();

    lab_count(c.lab, RADIO, 0);
    asks.release[RADIO] = 9;
    needs("radio", 10);
    ck_assert_int_eq(install(&c), FWD_E_DEPENDENCY);
    expect_old(c.lab);
    asks.count = 0;
    needs("radio", 9);
    ck_assert_int_eq(install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

START_TEST(an_older_release_of_its_own_is_not_made_good_by_what_is_there)
{
    struct lab_case c = device();

    only(&c, RADIO);
    asks.release[0] = 20;
    ck_assert_int_eq(install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    lab_case_free(&c);

    c = device();
    lab_count(c.lab, RADIO, 0);
    asks.release[RADIO] = 5;
    needs("radio", 6);
    ck_assert_int_eq(install(&c), FWD_E_DEPENDENCY);
    lab_case_free(&c);
}
END_TEST

/* [M117]: damaged data is as none. */
START_TEST(what_would_not_start_is_no_release)
{
    struct lab_case c = device();

    c.lab->places[RADIO].not_needed = true;
    only(&c, APP);
    lab_count(c.lab, RADIO, 7);
    needs("radio", 7);
    lab_flip(c.lab, LAB_AREA_SLOTS + 2 * RADIO, 3, 1);
    ck_assert_int_eq(install(&c), FWD_E_DEPENDENCY);
    lab_case_free(&c);
}
END_TEST

/* [M117] */
START_TEST(without_the_part_a_package_with_dependencies_is_refused)
{
    struct lab_case c = device();

    c.lab->device.releases = NULL;
    only(&c, APP);
    lab_count(c.lab, RADIO, 7);
    needs("radio", 7);
    ck_assert_int_eq(install(&c), FWD_E_UNKNOWN_CRITICAL);
    expect_old(c.lab);
    asks.count = 0;
    ck_assert_int_eq(install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M118]: up to `staged` the boot loader does not take the journal's word for it. */
START_TEST(they_are_checked_again_before_firmware_is_written)
{
    struct lab_case c = device();

    only(&c, APP);
    lab_count(c.lab, RADIO, 7);
    needs("radio", 7);
    lab_case_rebuild(&c);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(lab_download(c.lab, &c.package, 0), FWD_OK);
    ck_assert_int_eq(fwd_update_rehearse(&c.lab->update, FWD_COMMAND_ANY), FWD_OK);
    c.lab->device.releases = NULL;
    ck_assert_int_eq(lab_boot(c.lab), FWD_E_UNKNOWN_CRITICAL);
    expect_old(c.lab);
    lab_case_free(&c);
}
END_TEST

/* Rehearsed by the application, and then power is cut until the boot loader has written into the
 * old firmware. */
static void cut_in_the_action(struct lab_case *c)
{
    struct fwd_status status = {.state = FWD_STATUS_IDLE};

    ck_assert_int_eq(lab_start(c->lab), FWD_OK);
    ck_assert_int_eq(lab_download(c->lab, &c->package, 0), FWD_OK);
    ck_assert_int_eq(fwd_update_rehearse(&c->lab->update, FWD_COMMAND_ANY), FWD_OK);
    for (uint64_t cut = 1; lab_slot_holds(c->lab, APP, 0, c->lab->old[APP], false); cut++) {
        ck_assert_uint_lt(cut, 60);
        cut_before(c->lab, cut);
        (void)lab_boot(c->lab);
        ck_assert_int_eq(lab_start(c->lab), FWD_OK);
        fwd_update_status(&c->lab->update, &status);
    }
    ck_assert_int_eq(status.state, FWD_STATUS_ACTING);
}

/* [M118]: and not after that, so that a power cut does not end in recovery. */
START_TEST(they_are_not_checked_in_the_middle_of_the_action)
{
    struct lab_case c = device();

    only(&c, APP);
    lab_count(c.lab, RADIO, 7);
    needs("radio", 7);
    lab_case_rebuild(&c);
    cut_in_the_action(&c);
    c.lab->device.releases = NULL;
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, APP, c.lab->new[APP]));
    lab_case_free(&c);
}
END_TEST

/* ---- the order of releases ------------------------------------------------------------------- */

/* Two packages in a row for the same place: the second puts the first image back. */
static const struct {
    uint32_t first, second;
    bool refuse, part;
    enum fwd_reason reason;
} orders[] = {
    {5, 6, true, true, FWD_OK},
    {5, 5, true, true, FWD_OK},
    {5, 4, true, true, FWD_E_DOWNGRADE},
    {5, 4, false, true, FWD_OK},
    {0, 3, true, true, FWD_OK}, /* the counter, 2, is the release number of the first */
    {0, 1, true, true, FWD_E_DOWNGRADE},
    {5, 6, true, false, FWD_E_DOWNGRADE}, /* by the counter, which is equal */
    {5, 0, true, true, FWD_E_DOWNGRADE},
};

START_TEST(a_release_does_not_go_back_where_the_policy_says_so)
{
    struct lab_case c = device();
    struct lab_part *part = &c.recipe.parts[0];

    c.lab->device.policy.refuse_downgrade = orders[_i].refuse;
    only(&c, RADIO);
    part->has_counter = true;
    part->counter = 2;
    asks.release[0] = orders[_i].first;
    ck_assert_int_eq(install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);

    const struct lab_image *old = part->source;
    part->source = part->target;
    part->target = old;
    part->delta = false;
    part->source_version = NULL;
    part->target_version = "1.9";
    asks.release[0] = orders[_i].second;
    if (!orders[_i].part)
        c.lab->device.releases = NULL;
    ck_assert_int_eq(install(&c), orders[_i].reason);
    lab_case_free(&c);
}
END_TEST

/* ---- the time -------------------------------------------------------------------------------- */

static bool clock_set;
static uint64_t clock_now;

static bool now(void *ctx, uint64_t *seconds)
{
    (void)ctx;
    *seconds = clock_now;
    return clock_set;
}

static const struct fwd_clock_port watch = {NULL, now};

enum { NO_PORT, UNSET, EARLY, ON_TIME, LATE };

/* [M119] */
static const struct {
    int clock;
    bool part, refuse;
    enum fwd_reason reason;
} times[] = {
    {NO_PORT, true, false, FWD_OK},
    {NO_PORT, true, true, FWD_E_NO_CLOCK},
    {UNSET, true, false, FWD_OK},
    {UNSET, true, true, FWD_E_NO_CLOCK},
    {EARLY, true, true, FWD_OK},
    {ON_TIME, true, true, FWD_OK},
    {LATE, true, true, FWD_E_EXPIRED},
    {LATE, true, false, FWD_E_EXPIRED},
    {LATE, false, true, FWD_OK},
    {UNSET, false, true, FWD_OK},
};

#define END 4000000000u

static void set_clock(struct lab *lab, int what)
{
    lab->ports.clock = what == NO_PORT ? NULL : &watch;
    clock_set = what != UNSET;
    clock_now = what == LATE ? END + 1u : what == EARLY ? 1 : END;
}

static struct lab_case expiring(int what)
{
    struct lab_case c = device();

    c.lab->device.expiry = &fwd_expiry;
    c.lab->device.policy.refuse_without_clock = true;
    set_clock(c.lab, what);
    asks.expires = true;
    asks.not_after = END;
    lab_case_rebuild(&c);
    return c;
}

START_TEST(a_package_is_not_installed_after_its_time)
{
    struct lab_case c = expiring(times[_i].clock);

    c.lab->device.expiry = times[_i].part ? &fwd_expiry : NULL;
    c.lab->device.policy.refuse_without_clock = times[_i].refuse;
    ck_assert_int_eq(install(&c), times[_i].reason);
    if (times[_i].reason != FWD_OK)
        expect_old(c.lab);
    lab_case_free(&c);
}
END_TEST

START_TEST(a_package_without_an_end_asks_no_clock)
{
    struct lab_case c = expiring(NO_PORT);

    asks.expires = false;
    ck_assert_int_eq(install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M120]: power was cut while it was rehearsed, and the time has passed since. */
START_TEST(what_was_begun_in_time_is_finished)
{
    struct lab_case c = expiring(ON_TIME);
    struct fwd_status status = {.state = FWD_STATUS_IDLE};

    for (uint64_t cut = 40; status.state != FWD_STATUS_REHEARSING; cut++) {
        ck_assert_uint_lt(cut, 400);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        cut_before(c.lab, cut);
        if (lab_download(c.lab, &c.package, 0) == FWD_OK)
            (void)!fwd_update_install(&c.lab->update, FWD_COMMAND_ANY);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        fwd_update_status(&c.lab->update, &status);
    }
    set_clock(c.lab, LATE);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, APP, c.lab->new[APP]));
    lab_case_free(&c);
}
END_TEST

/* [M120]: proven by the application, carried out by its boot loader a day later. */
START_TEST(what_is_staged_is_carried_out_at_any_time)
{
    struct lab_case c = expiring(ON_TIME);

    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(lab_download(c.lab, &c.package, 0), FWD_OK);
    ck_assert_int_eq(fwd_update_rehearse(&c.lab->update, FWD_COMMAND_ANY), FWD_OK);
    set_clock(c.lab, LATE);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, APP, c.lab->new[APP]));
    lab_case_free(&c);
}
END_TEST

/* [M120]: a boot loader that runs nothing takes a full package at any time. */
START_TEST(in_recovery_nothing_expires)
{
    struct lab_case c = expiring(ON_TIME);

    only(&c, APP);
    c.lab->places[RADIO].not_needed = true;
    lab_case_rebuild(&c);
    cut_in_the_action(&c);
    for (uint32_t at = 0; at < c.lab->device.staging.size; at += 32)
        lab_flip(c.lab, LAB_AREA_STAGING, at, 0xFF);
    ck_assert_int_ne(lab_boot(c.lab), FWD_OK);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);

    c.recipe.parts[0].delta = false;
    c.recipe.kind = FWD_KIND_FULL;
    set_clock(c.lab, LATE);
    ck_assert_int_eq(install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, APP, c.lab->new[APP]));
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conditions");
    TCase *tcase = tcase_create("conditions");

    tcase_add_loop_test(tcase, another_component_must_have_the_release_that_is_needed, 0,
        sizeof installed / sizeof installed[0]);
    tcase_add_test(tcase, every_dependency_counts);
    tcase_add_test(tcase, a_list_that_is_not_well_formed_is_refused);
    tcase_add_test(tcase, an_installed_release_is_known_by_its_signed_bytes);
    tcase_add_test(tcase, what_the_package_brings_decides_before_what_is_there);
    tcase_add_test(tcase, an_older_release_of_its_own_is_not_made_good_by_what_is_there);
    tcase_add_test(tcase, what_would_not_start_is_no_release);
    tcase_add_test(tcase, without_the_part_a_package_with_dependencies_is_refused);
    tcase_add_test(tcase, they_are_checked_again_before_firmware_is_written);
    tcase_add_test(tcase, they_are_not_checked_in_the_middle_of_the_action);
    tcase_add_loop_test(tcase, a_release_does_not_go_back_where_the_policy_says_so, 0,
        sizeof orders / sizeof orders[0]);
    tcase_add_loop_test(
        tcase, a_package_is_not_installed_after_its_time, 0, sizeof times / sizeof times[0]);
    tcase_add_test(tcase, a_package_without_an_end_asks_no_clock);
    tcase_add_test(tcase, what_was_begun_in_time_is_finished);
    tcase_add_test(tcase, what_is_staged_is_carried_out_at_any_time);
    tcase_add_test(tcase, in_recovery_nothing_expires);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
