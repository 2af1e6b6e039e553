#include "gen/package/builder.h"

#include "format/component.h"
#include "format/header.h"
#include "format/release.h"
#include "format/sigblock.h"
#include "gen/package/build_check.h"
#include "gen/package/candidate.h"
#include "gen/package/encoder.h"

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one component's images; the source only where there is one. */
struct digests {
    uint8_t source[FWD_DIGEST_SIZE];
    uint8_t target[FWD_DIGEST_SIZE];
};

struct work {
    const struct fwd_build_options *options;
    struct fwd_candidate candidates[FWD_COMPONENTS_MAX];
    struct digests digests[FWD_COMPONENTS_MAX];
    uint8_t payload_digest[FWD_DIGEST_SIZE];
    uint32_t payload_size;
    struct fwd_manifest manifest;
    uint8_t dependencies[FWD_SIGNED_MAX];
    uint8_t signed_bytes[FWD_SIGNED_MAX];
    size_t manifest_size;
    struct fwd_error *err;
};

static bool hash(const struct fwd_crypto_port *crypto, const void *bytes, size_t size,
    uint8_t digest[FWD_DIGEST_SIZE])
{
    return crypto->hash_begin(crypto->ctx, FWD_HASH_TARGET) &&
           crypto->hash_update(crypto->ctx, FWD_HASH_TARGET, bytes, size) &&
           crypto->hash_end(crypto->ctx, FWD_HASH_TARGET, digest);
}

static enum fwd_fail hash_failed(struct work *w)
{
    return fwd_error_fail(w->err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
}

/* Whether a delta is looked for. */
static bool searches(const struct fwd_build_component *c, bool full)
{
    const struct fwd_encoder *asked = fwd_encoder_find(c->codec);

    return c->pair.source_size > 0 && !c->full && !full && (asked == NULL || asked->takes_source);
}

static enum fwd_fail encode_sections(struct work *w)
{
    const struct fwd_build_options *o = w->options;
    struct fwd_section_options section = {
        .arena_max = o->arena_max ? o->arena_max : FWD_BUILD_ARENA,
        .delta_memory = o->delta_memory,
        .effort = o->effort,
        .hints = o->hints,
        .jobs = o->jobs,
        .progress = o->progress};
    const uint32_t usual = fwd_encoder_usual_mask();
    const struct fwd_candidate_limits limits = {
        .delta_codecs = o->codecs_known ? o->delta_codecs : usual,
        .full_codecs = o->codecs_known ? o->full_codecs : usual,
        .delta_arena = section.arena_max,
        .full_arena = o->full_arena_max ? o->full_arena_max : section.arena_max};
    uint64_t total = 0;

    for (size_t i = 0; i < o->component_count; i++) {
        const struct fwd_build_component *c = &o->components[i];
        struct fwd_error cause = {{0}};
        enum fwd_fail fail = FWD_FAIL_NONE;
        if (searches(c, o->full))
            fail = fwd_memory_plan_search(&o->memory, &c->pair, &section.bounds, &cause);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_candidate_choose(
                c, c->full || o->full, &limits, &section, &w->candidates[i], &cause);
        if (fail != FWD_FAIL_NONE)
            return fwd_error_fail(w->err, fail, "component %s: %.400s", c->name, cause.text);
        total += w->candidates[i].section.bytes.size;
    }
    if (total > UINT32_MAX - FWD_SIGNED_MAX - FWD_SIGBLOCK_MAX)
        return fwd_error_fail(w->err, FWD_FAIL_REFUSED, "the package would be larger than 4 GiB");
    w->payload_size = (uint32_t)total;
    return FWD_FAIL_NONE;
}

static enum fwd_fail hash_all(struct work *w)
{
    const struct fwd_crypto_port *crypto = w->options->crypto;
    bool ok = true;

