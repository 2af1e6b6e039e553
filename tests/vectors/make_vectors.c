/* Writes the package vectors of tests/vectors/ and the images that they belong to.
 *
 * usage: make_vectors FOLDER; files there are replaced. */
#include "tests/vectors/vector_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRMWARE 0
#define PROFILE  1
#define CRITICAL FWD_ENTRY_CRITICAL

/* ---- what a package begins with -------------------------------------------------------------- */

static void delta(struct vector_draft *draft)
{
    vector_add_delta(draft, NULL, 0, 0);
}
static void compressed(struct vector_draft *draft)
{
    vector_add_compressed(draft);
}
static void full(struct vector_draft *draft)
{
    vector_add_stored(draft, "firmware", FWD_ROLE_FIRMWARE, VECTOR_FIRMWARE_2);
    draft->header.kind = FWD_KIND_FULL;
}
static void full_xz(struct vector_draft *draft)
{
    vector_add_xz(draft);
    draft->header.kind = FWD_KIND_FULL;
}
static void two(struct vector_draft *draft)
{
    delta(draft);
    vector_add_stored(draft, "profile", FWD_ROLE_CARRIER_PROFILE, VECTOR_PROFILE_2);
}
static void two_full(struct vector_draft *draft)
{
    full(draft);
    vector_add_stored(draft, "profile", FWD_ROLE_CARRIER_PROFILE, VECTOR_PROFILE_2);
}

/* Control streams that are wrong: tuples of diff length, extra length, seek. */
static void source_range(struct vector_draft *draft)
{
    static const uint8_t control[] = {100, 8, 42, 80, 0, 0}; /* 80 bytes from 121 of 200 on */
    vector_add_delta(draft, control, sizeof control, 0);
}
static void seek_range(struct vector_draft *draft)
{
    static const uint8_t control[] = {100, 8, 40, 80, 0, 2}; /* ends at 201 of 200 */
    vector_add_delta(draft, control, sizeof control, 0);
}
static void empty_tuple(struct vector_draft *draft)
{
    static const uint8_t control[] = {0, 0, 0, 100, 8, 40, 80, 0, 0};
    vector_add_delta(draft, control, sizeof control, 0);
}
static void long_varint(struct vector_draft *draft)
{
    static const uint8_t control[] = {100, 0x88, 0x00, 40, 80, 0, 0}; /* 8 in two bytes */
    vector_add_delta(draft, control, sizeof control, 0);
}
static void unused_extra(struct vector_draft *draft)
{
    vector_add_delta(draft, NULL, 0, 1);
}

/* ---- values, before the manifest is encoded -------------------------------------------------- */

static void every_note(struct vector_draft *draft)
{
    struct fwd_manifest *m = &draft->manifest;

    m->products[0] = fwd_text_of("another");
    m->products[1] = fwd_text_of("demo");
    m->product_count = 2;
    m->label = fwd_text_of("release of the vectors");
    m->min_tool = fwd_text_of("1.0.0");
    m->has_timestamp = true;
    m->timestamp = 1700000000;
    m->tool = fwd_text_of("make_vectors");
}
static void hardware(struct vector_draft *draft)
{
    draft->manifest.has_hardware = true;
    draft->manifest.hardware_min = 1;
    draft->manifest.hardware_max = 3;
}
static void label(struct vector_draft *draft)
{
    draft->manifest.label = fwd_text_of("label");
}
static void counter(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].has_counter = true;
    draft->manifest.components[FIRMWARE].counter = 5;
}
static void release(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].release = 200;
}
static void not_after(struct vector_draft *draft)
{
    draft->manifest.expires = true;
    draft->manifest.not_after = 1;
}
static void depend(struct vector_draft *draft, const void *list, uint16_t size)
{
    draft->manifest.dependencies = list;
    draft->manifest.dependencies_size = size;
}
static void dependency(struct vector_draft *draft)
{
    release(draft);
    depend(draft, "\10firmware\310\1", 11); /* 200, by itself */
}
static void dependency_old(struct vector_draft *draft)
{
    depend(draft, "\7profile\1", 9);
}
static void dependency_of_0(struct vector_draft *draft)
{
    depend(draft, "\5modem\0", 7);
}
static void dependencies_none(struct vector_draft *draft)
{
    depend(draft, "", 0);
}
static void dependency_cut(struct vector_draft *draft)
{
    release(draft);
    depend(draft, "\10firmware\1\5mode", 15);
}
static void descending(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].flags |= FWD_COMPONENT_DESCENDING;
}
static void minor_1(struct vector_draft *draft)
{
    draft->header.minor = 1;
}
static void major_2(struct vector_draft *draft)
{
    draft->header.major = 2;
}
static void codec(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].codec = FWD_CODEC_FWD;
}
static void kind_content(struct vector_draft *draft)
{
    draft->header.kind = FWD_KIND_FULL;
}
/* The last section takes what is left, so these say too much or leave nothing. */
static void overlap(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = draft->payload_size + 1;
}
static void all_taken(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = draft->payload_size;
}
static void range_wraps(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = UINT32_MAX;
}
static void empty_section(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = 0;
}
static void no_payload(struct vector_draft *draft)
{
    draft->payload_size = 0;
}
static void longer_payload(struct vector_draft *draft)
{
    draft->payload_size++;
}
static void dictionary(struct vector_draft *draft)
{
    draft->params[8] = 41;
}
static void stored_size(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].target.size--;
}
static void same_name(struct vector_draft *draft)
{
    draft->manifest.components[PROFILE].name = fwd_text_of("firmware");
}
static void xz_magic(struct vector_draft *draft)
{
    draft->payload[0] ^= 1;
}
static void xz_index(struct vector_draft *draft)
{
    draft->payload[draft->payload_size - 13] ^= 1; /* the CRC-32 before the footer of 12 bytes */
}
static void target_digest(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].target.digest = vector_image(VECTOR_PROFILE_2)->digest;
}

