#include "tests/verify/rig/install_package.h"

#include "format/sigblock.h"
#include "keys/crypto_port.h"
#include "keys/signature.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct fwd_keypair keys[LAB_KEYS];

const struct fwd_keypair *lab_key(int index)
{
    struct fwd_error err = {""};

    if (keys[index].pkey == NULL) {
        enum fwd_fail fail = fwd_keypair_generate(fwd_algorithm_at(0), &keys[index], &err);
        ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    }
    return &keys[index];
}

void lab_keys_free(void)
{
    for (int i = 0; i < LAB_KEYS; i++)
        fwd_keypair_free(&keys[i]);
}

/* Appends the section of a part and describes it. */
static void add_part(struct lab_draft *draft, const struct lab_part *part)
{
    uint8_t *section = draft->payload + draft->payload_size;
    struct fwd_component *component =
        &draft->manifest.components[draft->manifest.component_count++];

    *component = (struct fwd_component){.name = fwd_text_of(part->name),
        .role = part->role,
        .codec = part->delta ? LAB_CODEC : FWD_CODEC_STORED,
        .target = {part->target->size, part->target->digest, FWD_DIGEST_SIZE,
            fwd_text_of(part->target_version)},
        .has_counter = part->has_counter,
        .counter = part->counter};
    if (part->descending)
        component->flags |= FWD_COMPONENT_DESCENDING;
    if (part->delta) {
        component->flags |= FWD_COMPONENT_HAS_SOURCE;
        component->source = (struct fwd_image){part->source->size, part->source->digest,
            FWD_SOURCE_DIGEST_SIZE, fwd_text_of(part->source_version)};
        component->section_size = lab_pattern_section(part->pattern, part->target, section);
        draft->header.kind = FWD_KIND_DELTA;
    } else {
        memcpy(section, part->target->bytes, part->target->size);
        component->section_size = part->target->size;
    }
    draft->payload_size += component->section_size;
}

static struct lab_draft *make_draft(const struct lab_recipe *recipe)
{
    struct lab_draft *draft = calloc(1, sizeof *draft);

    ck_assert_ptr_nonnull(draft);
    draft->header = (struct fwd_header){.kind = FWD_KIND_FULL,
        .major = FWD_FORMAT_MAJOR,
        .minor = FWD_FORMAT_MINOR,
        .payload_digest = draft->payload_digest};
    for (uint8_t i = 0; i < recipe->part_count; i++)
        add_part(draft, &recipe->parts[i]);
    if (recipe->kind != 0)
        draft->header.kind = recipe->kind;
    if (recipe->edit != NULL)
        recipe->edit(draft);
    ck_assert(fwd_crypto_port_sha256(draft->payload, draft->payload_size, draft->payload_digest));
    draft->manifest_size =
        fwd_manifest_encode(&draft->manifest, draft->manifest_bytes, sizeof draft->manifest_bytes);
    ck_assert_uint_gt(draft->manifest_size, 0);
    draft->header.manifest_size = (uint16_t)draft->manifest_size;
    draft->header.payload_size = draft->payload_size;
    if (recipe->edit_bytes != NULL)
        recipe->edit_bytes(draft);
    return draft;
}

struct signed_by {
    struct fwd_signature signatures[FWD_SIGNATURES_MAX];
    uint8_t bytes[FWD_SIGNATURES_MAX][FWD_SIGNATURE_ROOM];
    uint8_t count;
};

static void sign(struct signed_by *by, int index, const uint8_t *message, size_t size)
{
    const struct fwd_keypair *key = lab_key(index);
    size_t signature_size;
    struct fwd_error err = {""};
    enum fwd_fail fail =
        fwd_signature_make(key, message, size, by->bytes[by->count], &signature_size, &err);

    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    by->signatures[by->count] = (struct fwd_signature){
        key->algorithm->id, key->id, by->bytes[by->count], (uint32_t)signature_size};
    by->count++;
}

struct fwd_bytes lab_package(const struct lab_recipe *recipe)
{
    struct lab_draft *draft = make_draft(recipe);
    struct signed_by by = {.count = 0};
    size_t head = FWD_HEADER_SIZE + draft->manifest_size;
    uint8_t *head_bytes = malloc(head);

    ck_assert_ptr_nonnull(head_bytes);
    fwd_header_encode(&draft->header, head_bytes);
    memcpy(head_bytes + FWD_HEADER_SIZE, draft->manifest_bytes, draft->manifest_size);
    for (uint8_t i = 0; i < recipe->signer_count; i++)
        sign(&by, recipe->signers[i], head_bytes, head);
    if (recipe->signer_count == 0 && !recipe->unsigned_package)
        sign(&by, 0, head_bytes, head);
    uint32_t block = fwd_sigblock_size(by.signatures, by.count);
    struct fwd_bytes out = {.size = head + block + draft->payload_size};
    out.data = malloc(out.size);
    ck_assert_ptr_nonnull(out.data);
    memcpy(out.data, head_bytes, head);
    ck_assert(fwd_sigblock_encode(by.signatures, by.count, out.data + head, block));
    memcpy(out.data + head + block, draft->payload, draft->payload_size);
    free(head_bytes);
    free(draft);
    return out;
}
