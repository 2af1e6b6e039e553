#include "tests/sim/torture_rig.h"

#include "gen/package/builder.h"
#include "gen/package/decode_cache.h"
#include "keys/crypto_port.h"
#include "sim/cost/certify.h"
#include "tests/gen/gen_rig.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct fwd_codec *const torture_codecs[4] = {
    &fwd_codec_stored, &fwd_codec_xz, &fwd_codec_bsdiff_xz, &fwd_codec_fwd};

const struct torture_shape torture_shapes[] = {
    {"4 KiB, unit 256", false, 256, 255, false, "[{\"size\": 4096, \"count\": 16}]", 65536, 4096,
        4096, NULL, 0, 2, false},
    {"4 KiB, unit 256, A/B", true, 256, 255, false, "[{\"size\": 4096, \"count\": 16}]", 65536,
        4096, 4096, NULL, 0, 2, false},
    {"4 KiB, unit 8, ECC", false, 8, 255, true, "[{\"size\": 4096, \"count\": 16}]", 65536, 4096,
        4096, NULL, 0, 2, false},
    {"4 KiB, unit 4, erased to zero", false, 4, 0, false, "[{\"size\": 4096, \"count\": 16}]",
        65536, 4096, 4096, NULL, 0, 2, false},
    {"1 KiB, unit 1", false, 1, 255, false, "[{\"size\": 1024, \"count\": 64}]", 65536, 1024, 1024,
        NULL, 0, 2, false},
    {"64 KiB, unit 256", false, 256, 255, false, "[{\"size\": 65536, \"count\": 2}]", 131072, 65536,
        65536, NULL, 0, 2, false},
    {"mixed blocks, unit 8", false, 8, 255, false,
        "[{\"size\": 4096, \"count\": 4}, {\"size\": 16384, \"count\": 1}, "
        "{\"size\": 8192, \"count\": 4}]",
        65536, 4096, 16384, NULL, 0, 2, false},
    {"mixed blocks, A/B, unit 256, ECC", true, 256, 255, true,
        "[{\"size\": 4096, \"count\": 4}, {\"size\": 16384, \"count\": 1}, "
        "{\"size\": 8192, \"count\": 4}]",
        65536, 4096, 16384, NULL, 0, 2, false},
    {"firmware and boot in place", false, 256, 255, false, "[{\"size\": 4096, \"count\": 16}]",
        65536, 4096, 4096, "in-place", 0, 2, false},
    {"firmware in place, boot A/B", false, 64, 255, false, "[{\"size\": 4096, \"count\": 16}]",
        65536, 4096, 4096, "ab", 0, 2, false},
    {"4 KiB, no spare staging", false, 256, 255, false, "[{\"size\": 4096, \"count\": 16}]", 65536,
        4096, 4096, NULL, 1, 2, false},
    {"4 KiB, little spare staging", false, 64, 255, false, "[{\"size\": 4096, \"count\": 16}]",
        65536, 4096, 4096, NULL, 2, 2, false},
    {"64 KiB, staging of 4 KiB", false, 256, 255, false, "[{\"size\": 65536, \"count\": 2}]",
        131072, 4096, 65536, NULL, 0, 2, false},
};
const int torture_shape_count = (int)(sizeof torture_shapes / sizeof torture_shapes[0]);

const struct torture_shape *torture_shape(const char *name)
{
    for (int i = 0; i < torture_shape_count; i++) {
        if (strcmp(torture_shapes[i].name, name) == 0)
            return &torture_shapes[i];
    }
    ck_abort_msg("no geometry is called \"%s\"", name);
    return NULL;
}

/* ---- the device ------------------------------------------------------------------------------ */

static void put_slots(FILE *out, const struct torture_shape *s, bool two)
{
    fprintf(out, "\"slots\": [{\"blocks\": %s}", s->slot);
    if (two)
        fprintf(out, ", {\"blocks\": %s}", s->slot);
    fputs("]}", out);
}

static void put_components(FILE *out, const struct torture_shape *s)
{
    fprintf(out,
        "\"components\": [{\"name\": \"firmware\", \"role\": \"firmware\", "
        "\"layout\": \"%s\", ",
        s->ab ? "ab" : "in-place");
    put_slots(out, s, s->ab);
    if (s->boot != NULL) {
        fprintf(out, ",\n {\"name\": \"boot\", \"role\": \"boot\", \"layout\": \"%s\", ", s->boot);
        put_slots(out, s, strcmp(s->boot, "ab") == 0);
    }
    fputs("]}\n", out);
}

static void put_area(FILE *out, const char *name, uint32_t block, uint32_t bytes, uint32_t least)
{
    uint32_t count = (bytes + block - 1) / block;

    fprintf(out, "\"%s\": {\"blocks\": [{\"size\": %u, \"count\": %u}]}%s\n", name, (unsigned)block,
        (unsigned)(count < least ? least : count), strcmp(name, "version") == 0 ? "}," : ",");
}

