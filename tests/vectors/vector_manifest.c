/* Vectors of the manifest: its fields, its entries and their extensions. */
#include "tests/vectors/vector_cases.h"

#define FIRMWARE 0
#define PROFILE  1
#define CRITICAL FWD_ENTRY_CRITICAL

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
static void same_name(struct vector_draft *draft)
{
    draft->manifest.components[PROFILE].name = fwd_text_of("firmware");
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

/* ---- the vectors ----------------------------------------------------------------------------- */

const struct vector_case vector_manifest_cases[] = {
    {"good-every-note", vector_full, every_note, NULL, NULL, NULL},
    {"good-hardware", vector_full, hardware, NULL, NULL, NULL},
    {"good-counter", vector_full, counter, NULL, NULL, NULL},
    {"good-release", vector_full, release, NULL, NULL, NULL},
    {"good-dependency", vector_full, dependency, NULL, NULL, NULL},
    {"good-not-after", vector_full, not_after, NULL, NULL, NULL},
    {"good-vendor-entry", vector_full, NULL, vendor, NULL, NULL},
    {"good-unknown-entry", vector_full, NULL, unknown, NULL, NULL},
    {"good-unknown-extension", vector_full, NULL, extension, NULL, NULL},
    {"unsupported-critical-entry", vector_full, NULL, unknown_critical, NULL, NULL},
    {"unsupported-critical-extension", vector_full, NULL, extension_critical, NULL, NULL},
    {"unsupported-encryption", vector_full, NULL, encryption, NULL, NULL},
    {"bad-entry-order", vector_full, NULL, unordered, NULL, NULL},
    {"bad-entry-type-0", vector_full, NULL, type_0, NULL, NULL},
    {"bad-entry-twice", vector_full, label, second_label, NULL, NULL},
    {"bad-entry-size", vector_full, NULL, short_timestamp, NULL, NULL},
    {"bad-entry-length", vector_full, NULL, long_length, NULL, NULL},
    {"bad-entry-not-critical", vector_full, NULL, not_critical, NULL, NULL},
    {"bad-trailing-bytes", vector_full, NULL, trailing, NULL, NULL},
    {"bad-no-component", vector_full, NULL, no_component, NULL, NULL},
    {"bad-label", vector_full, label, label_text, NULL, NULL},
    {"bad-hardware-range", vector_full, hardware, hardware_range, NULL, NULL},
    {"bad-role", vector_full, NULL, role, NULL, NULL},
    {"bad-component-flags", vector_delta, NULL, component_flags, NULL, NULL},
    {"bad-varint", vector_full, NULL, long_varint_size, NULL, NULL},
    {"bad-name", vector_full, near_usual, name, NULL, NULL},
    {"bad-usual-name", vector_full, near_usual, usual_name, NULL, NULL},
    {"bad-name-size", vector_full, near_usual, name_size, NULL, NULL},
    {"bad-release-0", vector_full, NULL, release_0, NULL, NULL},
    {"bad-dependency-old", vector_full, dependency_old, NULL, NULL, NULL},
    {"bad-dependency-of-0", vector_full, dependency_of_0, NULL, NULL, NULL},
    {"bad-dependency-cut", vector_full, dependency_cut, NULL, NULL, NULL},
    {"bad-dependencies-none", vector_full, dependencies_none, NULL, NULL, NULL},
    {"bad-duplicate-component", vector_two_full, same_name, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