    for (size_t i = 0; ok && i < w->options->component_count; i++) {
        const struct fwd_pair *pair = &w->options->components[i].pair;
        ok = hash(crypto, pair->target, pair->target_size, w->digests[i].target);
        if (ok && w->candidates[i].has_source)
            ok = hash(crypto, pair->source, pair->source_size, w->digests[i].source);
    }
    ok = ok && crypto->hash_begin(crypto->ctx, FWD_HASH_PAYLOAD);
    for (size_t i = 0; ok && i < w->options->component_count; i++) {
        const struct fwd_bytes *bytes = &w->candidates[i].section.bytes;
        ok = crypto->hash_update(crypto->ctx, FWD_HASH_PAYLOAD, bytes->data, bytes->size);
    }
    ok = ok && crypto->hash_end(crypto->ctx, FWD_HASH_PAYLOAD, w->payload_digest);
    return ok ? FWD_FAIL_NONE : hash_failed(w);
}

static void describe_component(struct work *w, size_t index)
{
    const struct fwd_build_component *c = &w->options->components[index];
    const struct fwd_candidate *candidate = &w->candidates[index];
    struct fwd_component *out = &w->manifest.components[index];

    *out = (struct fwd_component){.name = fwd_text_of(c->name),
        .role = c->role,
        .codec = (uint8_t)candidate->section.codec,
        .codec_params = candidate->section.params,
        .codec_params_size = candidate->section.params_size,
        .section_size = (uint32_t)candidate->section.bytes.size,
        .target = {c->pair.target_size, w->digests[index].target, FWD_DIGEST_SIZE,
            fwd_text_of(c->target_version)},
        .has_counter = c->has_counter,
        .counter = c->counter,
        .release = c->release};
    if (candidate->descending)
        out->flags |= FWD_COMPONENT_DESCENDING;
    if (candidate->has_source) {
        out->flags |= FWD_COMPONENT_HAS_SOURCE;
        out->source = (struct fwd_image){c->pair.source_size, w->digests[index].source,
            FWD_SOURCE_DIGEST_SIZE, fwd_text_of(c->source_version)};
    }
}

static bool uses_xz(const struct work *w)
{
    for (size_t i = 0; i < w->options->component_count; i++) {
        if (fwd_encoder_find(w->candidates[i].section.codec)->uses_xz)
            return true;
    }
    return false;
}

static enum fwd_fail too_large(struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "the manifest would be larger than %u bytes: use fewer components, shorter texts or fewer "
        "certificates",
        FWD_SIGNED_MAX - FWD_HEADER_SIZE);
}

static enum fwd_fail encode_manifest(struct work *w)
{
    const struct fwd_build_options *o = w->options;
    struct fwd_manifest *m = &w->manifest;

    m->product_count = (uint8_t)o->product_count;
    for (size_t i = 0; i < o->product_count; i++)
        m->products[i] = fwd_text_of(o->products[i]);
    m->has_hardware = o->has_hardware;
    m->hardware_min = o->hardware_min;
    m->hardware_max = o->hardware_max;
    m->label = fwd_text_of(o->label);
    m->min_tool = fwd_text_of(o->min_tool);
    m->has_timestamp = o->has_timestamp;
    m->timestamp = o->timestamp;
    m->expires = o->expires;
    m->not_after = o->not_after;
    if (o->dependency_count > 0) {
        m->dependencies = w->dependencies;
        m->dependencies_size = (uint16_t)fwd_dependency_encode(
            o->dependencies, o->dependency_count, w->dependencies, sizeof w->dependencies);
    }
    m->tool = fwd_text_of(o->tool_xz != NULL && uses_xz(w) ? o->tool_xz : o->tool);
    m->component_count = (uint8_t)o->component_count;
    for (size_t i = 0; i < o->component_count; i++)
        describe_component(w, i);
    w->manifest_size =
        fwd_manifest_encode(m, w->signed_bytes + FWD_HEADER_SIZE, FWD_SIGNED_MAX - FWD_HEADER_SIZE);
    return w->manifest_size > 0 ? FWD_FAIL_NONE : too_large(w->err);
}

static uint8_t kind_of(const struct work *w)
{
    bool any_source = false, any_replaced = false;

    for (size_t i = 0; i < w->options->component_count; i++) {
        any_source |= w->candidates[i].has_source;
        any_replaced |= w->options->components[i].pair.source_size > 0;
    }
    return w->options->full || (any_replaced && !any_source) ? FWD_KIND_FULL : FWD_KIND_DELTA;
}

static enum fwd_fail assemble(struct work *w, struct fwd_build *build)
{
    uint32_t block_size = fwd_sigblock_size(NULL, 0);
    uint32_t signed_size = FWD_HEADER_SIZE + (uint32_t)w->manifest_size;
    uint32_t body_size = signed_size + w->payload_size;
    const struct fwd_header header = {.kind = build->kind,
        .major = FWD_FORMAT_MAJOR,
        .minor = FWD_FORMAT_MINOR,
        .manifest_size = (uint16_t)w->manifest_size,
        .payload_size = w->payload_size,
        .payload_digest = w->payload_digest};

