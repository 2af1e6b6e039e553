/* What a seed makes: a device, the releases for it and their packages. */
#include "tests/verify/hostile/calls/calls_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HOSTILE_SIZE 9000u
#define THREE_BANKS  6u /* blocks, also where two of them are a bank */

/* ---- the device ------------------------------------------------------------------------------ */

static void choose_shape(struct calls *calls)
{
    calls->shape = lab_shapes[dice_below(&calls->dice, (uint32_t)lab_shape_count)];
    if (calls->forgery == CALLS_RECORDS_FORGED) /* two may lack room: SECURITY.md */
        calls->shape.version_blocks = THREE_BANKS;
    if (!dice_once_in(&calls->dice, 4))
        return;
    calls->shape.shared = true;
    calls->shape.service_block = 4096;
    calls->shape.journal_blocks = 2 + dice_below(&calls->dice, 2);
    calls_log(calls, "shared blocks", calls->shape.journal_blocks);
}

static const struct lab_pattern *choose_pattern(struct dice *dice)
{
    uint32_t count = 0;

    while (lab_patterns[count].name != NULL)
        count++;
    return &lab_patterns[dice_below(dice, count)];
}

static bool compute_mac(void *ctx, const void *bytes, size_t size, uint8_t mac[FWD_MAC_SIZE])
{
    const uint8_t *at = bytes;

    (void)ctx;
    memset(mac, 7, FWD_MAC_SIZE);
    for (size_t i = 0; i < size; i++)
        mac[i % FWD_MAC_SIZE] = (uint8_t)(31 * mac[i % FWD_MAC_SIZE] + at[i]);
    return true;
}

/* Verifying in doubt alone is for records that nobody else writes. */
static void choose_policy(struct calls *calls)
{
    struct fwd_device *device = &calls->lab->device;
    struct dice *dice = &calls->dice;

    if (dice_once_in(dice, 2)) {
        device->trial = &fwd_trial;
        device->policy.trial_starts = (uint8_t)(1 + dice_below(dice, 3));
        device->undo = dice_once_in(dice, 2) ? &fwd_undo : NULL;
        calls_log(calls, "trial", device->undo != NULL);
    }
    if (dice_once_in(dice, 3)) {
        calls->mac = (struct fwd_mac_port){calls, compute_mac, &fwd_mac_use};
        calls->lab->ports.mac = &calls->mac;
        if (calls->forgery == CALLS_NOTHING_FORGED)
            device->policy.verify_start = FWD_VERIFY_START_IN_DOUBT;
        calls_log(calls, "mac", (uint32_t)device->policy.verify_start);
    }
    if (dice_once_in(dice, 4))
        device->policy.max_starts = device->policy.max_power_starts = 2;
    device->policy.refuse_downgrade = dice_once_in(dice, 4);
}

/* A point at which the host is not ready, once or twice; the first would be a start that fails. */
static void choose_refusal(struct calls *calls)
{
    struct lab *lab = calls->lab;

    if (!dice_once_in(&calls->dice, 4))
        return;
    lab->inject = FWD_E_FILE_SYSTEM;
    lab->inject_at = (enum fwd_point)(1 + dice_below(&calls->dice, FWD_POINT_FINALIZATION));
    lab->inject_times = 1 + dice_below(&calls->dice, 2);
    calls_log(calls, "not ready at", (uint32_t)lab->inject_at);
}

/* ---- packages -------------------------------------------------------------------------------- */

static struct fwd_bytes full_package(struct calls *calls, enum calls_release release)
{
    static const char *const versions[CALLS_RELEASES] = {"1.0", "2.0", "4.0"};
    struct lab_recipe recipe = calls->c.recipe;

    for (uint8_t i = 0; i < recipe.part_count; i++) {
        struct lab_part *part = &recipe.parts[i];
        part->delta = false;
        part->target_version = versions[release];
        part->has_counter = calls->counters[release] > 0;
        part->counter = calls->counters[release];
        if (release != CALLS_NEW)
            part->target = release == CALLS_OLD ? part->source : &calls->last[i];
    }
    return lab_package(&recipe);
}

static struct fwd_bytes hostile_package(struct dice *dice)
{
    static const uint8_t none[FWD_DIGEST_SIZE];
    struct fwd_bytes package = {malloc(HOSTILE_SIZE), HOSTILE_SIZE};
    struct fwd_header header = {.kind = FWD_KIND_FULL,
        .major = FWD_FORMAT_MAJOR,
        .manifest_size = (uint16_t)dice_below(dice, FWD_SIGNED_MAX - FWD_HEADER_SIZE),
        .payload_size = 100,
        .payload_digest = none};

    ck_assert_ptr_nonnull(package.data);
    for (uint32_t i = 0; i < HOSTILE_SIZE; i++)
        package.data[i] = (uint8_t)dice_any(dice);
    fwd_header_encode(&header, package.data);
    return package;
}

static void make_packages(struct calls *calls)
{
    struct lab_recipe *recipe = &calls->c.recipe;

    for (uint8_t i = 0; i < recipe->part_count; i++) {
        uint32_t size = 500 + dice_below(&calls->dice, 3000);
        lab_image_fill(&calls->last[i], size, 500u + i);
        recipe->parts[i].has_counter = calls->counters[CALLS_NEW] > 0;
        recipe->parts[i].counter = calls->counters[CALLS_NEW];
    }
    lab_case_rebuild(&calls->c);
    calls->packages[CALLS_DELTA] = calls->c.package;
    calls->packages[CALLS_FULL] = full_package(calls, CALLS_NEW);
    calls->packages[CALLS_BACK] = full_package(calls, CALLS_OLD);
    calls->packages[CALLS_HOSTILE] = hostile_package(&calls->dice);
    calls->packages[CALLS_RESCUE] = full_package(calls, CALLS_LAST);
}

void calls_device_make(struct calls *calls, enum calls_forgery forgery, uint64_t seed, bool loud)
{
    memset(calls, 0, sizeof *calls);
    calls->seed = seed;
    calls->forgery = forgery;
    calls->loud = loud;
    calls->dice = dice_new(seed);
    choose_shape(calls);
    calls_log(calls, calls->shape.name, 0);
    const struct lab_pattern *pattern = choose_pattern(&calls->dice);
    calls->c = lab_case_delta(&calls->shape, pattern, dice_once_in(&calls->dice, 2));
    calls_log(calls, pattern->name, calls->c.recipe.parts[0].descending);
    calls->lab = calls->c.lab;
    calls->lab->faulty = true;
    calls->counters[CALLS_NEW] = dice_below(&calls->dice, 2);
    calls->counters[CALLS_LAST] = 3;
    choose_policy(calls);
    choose_refusal(calls);
    make_packages(calls);
    calls_flash_guard(calls);
}

void calls_device_free(struct calls *calls)
{
    for (int i = CALLS_DELTA + 1; i < CALLS_PACKAGES; i++)
        fwd_bytes_free(&calls->packages[i]);
    lab_case_free(&calls->c); /* and its package, the delta */
}