void torture_rig_describe(const struct torture_shape *s, uint32_t staging, char path[512])
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    fprintf(out,
        "{\"name\": \"torture\", \"product\": \"demo\", \"hardware_revision\": 1,\n"
        " \"profile\": \"lara-r6-01b\", \"ram_budget\": 400000, \"resumer\": \"immutable\",\n"
        " \"chips\": [{\"name\": \"nor\", \"program_unit\": %u, \"erased_value\": %u, "
        "\"single_program\": %s}],\n \"areas\": {",
        (unsigned)s->unit, s->erased, s->single_program ? "true" : "false");
    put_area(out, "package", s->service, 65536, 1);
    put_area(out, "staging", s->service, staging, 1);
    put_area(out, "scratch", s->scratch, 2 * s->scratch, 2);
    put_area(out, "journal", s->service, s->journal * s->service, 2);
    if (s->shared)
        fputs("\"version\": {\"shares\": \"journal\"}},\n", out);
    else
        put_area(out, "version", s->service, 2 * s->service, 2);
    put_components(out, s);
    ck_assert_int_eq(fclose(out), 0);
    scratch_write("device.json", text, size);
    free(text);
    snprintf(path, 512, "%s", scratch_path("device.json"));
}

/* ---- the package ----------------------------------------------------------------------------- */

static struct fwd_bytes sign(const struct torture_rig *rig, const struct fwd_build *build)
{
    struct fwd_error err = {""};
    struct fwd_signed_package opened;
    struct fwd_bytes out;

    ck_assert_int_eq(fwd_signed_package_open(
                         "update.upd", build->package.data, build->package.size, &opened, &err),
        FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_signed_package_sign(&opened, &rig->key, &out, &err), FWD_FAIL_NONE);
    return out;
}

static struct fwd_build build(struct torture_rig *rig, size_t count)
{
    static const char *const names[2] = {"firmware", "boot"};
    static const uint8_t roles[2] = {FWD_ROLE_FIRMWARE, FWD_ROLE_BOOT};
    struct fwd_build_component components[2] = {{.name = NULL}, {.name = NULL}};
    struct fwd_host_crypto crypto;
    struct fwd_build built;
    struct fwd_error err = {""};

    ck_assert_int_eq(fwd_crypto_port_init(&crypto, &err), FWD_FAIL_NONE);
    for (size_t i = 0; i < count; i++) {
        components[i] = (struct fwd_build_component){.name = names[i],
            .role = roles[i],
            .pair = rig_pair(&rig->old[i], &rig->new[i]),
            .source_version = "1.0",
            .target_version = "1.1",
            .codec = FWD_BUILD_AUTO,
            .has_counter = true,
            .counter = 3};
        rig->images[i] = (struct fwd_machine_image){
            names[i], NULL, rig->old[i].data, (uint32_t)rig->old[i].size, "1.0"};
    }
    struct fwd_build_options options = {.components = components,
        .component_count = count,
        .arena_max = 300000,
        .jobs = 1,
        .crypto = &crypto.port};
    ck_assert_msg(fwd_builder_make(&options, &built, &err) == FWD_FAIL_NONE, "%s", err.text);
    fwd_crypto_port_free(&crypto);
    rig->recipe.image_count = count;
    return built;
}

static void measure(struct torture_rig *rig, struct fwd_certificate *certificate)
{
    struct fwd_device_description *description;
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};

    ck_assert_int_eq(fwd_description_load(rig->description, &description, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_trust_load(&trust, rig->trust, FWD_TRUST_STRICT, &err), FWD_FAIL_NONE);
    const struct fwd_keys_port keys = fwd_trust_port(&trust);
    const struct fwd_certify certify = {.device = description,
        .images = rig->images,
        .image_count = rig->recipe.image_count,
        .codecs = torture_codecs,
        .codec_count = sizeof torture_codecs / sizeof torture_codecs[0],
        .package = &rig->package,
        .keys = &keys};
    ck_assert_msg(
        fwd_certify_measure(&certify, certificate, &err) == FWD_FAIL_NONE, "%s", err.text);
    fwd_trust_free(&trust);
    fwd_description_free(description);
}

void torture_rig_recertify(struct torture_rig *rig, const struct fwd_certificate *certificate)
{
    struct fwd_build built = build(rig, rig->recipe.image_count);
    struct fwd_error err = {""};

    fwd_bytes_free(&rig->package);
    ck_assert_int_eq(fwd_builder_certify(&built, certificate, 1, &err), FWD_FAIL_NONE);
    rig->package = sign(rig, &built);
    fwd_builder_free(&built);
    rig->options.package = rig->package.data;
    rig->options.package_size = (uint32_t)rig->package.size;
}

void torture_rig_certify(struct torture_rig *rig, struct fwd_certificate *certificate)
{
    /* until what it states is true of the package with it */
    struct fwd_certificate found = {.staging_room = 0};
    for (int round = 0; round < 4; round++) {
        *certificate = found;
        torture_rig_recertify(rig, certificate);
        measure(rig, &found);
    }
    ck_assert_mem_eq(&found, certificate, sizeof found);
}

