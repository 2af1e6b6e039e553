#include "cli/build/build_run.h"

#include "cli/build/build_certify.h"
#include "cli/build/build_limits.h"
#include "cli/build/build_report.h"
#include "cli/build/build_sign.h"
#include "cli/build/build_supply.h"
#include "cli/device/session.h"
#include "gen/package/selfcheck.h"
#include "keys/crypto_port.h"

#define DELTA_MEMORY 262144u /* the larger RAM class of codec fwd */

/* Of codec fwd: as much as was asked for; else what the devices have, but not more than helps. */
static uint32_t delta_memory(const struct fwd_build_spec *spec, uint32_t arena)
{
    uint32_t usual = 0;

    if (spec->ram != 0 || arena == 0)
        return spec->ram;
    for (size_t i = 0; i < spec->part_count; i++) {
        const struct fwd_pair pair = {.source_size = (uint32_t)spec->parts[i].source.size,
            .target_size = (uint32_t)spec->parts[i].target.size};
        if (fwd_refdelta_fit_usual(&pair) > usual)
            usual = fwd_refdelta_fit_usual(&pair);
    }
    uint32_t most = usual > DELTA_MEMORY ? usual : DELTA_MEMORY;
    return arena < most ? arena : most;
}

static struct fwd_memory_limit memory_limit(const struct fwd_build_spec *spec)
{
    struct fwd_memory_limit limit = {.most = spec->memory};

    for (size_t i = 0; i < spec->part_count; i++)
        limit.images += (uint64_t)spec->parts[i].source.size + spec->parts[i].target.size;
    return limit;
}

/* The bytes that a device has in flash, in memory while it is tried. */
static uint64_t flash_of(const struct fwd_device *d)
{
    uint64_t sum = (uint64_t)d->package.size + d->staging.size + d->scratch.size + d->journal.size +
                   d->version.size;

    for (uint8_t i = 0; i < d->place_count; i++)
        sum += (uint64_t)d->places[i].slots[0].size + d->places[i].slots[1].size;
    return sum;
}

/* What the trial with the largest flash takes: two slots, or one with what is staged. */
static uint64_t trial_flash(const struct fwd_build_spec *spec)
{
    uint64_t most = 0;

    for (size_t i = 0; i < spec->part_count; i++) {
        const struct fwd_build_part *part = &spec->parts[i];
        uint64_t size =
            part->source.size > part->target.size ? part->source.size : part->target.size;
        most += size * 9 / 4 + (1u << 20);
    }
    for (size_t i = 0; i < spec->device_count; i++) {
        struct fwd_device device = {0};
        fwd_description_device(spec->devices[i], &device);
        most = flash_of(&device) > most ? flash_of(&device) : most;
    }
    return most;
}

static void make_components(const struct fwd_args *args, const struct fwd_build_spec *spec,
    struct fwd_build_component *components)
{
    for (size_t i = 0; i < spec->part_count; i++) {
        const struct fwd_build_part *part = &spec->parts[i];
        components[i] = (struct fwd_build_component){
            .name = part->name,
            .role = (uint8_t)part->role,
            .pair = {part->source.data, part->target.data, (uint32_t)part->source.size,
                (uint32_t)part->target.size},
            .source_version = part->from[0] != 0 ? part->from : NULL,
            .target_version = part->to[0] != 0 ? part->to : NULL,
            .codec = part->codec,
            .force_delta = fwd_args_has(args, "force-delta") && part->source.size > 0,
            .has_counter = spec->has_counter || part->has_counter,
            .counter = spec->has_counter ? spec->counter : part->counter,
            .release = part->release,
            .tuples = part->tuples,
        };
    }
}

