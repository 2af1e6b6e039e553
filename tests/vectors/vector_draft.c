#include "tests/vectors/vector_draft.h"

#include "gen/bsdiff/bsdiff.h"
#include "keys/crypto_port.h"
#include "keys/keyfile.h"

#include <stdio.h>
#include <string.h>

/* The delta: firmware-2 is 100 bytes like firmware-1, 8 new ones, and 80 more from 20 bytes on. */
#define HEAD_SIZE   100u
#define NEW_SIZE    8u
#define SKIPPED     20u
#define TAIL_SIZE   80u
#define SOURCE_SIZE (HEAD_SIZE + SKIPPED + TAIL_SIZE)

#define XZ_ARENA (4096u + 65536u)

static struct vector_image images[VECTOR_IMAGES] = {
    [VECTOR_FIRMWARE_1] = {.name = "firmware-1.bin", .version = "1.0.0"},
    [VECTOR_FIRMWARE_2] = {.name = "firmware-2.bin", .version = "1.0.1"},
    [VECTOR_PROFILE_1] = {.name = "profile-1.bin", .version = "1"},
    [VECTOR_PROFILE_2] = {.name = "profile-2.bin", .version = "2"},
};
static struct fwd_keypair keys[VECTOR_KEYS];

/* ---- images and keys ------------------------------------------------------------------------- */

static void fill(struct vector_image *image, uint32_t size, uint32_t seed)
{
    for (uint32_t i = 0; i < size; i++)
        image->bytes[i] = (uint8_t)(seed + i * 7 + (i / 16) * 3);
    image->size = size;
}

static void make_images(void)
{
    const uint8_t *old = images[VECTOR_FIRMWARE_1].bytes;
    uint8_t *new = images[VECTOR_FIRMWARE_2].bytes;

    fill(&images[VECTOR_FIRMWARE_1], SOURCE_SIZE, 1);
    memcpy(new, old, HEAD_SIZE);
    memcpy(new + HEAD_SIZE, "new part", NEW_SIZE);
    memcpy(new + HEAD_SIZE + NEW_SIZE, old + HEAD_SIZE + SKIPPED, TAIL_SIZE);
    new[10]++;
    new[HEAD_SIZE + NEW_SIZE + 10] ^= 0xFF;
    images[VECTOR_FIRMWARE_2].size = HEAD_SIZE + NEW_SIZE + TAIL_SIZE;
    fill(&images[VECTOR_PROFILE_1], 24, 101);
    fill(&images[VECTOR_PROFILE_2], 32, 102);
}

enum fwd_fail vector_begin(const char *key_folder, struct fwd_error *err)
{
    static const char *const names[VECTOR_KEYS] = {"INSECURE-release.pem", "INSECURE-other.pem"};
    enum fwd_fail fail = FWD_FAIL_NONE;
    struct fwd_error warning;
    char path[512];

    make_images();
    for (int i = 0; i < VECTOR_IMAGES; i++) {
        if (!fwd_crypto_port_sha256(images[i].bytes, images[i].size, images[i].digest))
            return FWD_FAIL_ENVIRONMENT;
    }
    for (int i = 0; i < VECTOR_KEYS && fail == FWD_FAIL_NONE; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", key_folder, names[i]);
        fail = fwd_keyfile_read_private(path, NULL, &keys[i], &warning, err);
    }
    return fail;
}

void vector_end(void)
{
    for (int i = 0; i < VECTOR_KEYS; i++)
        fwd_keypair_free(&keys[i]);
}

const struct vector_image *vector_image(enum vector_image_id id)
{
    return &images[id];
}

/* ---- components ------------------------------------------------------------------------------ */

static struct fwd_image described(enum vector_image_id id)
{
    return (struct fwd_image){
        images[id].size, images[id].digest, FWD_DIGEST_SIZE, fwd_text_of(images[id].version)};
}

static struct fwd_writer payload_writer(struct vector_draft *draft)
{
    return fwd_writer_over(
        draft->payload + draft->payload_size, sizeof draft->payload - draft->payload_size);
}