static void complete(struct torture_rig *rig, size_t count)
{
    struct fwd_build built = build(rig, count);

    rig->key = sample_key_files(0, "key");
    rig->package = sign(rig, &built);
    fwd_builder_free(&built);
    snprintf(rig->trust, sizeof rig->trust, "%s", scratch_path("key.pub.pem"));
    rig->trusted[0] = rig->trust;
    rig->recipe.description = rig->description;
    rig->recipe.images = rig->images;
    rig->recipe.trust = rig->trusted;
    rig->recipe.trust_count = 1;
    rig->options = (struct fwd_torture_options){.recipe = &rig->recipe,
        .codecs = torture_codecs,
        .codec_count = 4,
        .package = rig->package.data,
        .package_size = (uint32_t)rig->package.size,
        .tears = FWD_TORTURE_CLASSES,
        .jobs = 2};
}

void torture_rig_small(struct torture_rig *rig, const struct torture_shape *shape, size_t size)
{
    size_t count = shape->boot != NULL ? 2 : 1;

    *rig = (struct torture_rig){.key = {.token = NULL}};
    for (size_t i = 0; i < count; i++) {
        rig->old[i] = rig_image(RIG_FIRMWARE, size - 100 * i, (uint32_t)(7 + i));
        rig->new[i] = rig_release(&rig->old[i], size + 333 - 200 * i, (uint32_t)(9 + i));
    }
    torture_rig_describe(shape, 131072, rig->description);
    complete(rig, count);
    if (shape->spare > 0) {
        struct fwd_certificate certificate;
        measure(rig, &certificate);
        uint32_t blocks = (certificate.staged_bytes + shape->service - 1) / shape->service;
        torture_rig_describe(shape, (blocks + shape->spare - 1) * shape->service, rig->description);
    }
}

void torture_rig_files(
    struct torture_rig *rig, const char *device, const char *old_file, const char *new_file)
{
    struct fwd_error err = {""};

    *rig = (struct torture_rig){.key = {.token = NULL}};
    ck_assert_int_eq(fwd_file_read(old_file, 1u << 24, &rig->old[0], &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_file_read(new_file, 1u << 24, &rig->new[0], &err), FWD_FAIL_NONE);
    snprintf(rig->description, sizeof rig->description, "%s", device);
    complete(rig, 1);
}

void torture_rig_sample(struct torture_rig *rig, const char *device)
{
    char path[512];

    snprintf(path, sizeof path, FWD_SOURCE_DIR "/samples/devices/%s.json", device);
    torture_rig_files(rig, path, FWD_SOURCE_DIR "/samples/images/demo-1.0.0.bin",
        FWD_SOURCE_DIR "/samples/images/demo-1.0.1.bin");
}

void torture_rig_history(struct torture_rig *rig, uint32_t past)
{
    const struct fwd_history_options options = {.recipe = &rig->recipe,
        .codecs = torture_codecs,
        .codec_count = 4,
        .package = rig->package,
        .past = past};
    struct fwd_error err = {""};

    ck_assert_msg(fwd_history_make(&options, &rig->history, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_ptr_nonnull(rig->history.full.data);
    rig->options.recipe = &rig->history.recipe;
    rig->options.past = rig->history.past;
    rig->options.past_count = past;
    rig->options.full = &rig->history.full;
}

void torture_rig_free(struct torture_rig *rig)
{
    fwd_history_free(&rig->history);
    for (int i = 0; i < 2; i++) {
        fwd_bytes_free(&rig->old[i]);
        fwd_bytes_free(&rig->new[i]);
    }
    fwd_bytes_free(&rig->package);
    fwd_keypair_free(&rig->key);
}

/* ---- the proof ------------------------------------------------------------------------------- */

struct fwd_torture_report torture_rig_run(struct torture_rig *rig)
{
    struct fwd_torture_report report;
    struct fwd_error err = {""};

    struct fwd_torture_options options = rig->options;
    struct fwd_decode_cache codecs;

    fwd_decode_cache_init(&codecs, options.codecs, options.codec_count);
    if (options.faults == 0 && options.replay == NULL)
        options.codecs = codecs.list;
    ck_assert_msg(fwd_torture_run(&options, &report, &err) == FWD_FAIL_NONE, "%s", err.text);
    fwd_decode_cache_free(&codecs);
    return report;
}

uint64_t torture_rig_cuts(const struct fwd_torture_report *report)
{
    uint64_t sum = 0;

    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++) {
        for (int tear = 0; tear < FWD_NOR_TEARS; tear++)
            sum += report->tally.cuts[phase][tear];
    }
    return sum;
}

void torture_rig_all_well(const struct fwd_torture_report *report, const char *name)
{
    const struct fwd_torture_tally *tally = &report->tally;

    ck_assert_uint_gt(tally->due, 0);
    ck_assert_uint_eq(tally->fired, tally->due);
    ck_assert_msg(tally->failure_count == 0, "%s: %llu lost, the first: %s: %s", name,
        (unsigned long long)tally->failure_count, tally->failures[0].id, tally->failures[0].what);
}