/* ---- signers --------------------------------------------------------------------------------- */

static void two_signers(struct vector_draft *draft)
{
    draft->signers[1] = VECTOR_KEY_OTHER;
    draft->signer_count = 2;
}
static void other_signer(struct vector_draft *draft)
{
    draft->signers[0] = VECTOR_KEY_OTHER;
}
static void same_signer(struct vector_draft *draft)
{
    draft->signers[1] = VECTOR_KEY_RELEASE;
    draft->signer_count = 2;
}
static void nobody(struct vector_draft *draft)
{
    draft->signer_count = 0;
}

/* ---- the manifest's bytes, before they are signed -------------------------------------------- */

static void vendor(struct vector_draft *draft)
{
    vector_insert(draft, 0, FWD_ENTRY_VENDOR_FIRST + 1, "mine", 4);
}
static void unknown(struct vector_draft *draft)
{
    vector_insert(draft, FWD_ENTRY_COMPONENT, 0x0F, "later", 5);
}
static void unknown_critical(struct vector_draft *draft)
{
    vector_insert(draft, FWD_ENTRY_COMPONENT, 0x0F | CRITICAL, "later", 5);
}
static void encryption(struct vector_draft *draft)
{
    vector_insert(draft, FWD_ENTRY_COMPONENT, FWD_ENTRY_ENCRYPTION | CRITICAL, "key", 3);
}
static void unordered(struct vector_draft *draft)
{
    vector_insert(draft, 0, FWD_ENTRY_LABEL, "late", 4);
}
static void type_0(struct vector_draft *draft)
{
    vector_insert(draft, FWD_ENTRY_COMPONENT, 0, "", 0);
}
static void second_label(struct vector_draft *draft)
{
    vector_insert(draft, FWD_ENTRY_COMPONENT, FWD_ENTRY_LABEL, "again", 5);
}
static void short_timestamp(struct vector_draft *draft)
{
    vector_insert(draft, FWD_ENTRY_COMPONENT, FWD_ENTRY_TIMESTAMP, "1234567", 7);
}
static void long_length(struct vector_draft *draft)
{
    vector_insert(draft, 0, FWD_ENTRY_VENDOR_FIRST, "\0", 1);
    draft->manifest_bytes[draft->manifest_size - 2] = 0x80; /* 0 in two bytes */
}
static void trailing(struct vector_draft *draft)
{
    vector_insert(draft, 0, FWD_ENTRY_VENDOR_FIRST, "", 0);
    draft->manifest_size--;
}
static void no_component(struct vector_draft *draft)
{
    uint8_t *entry = vector_entry(draft, FWD_ENTRY_COMPONENT);

    if (entry != NULL)
        draft->manifest_size = (size_t)(entry - draft->manifest_bytes);
}

/* Changes a byte of the first entry of a type; at: from the start of the value. */
static void change(struct vector_draft *draft, uint8_t type, int at, uint8_t value)
{
    uint8_t *entry = vector_entry(draft, type);

    if (entry != NULL)
        entry[2 + at] = value;
}

