#include "tests/sim/trust_rig.h"

#include "gen/package/builder.h"
#include "keys/crypto_port.h"
#include "tests/gen/gen_rig.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A start that goes on with something tries so often before it is left to the next one. */
#define RESUMES 6

/* ---- the device ------------------------------------------------------------------------------ */

static void make_keys(struct trust_rig *rig)
{
    static const char limits[] =
        "{\"roles\": [\"data\"], \"products\": [\"other\"], \"may_raise_counter\": false}";

    rig->key = sample_key_files(0, "release");
    rig->limited = sample_key_files(1, "limited");
    scratch_write("limited.pub.json", limits, sizeof limits - 1);
    snprintf(rig->trusted[0], sizeof rig->trusted[0], "%s", scratch_path("release.pub.pem"));
    snprintf(rig->trusted[1], sizeof rig->trusted[1], "%s", scratch_path("limited.pub.pem"));
    rig->trust[0] = rig->trusted[0];
    rig->trust[1] = rig->trusted[1];
}

void trust_rig_new(struct trust_rig *rig, const struct torture_shape *shape, size_t size)
{
    struct fwd_error err = {""};

    memset(rig, 0, sizeof *rig);
    make_keys(rig);
    rig->images[0] = rig_image(RIG_FIRMWARE, size, 31);
    rig->images[1] = rig_release(&rig->images[0], size + 333, 32);
    rig->images[2] = rig_release(&rig->images[1], size + 500, 33);
    rig->images[TRUST_EVIL] = rig_image(RIG_FIRMWARE, size + 200, 34);
    torture_rig_describe(shape, 131072, rig->description);
    rig->factory = (struct fwd_machine_image){
        "firmware", NULL, rig->images[0].data, (uint32_t)rig->images[0].size, "1.0"};
    rig->recipe = (struct fwd_machine_recipe){.description = rig->description,
        .images = &rig->factory,
        .image_count = 1,
        .trust = rig->trust,
        .trust_count = 2};
    ck_assert_msg(
        fwd_machine_new(&rig->recipe, torture_codecs, 4, &rig->machine, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    rig->base = fwd_nor_snapshot_new(rig->machine->nor);
    ck_assert_ptr_nonnull(rig->base);
}

void trust_rig_free(struct trust_rig *rig)
{
    fwd_nor_snapshot_free(rig->base);
    fwd_machine_close(rig->machine);
    for (int i = 0; i < TRUST_IMAGES; i++)
        fwd_bytes_free(&rig->images[i]);
    fwd_keypair_free(&rig->key);
    fwd_keypair_free(&rig->limited);
}

void trust_rig_remember(struct trust_rig *rig)
{
    fwd_nor_save(rig->machine->nor, rig->base);
    rig->base_counter = rig->machine->nvm.counters[0];
}

void trust_rig_reset(struct trust_rig *rig)
{
    fwd_nor_restore(rig->machine->nor, rig->base);
    rig->machine->nvm.counters[0] = rig->base_counter;
}

struct fwd_bytes trust_rig_package(struct trust_rig *rig, const struct trust_package *wanted)
{
    static const struct fwd_bytes none;
    const struct fwd_bytes *from = wanted->from >= 0 ? &rig->images[wanted->from] : &none;
    struct fwd_build_component component = {.name = "firmware",
        .role = FWD_ROLE_FIRMWARE,
        .pair = rig_pair(from, &rig->images[wanted->to]),
        .target_version = "2.0",
        .codec = wanted->from < 0    ? FWD_CODEC_STORED
                 : wanted->codec > 0 ? wanted->codec
                                     : FWD_BUILD_AUTO,
        .force_delta = wanted->from >= 0,
        .has_counter = true,
        .counter = wanted->counter};
    struct fwd_host_crypto crypto;
    struct fwd_signed_package opened;
    struct fwd_build built;
    struct fwd_bytes out;
    struct fwd_error err = {""};

    ck_assert_int_eq(fwd_crypto_port_init(&crypto, &err), FWD_FAIL_NONE);
    struct fwd_build_options options = {.components = &component,
        .component_count = 1,
        .products = &wanted->product,
        .product_count = wanted->product != NULL ? 1 : 0,
        .full = wanted->from < 0,
        .arena_max = 300000,
        .jobs = 1,
        .crypto = &crypto.port};
    ck_assert_msg(fwd_builder_make(&options, &built, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_int_eq(fwd_signed_package_open(
                         "update.upd", built.package.data, built.package.size, &opened, &err),
        FWD_FAIL_NONE);
    ck_assert_int_eq(
        fwd_signed_package_sign(&opened, wanted->key != NULL ? wanted->key : &rig->key, &out, &err),
        FWD_FAIL_NONE);
    fwd_builder_free(&built);
    fwd_crypto_port_free(&crypto);
    return out;
}

/* ---- power cycles ---------------------------------------------------------------------------- */

static enum fwd_reason start(struct trust_rig *rig)
{
    fwd_machine_power_cycle(rig->machine);
    return fwd_update_init(&rig->update, &rig->machine->device);
}

static enum fwd_reason download_and_install(struct trust_rig *rig, const struct fwd_bytes *package)
{
    enum fwd_reason reason = fwd_download_begin(&rig->update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(&rig->update, package->data, (uint32_t)package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&rig->update);
    rig->reason = reason == FWD_OK ? fwd_update_install(&rig->update, FWD_COMMAND_ANY) : reason;
    return rig->reason;
}

/* One start up to what it decides in the end. False: it refuses to. */
static bool boot(struct trust_rig *rig)
{
    if (start(rig) != FWD_OK || fwd_boot_decide(&rig->update, &rig->choice) != FWD_OK)
        return false;
    for (int i = 0; i < RESUMES && rig->choice.action == FWD_BOOT_RESUME; i++) {
        rig->reason = fwd_update_resume(&rig->update);
        if (fwd_boot_decide(&rig->update, &rig->choice) != FWD_OK)
            return false;
    }
    return true;
}

int trust_rig_insist(struct trust_rig *rig, const struct fwd_bytes *package, int starts)
{
    for (int i = 0; i < starts && trust_rig_install(rig, package) != FWD_OK; i++)
        continue;
    return trust_rig_settle(rig, starts);
}

enum fwd_reason trust_rig_install(struct trust_rig *rig, const struct fwd_bytes *package)
{
    if (!boot(rig))
        return FWD_E_INTERNAL;
    return download_and_install(rig, package);
}

void trust_rig_cycle(void *arg)
{
    struct trust_rig *rig = arg;

    if (!boot(rig) || rig->choice.action != FWD_BOOT_RUN || rig->next == NULL)
        return;
    rig->reason = fwd_update_reported(&rig->update);
    if (rig->reason == FWD_OK)
        rig->reason = download_and_install(rig, rig->next);
}

bool trust_rig_cut(struct trust_rig *rig, const struct fwd_nor_cut *cut)
{
    struct fwd_nor *nor = rig->machine->nor;

    fwd_nor_arm(nor, cut);
    bool ended = fwd_nor_run(nor, trust_rig_cycle, rig);
    fwd_nor_arm(nor, NULL);
    return !ended;
}

int trust_rig_running(const struct trust_rig *rig)
{
    for (int i = 0; i < TRUST_IMAGES; i++) {
        const struct fwd_bytes *image = &rig->images[i];
        if (fwd_nor_holds(rig->machine->nor, FWD_AREA_SLOT(0, rig->choice.slot[0]), 0, image->data,
                (uint32_t)image->size))
            return i;
    }
    return TRUST_BROKEN;
}

int trust_rig_settle(struct trust_rig *rig, int starts)
{
    int idle = 0;
    bool alive = false;

    for (int i = 0; i < starts && idle < 2; i++) {
        alive = boot(rig);
        if (!alive)
            continue;
        idle = rig->choice.action == FWD_BOOT_RESUME ? 0 : idle + 1;
        if (rig->choice.action == FWD_BOOT_RUN && trust_rig_running(rig) == TRUST_BROKEN)
            return TRUST_BROKEN;
        if (rig->choice.action == FWD_BOOT_RUN && trust_rig_running(rig) == TRUST_EVIL)
            return TRUST_EVIL;
    }
    if (idle < 2)
        return alive ? TRUST_ENDLESS : TRUST_DEAD;
    return rig->choice.action == FWD_BOOT_RUN ? trust_rig_running(rig) : TRUST_WAITS;
}
