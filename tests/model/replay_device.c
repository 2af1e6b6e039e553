#include "tests/model/replay_device.h"

#include "tests/model/replay_flash.h"
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RELEASES 8

struct replay_device {
    const struct replay_kind *kind;
    struct lab_shape shape;
    struct lab *lab;
    struct lab_image images[RELEASES]; /* release n: n - 1 */
    const struct lab_image *old[LAB_PLACES_MAX];
    struct fwd_bytes package; /* the last one: a power cut frees nothing */
    bool asked, confirmed;    /* the application has, and was told that it is so */
};

/* A head of its own, and the rest of the one before. */
static const struct lab_pattern new_head = {
    "new head", REPLAY_SIZE, {{64, LAB_NEW, 0}, {REPLAY_SIZE - 64, 64, 0}}};
/* The first block is made of both old ones, the second is new. */
static const struct lab_pattern two_steps = {"two steps", REPLAY_SIZE,
    {{64, LAB_NEW, 0}, {REPLAY_BLOCK / 2, 64, 0}, {REPLAY_BLOCK / 2 - 64, REPLAY_BLOCK, 0},
        {REPLAY_BLOCK, LAB_NEW, 0}}};

static const struct replay_kind kinds[] = {
    {"ab", "A/B, unit 64", &new_head, false, false, false},
    {"ab-counter", "A/B, unit 64", &new_head, true, false, false},
    {"inplace", "in place, unit 64", &two_steps, true, false, false},
    {"trial", "A/B, unit 64", &new_head, true, true, false},
    {"undo", "in place, unit 64", &two_steps, true, true, true},
};

const struct replay_kind *replay_kind(const char *id)
{
    size_t size = strcspn(id, ":");

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (id[size] == ':' && strlen(kinds[i].name) == size &&
            strncmp(kinds[i].name, id, size) == 0)
            return &kinds[i];
    }
    return NULL;
}

static void make_images(struct replay_device *device)
{
    lab_image_fill(&device->images[0], REPLAY_SIZE, 1);
    lab_image_finish(&device->images[0]);
    for (uint32_t i = 1; i < RELEASES; i++) {
        struct lab_image *image = &device->images[i];
        uint32_t at = 0;
        lab_image_fill(image, REPLAY_SIZE, 1 + i);
        for (const struct lab_piece *piece = device->kind->step->pieces; piece->length > 0;
             at += piece++->length) {
            if (piece->from != LAB_NEW)
                memcpy(image->bytes + at, image[-1].bytes + piece->from, piece->length);
        }
        lab_image_finish(image);
    }
}

struct replay_device *replay_device_new(const struct replay_kind *kind)
{
    struct replay_device *device = calloc(1, sizeof *device);

    ck_assert_ptr_nonnull(device);
    device->kind = kind;
    device->shape = *lab_shape(kind->shape);
    if (device->shape.places[0].layout == FWD_LAYOUT_IN_PLACE) {
        memset(device->shape.slot, 0, sizeof device->shape.slot);
        device->shape.slot[0] = (struct fwd_blocks){REPLAY_BLOCK, REPLAY_SIZE / REPLAY_BLOCK};
    }
    if (kind->undo) /* room for the steps and for one of the two blocks that are kept */
        device->shape.staging_size = 3 * REPLAY_BLOCK;
    make_images(device);
    device->old[0] = &device->images[0];
    device->lab = lab_new(&device->shape, device->old);
    if (kind->counter)
        lab_count(device->lab, 0, 1);
    if (kind->trial) {
        device->lab->device.trial = &fwd_trial;
        device->lab->device.policy.trial_starts = 1;
        device->lab->device.undo = kind->undo ? &fwd_undo : NULL;
    }
    return device;
}

void replay_device_free(struct replay_device *device)
{
    fwd_bytes_free(&device->package);
    lab_free(device->lab);
    free(device);
}

struct lab *replay_device_lab(struct replay_device *device)
{
    return device->lab;
}

/* ---- what happens ---------------------------------------------------------------------------- */

static struct fwd_bytes package_of(const struct replay_device *device, unsigned release, bool delta)
{
    static char version[8];
    struct lab_recipe recipe = {.part_count = 1};

    snprintf(version, sizeof version, "%u.0", release);
    recipe.parts[0] = (struct lab_part){.name = "app",
        .role = FWD_ROLE_FIRMWARE,
        .delta = delta,
        .pattern = device->kind->step,
        .source = &device->images[release - 2],
        .target = &device->images[release - 1],
        .target_version = version,
        .has_counter = device->kind->counter,
        .counter = release};
    return lab_package(&recipe);
}

static void take(struct replay_device *device, unsigned release, bool delta)
{
    struct lab *lab = device->lab;

    fwd_bytes_free(&device->package);
    device->package = package_of(device, release, delta);
    replay_flash_package((uint32_t)device->package.size);
    enum fwd_reason reason = lab_download(lab, &device->package, 0);
    if (reason == FWD_OK)
        reason = fwd_update_install(&lab->update, FWD_COMMAND_ANY);
    (void)reason; /* it may be refused */
}

static bool is_event(const char *event, const char *name)
{
    return strncmp(event, name, strlen(name)) == 0;
}

void replay_device_event(struct replay_device *device, const char *event)
{
    struct fwd_update *update = &device->lab->update;
    enum fwd_reason reason = FWD_OK; /* it may have nothing to do */
    unsigned release;
    char kind;

    if (sscanf(event, "send=%u%c", &release, &kind) == 2 && release >= 2 && release <= RELEASES) {
        take(device, release, kind == 'd');
    } else if (is_event(event, "give-up")) {
        reason = fwd_update_abandon(update, FWD_E_ABANDONED);
    } else if (is_event(event, "confirm")) {
        device->asked = true;
        reason = fwd_update_confirm(update);
        device->confirmed = reason == FWD_OK;
    }
    (void)reason;
}

/* ---- how it is ------------------------------------------------------------------------------- */

unsigned replay_device_runs(const struct replay_device *device)
{
    const struct fwd_area *slot = lab_slot(device->lab, 0, device->lab->choice.slot[0]);
    uint8_t bytes[REPLAY_SIZE];

    if (replay_flash_read(slot, 0, bytes, sizeof bytes) != FWD_IO_OK)
        return 0;
    for (unsigned i = 0; i < RELEASES; i++) {
        if (memcmp(bytes, device->images[i].bytes, sizeof bytes) == 0)
            return i + 1;
    }
    return 0;
}

const char *replay_device_lost(const struct replay_device *device)
{
    unsigned release = replay_device_runs(device);

    if (device->lab->choice.action != FWD_BOOT_RUN)
        return NULL;
    if (release == 0)
        return "it runs what nobody signed";
    if (device->kind->counter && release < device->lab->counters[0])
        return "it runs what is below the counter";
    return NULL;
}

const char *replay_device_lost_for_good(const struct replay_device *device)
{
    if (device->lab->choice.action != FWD_BOOT_RUN)
        return "it runs nothing and waits for a full package";
    if (device->kind->trial && !device->asked && replay_device_runs(device) != 1)
        return "what nobody confirmed stays";
    if (device->kind->trial && device->confirmed && replay_device_runs(device) == 1)
        return "what was confirmed does not stay";
    return replay_device_lost(device);
}