/* Appends a component whose section the writer holds. */
static struct fwd_component *add(
    struct vector_draft *draft, const char *name, const struct fwd_writer *w)
{
    struct fwd_component *component =
        &draft->manifest.components[draft->manifest.component_count++];

    *component = (struct fwd_component){.name = fwd_text_of(name),
        .section_size = (uint32_t)w->at,
        .target = described(VECTOR_FIRMWARE_2)};
    draft->payload_size += (uint32_t)w->at;
    draft->failed = draft->failed || w->failed;
    return component;
}

static void add_source(struct vector_draft *draft, struct fwd_component *component)
{
    component->codec = FWD_CODEC_BSDIFF_XZ;
    component->flags |= FWD_COMPONENT_HAS_SOURCE;
    component->source = described(VECTOR_FIRMWARE_1);
    component->codec_params = draft->params;
    component->codec_params_size = sizeof draft->params;
}

void vector_add_stored(
    struct vector_draft *draft, const char *name, uint8_t role, enum vector_image_id target)
{
    struct fwd_writer w = payload_writer(draft);

    fwd_write_bytes(&w, images[target].bytes, images[target].size);
    struct fwd_component *component = add(draft, name, &w);
    component->role = role;
    component->codec = FWD_CODEC_STORED;
    component->target = described(target);
}

void vector_add_xz(struct vector_draft *draft)
{
    const struct vector_image *image = &images[VECTOR_FIRMWARE_2];
    struct fwd_writer w = payload_writer(draft);

    vector_xz(&w, image->bytes, image->size);
    struct fwd_component *component = add(draft, "firmware", &w);
    component->codec = FWD_CODEC_XZ;
    component->codec_params = draft->params; /* dictionary code 0 */
    component->codec_params_size = 1;
}

static void write_difference(struct fwd_writer *w)
{
    const uint8_t *old = images[VECTOR_FIRMWARE_1].bytes;
    const uint8_t *new = images[VECTOR_FIRMWARE_2].bytes;
    uint8_t difference[HEAD_SIZE + TAIL_SIZE];

    for (uint32_t i = 0; i < HEAD_SIZE; i++)
        difference[i] = (uint8_t)(new[i] - old[i]);
    for (uint32_t i = HEAD_SIZE; i < sizeof difference; i++)
        difference[i] = (uint8_t)(new[i + NEW_SIZE] - old[i + SKIPPED]);
    vector_xz(w, difference, sizeof difference);
}

void vector_add_delta(
    struct vector_draft *draft, const uint8_t *control, size_t control_size, uint32_t surplus)
{
    static const uint8_t right[] = {HEAD_SIZE, NEW_SIZE, 2 * SKIPPED, TAIL_SIZE, 0, 0};
    struct fwd_writer w = payload_writer(draft);
    struct fwd_writer params = fwd_writer_over(draft->params, sizeof draft->params);

    vector_xz(&w, control != NULL ? control : right,
        (uint32_t)(control != NULL ? control_size : sizeof right));
    size_t control_end = w.at;
    write_difference(&w);
    fwd_write_le32(&params, (uint32_t)control_end);
    fwd_write_le32(&params, (uint32_t)(w.at - control_end));
    for (int stream = 0; stream < 3; stream++)
        fwd_write_u8(&params, 0); /* dictionary code */
    vector_xz(&w, images[VECTOR_FIRMWARE_2].bytes + HEAD_SIZE, NEW_SIZE + surplus);
    struct fwd_component *component = add(draft, "firmware", &w);
    add_source(draft, component);
}