static enum fwd_fail build(const struct fwd_args *args, const struct fwd_build_certify *certify,
    const struct fwd_build_component *components, const struct fwd_crypto_port *crypto,
    struct fwd_build_report *report, struct fwd_error *err)
{
    const struct fwd_build_spec *spec = certify->spec;
    char note[FWD_BUILD_NOTE_SIZE], note_xz[FWD_BUILD_NOTE_SIZE];
    struct fwd_build_limits limits;
    enum fwd_fail fail = fwd_build_limits_find(spec, fwd_args_has(args, "full"), &limits, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_builder_tool_note(false, note);
    fwd_builder_tool_note(true, note_xz);
    const struct fwd_build_options options = {
        .components = components,
        .component_count = spec->part_count,
        .products = spec->products,
        .product_count = spec->product_count,
        .label = fwd_args_text(args, "label"),
        .has_hardware = spec->has_hardware,
        .hardware_min = spec->hardware_min,
        .hardware_max = spec->hardware_max,
        .tool = note,
        .tool_xz = note_xz,
        .has_timestamp = spec->has_timestamp,
        .timestamp = spec->has_timestamp ? spec->timestamp : 0,
        .dependencies = spec->dependencies,
        .dependency_count = (uint8_t)spec->dependency_count,
        .expires = spec->expires,
        .not_after = spec->not_after,
        .full = fwd_args_has(args, "full"),
        .codecs_known = true,
        .delta_codecs = limits.delta_codecs,
        .full_codecs = limits.full_codecs,
        .arena_max = limits.delta_arena,
        .full_arena_max = limits.full_arena,
        .delta_memory = delta_memory(spec, limits.delta_arena),
        .effort = spec->effort,
        .memory = memory_limit(spec),
        .hints = &spec->hints,
        .jobs = spec->jobs,
        .progress = &report->bar.sink,
        .crypto = crypto,
    };
    return fwd_builder_make(&options, &report->build, err);
}

static enum fwd_fail prove(const struct fwd_build_spec *spec, const struct fwd_selfcheck *check,
    struct fwd_build_report *report, struct fwd_error *err)
{
    static const struct {
        enum fwd_layout layout;
        uint32_t block;
        const char *name;
    } layouts[] = {
        {FWD_LAYOUT_AB, 4096, "two slots (A/B)"},
        {FWD_LAYOUT_IN_PLACE, 4096, "in place, 4 KiB erase blocks"},
        {FWD_LAYOUT_IN_PLACE, 65536, "in place, 64 KiB erase blocks"},
    };
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0] && fail == FWD_FAIL_NONE; i++) {
        fail = fwd_selfcheck_layout(check, layouts[i].layout, layouts[i].block, err);
        fwd_build_report_proof(report, layouts[i].name, 1);
    }
    for (size_t i = 0; i < spec->device_count && fail == FWD_FAIL_NONE; i++) {
        const struct fwd_device_description *d = spec->devices[i];
        /* a full package is what a boot loader takes when no firmware can run */
        const struct fwd_decoder *decoder =
            report->build.kind == FWD_KIND_FULL ? &d->boot : &d->application;
        const struct fwd_codec *codecs[FWD_DECODER_CODECS_MAX];
        struct fwd_device device = {0};
        fwd_description_device(d, &device);
        device.memory_size = fwd_description_memory(d, decoder);
        device.codecs = codecs;
        device.codec_count = fwd_decoder_list(decoder, fwd_decoders, fwd_decoders_count, codecs);
        fail = fwd_selfcheck_device(check, &device, d->name, err);
        fwd_build_report_proof(report, d->name, d->policy.threshold);
    }
    return fail;
}