static void not_critical(struct vector_draft *draft)
{
    uint8_t *entry = vector_entry(draft, FWD_ENTRY_COMPONENT);

    if (entry != NULL)
        entry[0] = FWD_ENTRY_COMPONENT;
}
static void label_text(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_LABEL, 1, '\n');
}
static void hardware_range(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_HARDWARE, 0, 4);
}
static void role(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_COMPONENT, 0, FWD_ROLE_COUNT);
}
static void component_flags(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_COMPONENT, 0, 0x80 | FWD_COMPONENT_HAS_SOURCE);
}
/* Of a full package: role and flags, codec, section size, and the target size in two bytes. */
static void long_varint_size(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_COMPONENT, 3, 0x80);
    change(draft, FWD_ENTRY_COMPONENT, 4, 0x00); /* in two bytes: not minimal */
}
/* The name comes after these 5 bytes, the digest (32) and its own length. */
static void name(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_COMPONENT, 38, '/');
}
static void usual_name(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_COMPONENT, 38, 'f'); /* as "firmware" must not be written */
}
static void name_size(struct vector_draft *draft)
{
    change(draft, FWD_ENTRY_COMPONENT, 37, 200);
}
static void near_usual(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].name = fwd_text_of("Firmware");
}

/* Extensions after the only component. */
static void extend(struct vector_draft *draft, uint8_t type, const char *value, uint8_t size)
{
    uint8_t *entry = vector_entry(draft, FWD_ENTRY_COMPONENT);

    if (entry == NULL)
        return;
    vector_insert(draft, 0, type, value, size);
    entry[1] = (uint8_t)(entry[1] + 2 + size);
}
static void release_0(struct vector_draft *draft)
{
    extend(draft, FWD_EXT_RELEASE, "\0", 1);
}
static void extension(struct vector_draft *draft)
{
    extend(draft, 0x77, "", 0);
}
static void extension_critical(struct vector_draft *draft)
{
    extend(draft, 0x77 | CRITICAL, "", 0);
}

/* ---- signatures, before the block and its CRC-32 are made ------------------------------------ */

static void signature(struct vector_draft *draft)
{
    draft->signature_bytes[0][20] ^= 1;
}
static void second_signature(struct vector_draft *draft)
{
    draft->signature_bytes[1][20] ^= 1;
}
static void algorithm(struct vector_draft *draft)
{
    draft->signatures[0].algorithm = FWD_ALG_ECDSA_P256;
}

/* ---- the finished package -------------------------------------------------------------------- */

static uint8_t *block(struct vector_draft *draft)
{
    return draft->package + FWD_HEADER_SIZE + draft->manifest_size;
}

static void magic(struct vector_draft *draft)
{
    draft->package[0] = 'f';
}
static void kind(struct vector_draft *draft)
{
    draft->package[3] = 'X';
}
static void manifest_size(struct vector_draft *draft)
{
    struct fwd_writer w = fwd_writer_over(draft->package + 5, 2);
    fwd_write_le16(&w, FWD_SIGNED_MAX - FWD_HEADER_SIZE + 1);
}
static void payload_size(struct vector_draft *draft)
{
    draft->package[7]++;
}
static void truncated_header(struct vector_draft *draft)
{
    draft->package_size = FWD_HEADER_SIZE - 1;
}
static void truncated_manifest(struct vector_draft *draft)
{
    draft->package_size = FWD_HEADER_SIZE + draft->manifest_size - 1;
}
static void truncated_block(struct vector_draft *draft)
{
    draft->package_size = FWD_HEADER_SIZE + draft->manifest_size + FWD_SIGBLOCK_HEAD + 30;
}
static void truncated_payload(struct vector_draft *draft)
{
    draft->package_size--;
}
static void appended(struct vector_draft *draft)
{
    draft->package[draft->package_size++] = 0;
}
static void signed_byte(struct vector_draft *draft)
{
    draft->package[FWD_HEADER_SIZE + draft->manifest_size - 1] ^= 1;
}
static void block_size(struct vector_draft *draft)
{
    struct fwd_writer w = fwd_writer_over(block(draft), 2);
    fwd_write_le16(&w, FWD_SIGBLOCK_MAX + 1);
}
static void crc(struct vector_draft *draft)
{
    block(draft)[2] ^= 1;
}
static void key_id(struct vector_draft *draft)
{
    block(draft)[FWD_SIGBLOCK_HEAD + 1] ^= 1;
}
static void payload_byte(struct vector_draft *draft)
{
    draft->package[draft->package_size - 1] ^= 1;
}

/* ---- the vectors ----------------------------------------------------------------------------- */