void vector_add_compressed(struct vector_draft *draft)
{
    const struct vector_image *old = &images[VECTOR_FIRMWARE_1], *new = &images[VECTOR_FIRMWARE_2];
    const struct fwd_pair pair = {old->bytes, new->bytes, old->size, new->size};
    const struct fwd_section_options options = {.arena_max = 4 * XZ_ARENA, .jobs = 1};
    struct fwd_writer w = payload_writer(draft);
    struct fwd_tuples tuples = {0};
    struct fwd_section section = {0};
    struct fwd_error err;

    if (fwd_bsdiff_make(&pair, NULL, &tuples, &err) != FWD_FAIL_NONE ||
        fwd_section_bsdiff_xz(&pair, &tuples, &options, &section, &err) != FWD_FAIL_NONE ||
        section.params_size != sizeof draft->params) {
        draft->failed = true;
        goto out;
    }
    fwd_write_bytes(&w, section.bytes.data, section.bytes.size);
    struct fwd_component *component = add(draft, "firmware", &w);
    memcpy(draft->params, section.params, sizeof draft->params);
    add_source(draft, component);
out:
    fwd_section_free(&section);
    fwd_tuples_free(&tuples);
}

/* ---- steps ----------------------------------------------------------------------------------- */

void vector_encode(struct vector_draft *draft)
{
    if (!fwd_crypto_port_sha256(draft->payload, draft->payload_size, draft->payload_digest))
        draft->failed = true;
    draft->manifest_size =
        fwd_manifest_encode(&draft->manifest, draft->manifest_bytes, sizeof draft->manifest_bytes);
    draft->failed = draft->failed || draft->manifest_size == 0;
}

/* Header and manifest, what is signed. */
static size_t write_signed(struct vector_draft *draft)
{
    size_t size = FWD_HEADER_SIZE + draft->manifest_size;

    draft->header.manifest_size = (uint16_t)draft->manifest_size;
    draft->header.payload_size = draft->payload_size;
    draft->header.payload_digest = draft->payload_digest;
    if (size > sizeof draft->package) {
        draft->failed = true;
        return 0;
    }
    fwd_header_encode(&draft->header, draft->package);
    memcpy(draft->package + FWD_HEADER_SIZE, draft->manifest_bytes, draft->manifest_size);
    return size;
}

void vector_sign(struct vector_draft *draft)
{
    size_t size = write_signed(draft);
    struct fwd_error err;

    for (uint8_t i = 0; i < draft->signer_count && !draft->failed; i++) {
        const struct fwd_keypair *key = &keys[draft->signers[i]];
        size_t bytes = 0;
        draft->failed = fwd_signature_make(key, draft->package, size, draft->signature_bytes[i],
                            &bytes, &err) != FWD_FAIL_NONE;
        draft->signatures[i] = (struct fwd_signature){
            key->algorithm->id, key->id, draft->signature_bytes[i], (uint32_t)bytes};
    }
}

void vector_assemble(struct vector_draft *draft)
{
    size_t head = FWD_HEADER_SIZE + draft->manifest_size;
    uint32_t block = fwd_sigblock_size(draft->signatures, draft->signer_count);

    draft->package_size = head + block + draft->payload_size;
    if (draft->failed || draft->package_size > sizeof draft->package ||
        !fwd_sigblock_encode(
            draft->signatures, draft->signer_count, draft->package + head, block)) {
        draft->failed = true;
        return;
    }
    memcpy(draft->package + head + block, draft->payload, draft->payload_size);
}

uint8_t *vector_entry(struct vector_draft *draft, uint8_t type)
{
    struct fwd_entry entry;
    size_t at = 0;

    while (fwd_manifest_walk(draft->manifest_bytes, draft->manifest_size, &at, &entry)) {
        if (entry.type == type && entry.offset == entry.head + 2)
            return draft->manifest_bytes + entry.head;
    }
    draft->failed = true;
    return NULL;
}

void vector_insert(
    struct vector_draft *draft, uint8_t before, uint8_t type, const void *value, uint8_t size)
{
    uint8_t *end = draft->manifest_bytes + draft->manifest_size;
    uint8_t *at = before == 0 ? end : vector_entry(draft, before);

    if (at == NULL || draft->manifest_size + 2u + size > sizeof draft->manifest_bytes ||
        size > 127) {
        draft->failed = true;
        return;
    }
    memmove(at + 2 + size, at, (size_t)(end - at));
    struct fwd_writer w = fwd_writer_over(at, 2u + size);
    fwd_write_u8(&w, type);
    fwd_write_u8(&w, size);
    fwd_write_bytes(&w, value, size);
    draft->manifest_size += 2u + size;
}