    uint8_t *at = malloc((size_t)body_size + block_size);
    build->package = (struct fwd_bytes){at, (size_t)body_size + block_size};
    if (at == NULL)
        return fwd_error_memory(w->err, "the package");
    fwd_header_encode(&header, w->signed_bytes);
    memcpy(at, w->signed_bytes, signed_size);
    at += signed_size;
    if (!fwd_sigblock_encode(NULL, 0, at, block_size))
        return fwd_error_fail(w->err, FWD_FAIL_REFUSED, "the package would be larger than 4 GiB");
    at += block_size;
    for (size_t i = 0; i < w->options->component_count; i++) {
        const struct fwd_bytes *bytes = &w->candidates[i].section.bytes;
        memcpy(at, bytes->data, bytes->size);
        at += bytes->size;
    }
    return FWD_FAIL_NONE;
}

static void report(const struct work *w, struct fwd_build *build)
{
    for (size_t i = 0; i < w->options->component_count; i++) {
        const struct fwd_candidate *c = &w->candidates[i];
        build->outcomes[i] = (struct fwd_build_outcome){.codec = c->section.codec,
            .isa = c->section.isa,
            .replaced_by_full = c->replaced,
            .descending = c->descending,
            .section_size = (uint32_t)c->section.bytes.size,
            .arena_size = c->section.arena_size,
            .attempt_count = c->attempt_count};
        memcpy(build->outcomes[i].attempts, c->attempts, sizeof c->attempts);
    }
    build->certificates_at = FWD_HEADER_SIZE + w->manifest_size;
}

enum fwd_fail fwd_builder_make(
    const struct fwd_build_options *options, struct fwd_build *build, struct fwd_error *err)
{
    *build = (struct fwd_build){0};
    enum fwd_fail fail = fwd_build_check(options, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    struct work *w = calloc(1, sizeof *w);
    if (w == NULL)
        return fwd_error_memory(err, "the package");
    w->options = options;
    w->err = err;
    fail = encode_sections(w);
    if (fail == FWD_FAIL_NONE)
        fail = hash_all(w);
    if (fail == FWD_FAIL_NONE)
        fail = encode_manifest(w);
    build->kind = kind_of(w);
    if (fail == FWD_FAIL_NONE)
        fail = assemble(w, build);
    report(w, build);
    for (size_t i = 0; i < options->component_count; i++)
        fwd_section_free(&w->candidates[i].section);
    free(w);
    if (fail != FWD_FAIL_NONE)
        fwd_builder_free(build);
    return fail;
}

/* The package with other bytes where its certificates were. */
static enum fwd_fail replace_certificates(
    struct fwd_build *build, const uint8_t *entries, size_t size, struct fwd_error *err)
{
    size_t begin = build->certificates_at, end = begin + build->certificates_size;
    struct fwd_bytes old = build->package;
    struct fwd_header header;
    struct fwd_bytes out = {malloc(old.size - build->certificates_size + size),
        old.size - build->certificates_size + size};

    if (out.data == NULL)
        return fwd_error_memory(err, "the package");
    memcpy(out.data, old.data, begin);
    memcpy(out.data + begin, entries, size);
    memcpy(out.data + begin + size, old.data + end, old.size - end);
    if (fwd_header_decode(old.data, old.size, &header) == FWD_OK) {
        header.manifest_size = (uint16_t)(begin + size - FWD_HEADER_SIZE);
        fwd_header_encode(&header, out.data);
    }
    fwd_bytes_free(&build->package);
    build->package = out;
    build->certificates_size = size;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_builder_certify(struct fwd_build *build,
    const struct fwd_certificate *certificates, uint8_t count, struct fwd_error *err)
{
    uint8_t entries[FWD_SIGNED_MAX];
    struct fwd_writer w = fwd_writer_over(entries, FWD_SIGNED_MAX - build->certificates_at);

    for (uint8_t i = 0; i < count; i++) {
        uint8_t value[FWD_CERTIFICATE_MAX];
        size_t size = fwd_certificate_encode(&certificates[i], value);
        fwd_entry_begin(&w, FWD_ENTRY_CERTIFICATE, size);
        fwd_write_bytes(&w, value, size);
    }
    return w.failed ? too_large(err) : replace_certificates(build, entries, w.at, err);
}

void fwd_builder_free(struct fwd_build *build)
{
    fwd_bytes_free(&build->package);
}

void fwd_builder_tool_note(bool xz, char out[FWD_BUILD_NOTE_SIZE])
{
    snprintf(out, FWD_BUILD_NOTE_SIZE, "%s%s%s", FWD_VERSION_STRING, xz ? " xz " : "",
        xz ? lzma_version_string() : "");
}