static const struct vector {
    const char *name;
    void (*begin)(struct vector_draft *);     /* components and kind */
    void (*values)(struct vector_draft *);    /* fields, payload, signers */
    void (*manifest)(struct vector_draft *);  /* its bytes */
    void (*signature)(struct vector_draft *); /* its bytes */
    void (*package)(struct vector_draft *);   /* all bytes */
} vectors[] = {
    {"good-delta", delta, NULL, NULL, NULL, NULL},
    {"good-compressed-delta", compressed, NULL, NULL, NULL, NULL},
    {"good-full-stored", full, NULL, NULL, NULL, NULL},
    {"good-full-xz", full_xz, NULL, NULL, NULL, NULL},
    {"good-two-components", two, NULL, NULL, NULL, NULL},
    {"good-two-signers", delta, two_signers, NULL, NULL, NULL},
    {"good-foreign-signer", delta, two_signers, NULL, NULL, NULL},
    {"good-every-note", full, every_note, NULL, NULL, NULL},
    {"good-hardware", full, hardware, NULL, NULL, NULL},
    {"good-counter", full, counter, NULL, NULL, NULL},
    {"good-release", full, release, NULL, NULL, NULL},
    {"good-dependency", full, dependency, NULL, NULL, NULL},
    {"good-not-after", full, not_after, NULL, NULL, NULL},
    {"good-descending", delta, descending, NULL, NULL, NULL},
    {"good-vendor-entry", full, NULL, vendor, NULL, NULL},
    {"good-unknown-entry", full, NULL, unknown, NULL, NULL},
    {"good-unknown-extension", full, NULL, extension, NULL, NULL},
    {"good-minor-1", full, minor_1, NULL, NULL, NULL},
    {"unsupported-major-2", full, major_2, NULL, NULL, NULL},
    {"unsupported-critical-entry", full, NULL, unknown_critical, NULL, NULL},
    {"unsupported-critical-extension", full, NULL, extension_critical, NULL, NULL},
    {"unsupported-encryption", full, NULL, encryption, NULL, NULL},
    {"unsupported-codec", full, codec, NULL, NULL, NULL},
    {"bad-magic", full, NULL, NULL, NULL, magic},
    {"bad-kind", full, NULL, NULL, NULL, kind},
    {"bad-manifest-size", full, NULL, NULL, NULL, manifest_size},
    {"bad-payload-size", full, NULL, NULL, NULL, payload_size},
    {"bad-truncated-header", full, NULL, NULL, NULL, truncated_header},
    {"bad-truncated-manifest", full, NULL, NULL, NULL, truncated_manifest},
    {"bad-truncated-block", full, NULL, NULL, NULL, truncated_block},
    {"bad-truncated-payload", full, NULL, NULL, NULL, truncated_payload},
    {"bad-appended-byte", full, NULL, NULL, NULL, appended},
    {"bad-block-size", full, NULL, NULL, NULL, block_size},
    {"bad-crc", full, NULL, NULL, NULL, crc},
    {"bad-key-id", full, two_signers, NULL, NULL, key_id},
    {"bad-signature", full, NULL, NULL, signature, NULL},
    {"bad-second-signature", full, two_signers, NULL, second_signature, NULL},
    {"bad-algorithm", full, NULL, NULL, algorithm, NULL},
    {"bad-signed-byte", full, NULL, NULL, NULL, signed_byte},
    {"bad-unsigned", full, nobody, NULL, NULL, NULL},
    {"bad-other-signer", full, other_signer, NULL, NULL, NULL},
    {"bad-duplicate-signer", full, same_signer, NULL, NULL, NULL},
    {"bad-one-signer-of-two", full, NULL, NULL, NULL, NULL},
    {"bad-payload-byte", full, NULL, NULL, NULL, payload_byte},
    {"bad-entry-order", full, NULL, unordered, NULL, NULL},
    {"bad-entry-type-0", full, NULL, type_0, NULL, NULL},
    {"bad-entry-twice", full, label, second_label, NULL, NULL},
    {"bad-entry-size", full, NULL, short_timestamp, NULL, NULL},
    {"bad-entry-length", full, NULL, long_length, NULL, NULL},
    {"bad-entry-not-critical", full, NULL, not_critical, NULL, NULL},
    {"bad-trailing-bytes", full, NULL, trailing, NULL, NULL},
    {"bad-no-component", full, NULL, no_component, NULL, NULL},
    {"bad-label", full, label, label_text, NULL, NULL},
    {"bad-hardware-range", full, hardware, hardware_range, NULL, NULL},
    {"bad-role", full, NULL, role, NULL, NULL},
    {"bad-component-flags", delta, NULL, component_flags, NULL, NULL},
    {"bad-varint", full, NULL, long_varint_size, NULL, NULL},
    {"bad-name", full, near_usual, name, NULL, NULL},
    {"bad-usual-name", full, near_usual, usual_name, NULL, NULL},
    {"bad-name-size", full, near_usual, name_size, NULL, NULL},
    {"bad-release-0", full, NULL, release_0, NULL, NULL},
    {"bad-dependency-old", full, dependency_old, NULL, NULL, NULL},
    {"bad-dependency-of-0", full, dependency_of_0, NULL, NULL, NULL},
    {"bad-dependency-cut", full, dependency_cut, NULL, NULL, NULL},
    {"bad-dependencies-none", full, dependencies_none, NULL, NULL, NULL},
    {"bad-kind-content", delta, kind_content, NULL, NULL, NULL},
    {"bad-section-overlap", two_full, overlap, NULL, NULL, NULL},
    {"bad-section-none-left", two_full, all_taken, NULL, NULL, NULL},
    {"bad-section-empty", two_full, empty_section, NULL, NULL, NULL},
    {"bad-section-wraps", two_full, range_wraps, NULL, NULL, NULL},
    {"bad-no-payload", full, no_payload, NULL, NULL, NULL},
    {"bad-longer-payload", full, longer_payload, NULL, NULL, NULL},
    {"bad-section-content", full, stored_size, NULL, NULL, NULL},
    {"bad-dictionary", delta, dictionary, NULL, NULL, NULL},
    {"bad-duplicate-component", two_full, same_name, NULL, NULL, NULL},
    {"bad-stream-magic", delta, xz_magic, NULL, NULL, NULL},
    {"bad-stream-index", full_xz, xz_index, NULL, NULL, NULL},
    {"bad-stream-unused", unused_extra, NULL, NULL, NULL, NULL},
    {"bad-tuple-empty", empty_tuple, NULL, NULL, NULL, NULL},
    {"bad-tuple-varint", long_varint, NULL, NULL, NULL, NULL},
    {"bad-tuple-source", source_range, NULL, NULL, NULL, NULL},
    {"bad-tuple-seek", seek_range, NULL, NULL, NULL, NULL},
    {"bad-target-digest", full, target_digest, NULL, NULL, NULL},
};