static enum fwd_fail prove_all(const struct fwd_build_certify *certify,
    const struct fwd_build_component *components, const struct fwd_crypto_port *crypto,
    const struct fwd_bytes *proof, struct fwd_build_report *report, struct fwd_error *err)
{
    const struct fwd_build_spec *spec = certify->spec;
    struct fwd_selfcheck_image images[FWD_COMPONENTS_MAX];
    for (size_t i = 0; i < spec->part_count; i++)
        images[i] = (struct fwd_selfcheck_image){
            components[i].name, components[i].role, components[i].pair};
    const struct fwd_keys_port keys = fwd_trust_port(certify->trust);
    const struct fwd_memory_limit limit = memory_limit(spec);
    struct fwd_decode_cache codecs;
    bool replay;
    enum fwd_fail fail =
        fwd_memory_plan_trial(&limit, proof->size, trial_flash(spec), &replay, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const struct fwd_selfcheck check = {
        proof, images, spec->part_count, crypto, &keys, &report->bar.sink, replay ? &codecs : NULL};
    fwd_decode_cache_init(&codecs, fwd_decoders, fwd_decoders_count);
    fail = prove(spec, &check, report, err);
    fwd_decode_cache_free(&codecs);
    return fail;
}

/* Trial, certificates, signature, proof. An unsigned package stays so: a copy is proven, signed
 * with a key that is then forgotten. */
static enum fwd_fail sign_and_prove(struct fwd_build_certify *certify,
    const struct fwd_build_component *components, const struct fwd_crypto_port *crypto,
    struct fwd_build_report *report, struct fwd_error *err)
{
    struct fwd_build_spec *spec = certify->spec;
    struct fwd_bytes *package = &report->build.package;
    struct fwd_bytes proof = {NULL, 0};
    struct fwd_trust trust = {0};
    struct fwd_trust trial = {0};
    size_t size = 0;
    for (size_t i = 0; i < spec->key_count; i++)
        fwd_build_report_signer(report, &spec->keys[i]);
    enum fwd_fail fail = fwd_build_sign_keys(spec, &trust, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_sign_trial_keys(&trust, &trial, err);
    certify->trust = trial.count > 0 ? &trial : &trust;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_sign_copy(certify->trust, spec->output, package, 0, &proof, err);
    if (fail == FWD_FAIL_NONE)
        fail = prove_all(certify, components, crypto, &proof, report, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_certify_fill(certify, &report->build, &size, err);
    fwd_bytes_free(&proof);
    certify->trust = &trust;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_sign_copy(&trust, spec->output, package, size, &proof, err);
    if (fail == FWD_FAIL_NONE && spec->key_count > 0) {
        fwd_bytes_free(package);
        *package = proof;
        proof = (struct fwd_bytes){NULL, 0};
    }
    certify->trust = NULL;
    fwd_trust_free(&trust);
    fwd_trust_free(&trial);
    fwd_bytes_free(&proof);
    return fail;
}

/* The package and what is written beside it: all of them, or none. */
static enum fwd_fail write_files(
    const struct fwd_args *args, const struct fwd_build_report *report, struct fwd_error *err)
{
    const struct fwd_bytes *package = &report->build.package;
    struct fwd_file_set set = {0};
    enum fwd_fail fail = fwd_file_set_add(&set, report->spec->output, package->data, package->size,
        0666, fwd_args_has(args, "force"), err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_supply_write(args, report, &set, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(&set, err);
    fwd_file_set_free(&set);
    return fail;
}

enum fwd_fail fwd_build_run(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    struct fwd_build_component components[FWD_COMPONENTS_MAX];
    struct fwd_build_certify certify = {.spec = spec};
    struct fwd_build_report report = {.spec = spec, .certify = &certify};
    struct fwd_host_crypto crypto = {0};
    fwd_progress_bar_begin(&report.bar);
    enum fwd_fail fail = fwd_build_supply_check(args, spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_crypto_port_init(&crypto, err);
    make_components(args, spec, components);
    if (fail == FWD_FAIL_NONE && !fwd_args_has(args, "no-certificate"))
        fail = fwd_build_certify_choose(&certify, spec, &crypto.port, err);
    if (fail == FWD_FAIL_NONE)
        fail = build(args, &certify, components, &crypto.port, &report, err);
    if (fail == FWD_FAIL_NONE)
        fail = sign_and_prove(&certify, components, &crypto.port, &report, err);
    fwd_progress_bar_end(&report.bar);
    if (fail == FWD_FAIL_NONE)
        fail = write_files(args, &report, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_report_print(args, &report, err);
    fwd_builder_free(&report.build);
    fwd_crypto_port_free(&crypto);
    return fail;
}