static void apply(void (*step)(struct vector_draft *), struct vector_draft *draft)
{
    if (step != NULL && !draft->failed)
        step(draft);
}

static void make(const struct vector *vector, struct vector_draft *draft)
{
    memset(draft, 0, sizeof *draft);
    draft->header = (struct fwd_header){
        .kind = FWD_KIND_DELTA, .major = FWD_FORMAT_MAJOR, .minor = FWD_FORMAT_MINOR};
    draft->signer_count = 1;
    apply(vector->begin, draft);
    apply(vector->values, draft);
    vector_encode(draft);
    apply(vector->manifest, draft);
    vector_sign(draft);
    apply(vector->signature, draft);
    vector_assemble(draft);
    apply(vector->package, draft);
}

static enum fwd_fail put(const char *folder, const char *file, const char *suffix,
    const uint8_t *bytes, size_t size, struct fwd_error *err)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s%s", folder, file, suffix);
    return fwd_file_write_atomic(path, bytes, size, 0644, true, err);
}

static enum fwd_fail write_all(const char *folder, struct fwd_error *err)
{
    static struct vector_draft draft;
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (int i = 0; i < VECTOR_IMAGES && fail == FWD_FAIL_NONE; i++) {
        const struct vector_image *image = vector_image((enum vector_image_id)i);
        fail = put(folder, image->name, "", image->bytes, image->size, err);
    }
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors && fail == FWD_FAIL_NONE; i++) {
        make(&vectors[i], &draft);
        if (draft.failed)
            return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s cannot be made", vectors[i].name);
        fail = put(folder, vectors[i].name, ".upd", draft.package, draft.package_size, err);
    }
    return fail;
}

int main(int argc, char **argv)
{
    struct fwd_error err = {""};
    enum fwd_fail fail;

    if (argc != 2) {
        (void)fprintf(stderr, "usage: make_vectors FOLDER\n");
        return 2;
    }
    fail = vector_begin(FWD_SOURCE_DIR "/tests/cli", &err);
    if (fail == FWD_FAIL_NONE)
        fail = write_all(argv[1], &err);
    vector_end();
    if (fail != FWD_FAIL_NONE)
        (void)fprintf(stderr, "make_vectors: %s\n", err.text);
    return fail == FWD_FAIL_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
