/* Manifests built by hand, entry by entry: each rule of what may stand in one, and where sections
 * lie. */
#include "format/component.h"
#include "format/cursor.h"
#include "format/header.h"
#include "tests/format/format_samples.h"

#include <check.h>

#define CRITICAL FWD_ENTRY_CRITICAL
#define ROOM     (FWD_SIGNED_MAX - FWD_HEADER_SIZE)

static uint8_t bytes[ROOM + 64];
static struct fwd_manifest decoded;

struct piece {
    uint8_t type;
    const char *value; /* NULL: the sample component */
    uint16_t size;
    unsigned times; /* 0: once */
};

#define COMPONENT                                                                                  \
    {                                                                                              \
        CRITICAL | FWD_ENTRY_COMPONENT, NULL, 0, 0                                                 \
    }
#define TEXT63 "123456789012345678901234567890123456789012345678901234567890123"
#define TEXT64 TEXT63 "4"

static void put_piece(struct fwd_writer *w, const struct piece *piece)
{
    struct fwd_component full = sample_full();
    struct fwd_writer count = fwd_writer_over(NULL, ROOM);

    fwd_component_encode(&count, &full, true);
    fwd_entry_begin(w, piece->type, piece->value != NULL ? piece->size : count.at);
    if (piece->value != NULL)
        fwd_write_bytes(w, piece->value, piece->size);
    else
        fwd_component_encode(w, &full, true);
}

static const struct {
    const char *name;
    enum fwd_reason expected;
    struct piece pieces[6];
} cases[] = {
    {"the smallest manifest", FWD_OK, {COMPONENT}},
    /* [M23] */
    {"no component", FWD_E_MANIFEST_SYNTAX, {{FWD_ENTRY_LABEL, "v", 1, 0}}},
    {"16 components", FWD_OK, {{CRITICAL | FWD_ENTRY_COMPONENT, NULL, 0, 16}}},
    {"17 components", FWD_E_MANIFEST_VALUE, {{CRITICAL | FWD_ENTRY_COMPONENT, NULL, 0, 17}}},
    {"8 products", FWD_OK, {{CRITICAL | FWD_ENTRY_PRODUCT, "p", 1, 8}, COMPONENT}},
    {"9 products", FWD_E_MANIFEST_VALUE, {{CRITICAL | FWD_ENTRY_PRODUCT, "p", 1, 9}, COMPONENT}},
    /* [M17] [M18] */
    {"descending", FWD_E_MANIFEST_SYNTAX, {COMPONENT, {FWD_ENTRY_LABEL, "v", 1, 0}}},
    {"descending without the critical bit", FWD_E_MANIFEST_SYNTAX,
        {{FWD_ENTRY_LABEL, "v", 1, 0}, {CRITICAL | FWD_ENTRY_PRODUCT, "p", 1, 0}, COMPONENT}},
    {"type 0", FWD_E_MANIFEST_SYNTAX, {{0, "", 0, 0}, COMPONENT}},
    {"type 0 critical", FWD_E_MANIFEST_SYNTAX, {{CRITICAL, "", 0, 0}, COMPONENT}},
    {"two labels", FWD_E_MANIFEST_SYNTAX, {{FWD_ENTRY_LABEL, "v", 1, 2}, COMPONENT}},
    {"two hardware ranges", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "\1\1", 2, 2}, COMPONENT}},
    {"two unknown entries of one type", FWD_E_MANIFEST_SYNTAX, {COMPONENT, {0x30, "", 0, 2}}},
    {"certificates repeat", FWD_OK, {COMPONENT, {FWD_ENTRY_CERTIFICATE, "x", 1, 3}}},
    {"vendor entries repeat", FWD_OK, {COMPONENT, {FWD_ENTRY_VENDOR_FIRST, "x", 1, 3}}},
    {"the last vendor entry", FWD_OK, {COMPONENT, {FWD_ENTRY_VENDOR_LAST, "", 0, 0}}},
    /* [M19] */
    {"product not critical", FWD_E_MANIFEST_SYNTAX, {{FWD_ENTRY_PRODUCT, "p", 1, 0}, COMPONENT}},
    {"component not critical", FWD_E_MANIFEST_SYNTAX, {{FWD_ENTRY_COMPONENT, NULL, 0, 0}}},
    {"label critical", FWD_E_MANIFEST_SYNTAX, {{CRITICAL | FWD_ENTRY_LABEL, "v", 1, 0}, COMPONENT}},
    {"time stamp critical", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_TIMESTAMP, "12345678", 8, 0}, COMPONENT}},
    {"certificate critical", FWD_E_MANIFEST_SYNTAX,
        {COMPONENT, {CRITICAL | FWD_ENTRY_CERTIFICATE, "x", 1, 0}}},
    /* R37 [M20] [M21] */
    {"unknown critical", FWD_E_UNKNOWN_CRITICAL, {COMPONENT, {CRITICAL | 0x30, "x", 1, 0}}},
    {"unknown", FWD_OK, {COMPONENT, {0x30, "x", 1, 0}}},
    {"reserved encryption critical", FWD_E_UNKNOWN_CRITICAL,
        {{CRITICAL | FWD_ENTRY_ENCRYPTION, "x", 1, 0}, COMPONENT}},
    {"dependencies, whatever they are", FWD_OK,
        {{CRITICAL | FWD_ENTRY_DEPENDENCIES, "x", 1, 0}, COMPONENT}},
    {"dependencies not critical", FWD_E_MANIFEST_SYNTAX,
        {{FWD_ENTRY_DEPENDENCIES, "x", 1, 0}, COMPONENT}},
    {"two lists of dependencies", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_DEPENDENCIES, "x", 1, 2}, COMPONENT}},
    {"not after", FWD_OK, {{FWD_ENTRY_EXPIRY, "12345678", 8, 0}, COMPONENT}},
    {"not after too short", FWD_E_MANIFEST_SYNTAX,
        {{FWD_ENTRY_EXPIRY, "1234567", 7, 0}, COMPONENT}},
    {"not after critical", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_EXPIRY, "12345678", 8, 0}, COMPONENT}},
    {"a set of keys", FWD_OK, {{CRITICAL | FWD_ENTRY_TRUST, "x", 1, 0}}},
    /* [M121] */
    {"a set of keys with dependencies", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_DEPENDENCIES, "\1a\1", 3, 0},
            {CRITICAL | FWD_ENTRY_TRUST, "x", 1, 0}}},
    {"a set of keys that expires", FWD_E_MANIFEST_SYNTAX,
        {{FWD_ENTRY_EXPIRY, "12345678", 8, 0}, {CRITICAL | FWD_ENTRY_TRUST, "x", 1, 0}}},
    {"vendor critical", FWD_E_UNKNOWN_CRITICAL,
        {COMPONENT, {CRITICAL | FWD_ENTRY_VENDOR_LAST, "x", 1, 0}}},
    /* [M24] [M26] */
    {"hardware too short", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "1", 1, 0}, COMPONENT}},
    {"hardware too long", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "123", 3, 0}, COMPONENT}},
    {"hardware of one revision", FWD_OK,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "\3\3", 2, 0}, COMPONENT}},
    {"highest hardware revision", FWD_OK,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "\0\xFF\xFF\xFF\xFF\x0F", 6, 0}, COMPONENT}},
    {"hardware upside down", FWD_E_MANIFEST_VALUE,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "\3\2", 2, 0}, COMPONENT}},
    /* [M3] [M4] */
    {"hardware of 33 bits", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "\0\xFF\xFF\xFF\xFF\x1F", 6, 0}, COMPONENT}},
    {"hardware in too many bytes", FWD_E_MANIFEST_SYNTAX,
        {{CRITICAL | FWD_ENTRY_HARDWARE, "\3\x83\0", 3, 0}, COMPONENT}},
    {"time stamp too short", FWD_E_MANIFEST_SYNTAX,
        {{FWD_ENTRY_TIMESTAMP, "1234", 4, 0}, COMPONENT}},
    /* [M5] [M25] */
    {"empty product", FWD_E_MANIFEST_VALUE, {{CRITICAL | FWD_ENTRY_PRODUCT, "", 0, 0}, COMPONENT}},
    {"longest product", FWD_OK, {{CRITICAL | FWD_ENTRY_PRODUCT, TEXT63, 63, 0}, COMPONENT}},
    {"product too long", FWD_E_MANIFEST_VALUE,
        {{CRITICAL | FWD_ENTRY_PRODUCT, TEXT64, 64, 0}, COMPONENT}},
    {"empty label", FWD_E_MANIFEST_VALUE, {{FWD_ENTRY_LABEL, "", 0, 0}, COMPONENT}},
    {"label too long", FWD_E_MANIFEST_VALUE, {{FWD_ENTRY_LABEL, TEXT64, 64, 0}, COMPONENT}},
    {"longest note", FWD_OK, {{FWD_ENTRY_TOOL, TEXT64 TEXT63, 127, 0}, COMPONENT}},
    {"note too long", FWD_E_MANIFEST_VALUE, {{FWD_ENTRY_TOOL, TEXT64 TEXT64, 128, 0}, COMPONENT}},
    {"note of 256 more", FWD_E_MANIFEST_VALUE,
        {{FWD_ENTRY_MIN_TOOL, TEXT64 TEXT64 TEXT64 TEXT64 "1", 257, 0}, COMPONENT}},
    {"control character", FWD_E_MANIFEST_VALUE, {{FWD_ENTRY_LABEL, "a\nb", 3, 0}, COMPONENT}},
    {"DEL", FWD_E_MANIFEST_VALUE, {{FWD_ENTRY_LABEL, "\x7F", 1, 0}, COMPONENT}},
    {"zero in a text", FWD_E_MANIFEST_VALUE, {{FWD_ENTRY_LABEL, "a\0b", 3, 0}, COMPONENT}},
    {"not ASCII", FWD_E_MANIFEST_VALUE, {{FWD_ENTRY_LABEL, "\xC3\xA9", 2, 0}, COMPONENT}},
    {"lowest and highest character", FWD_OK, {{FWD_ENTRY_LABEL, " ~", 2, 0}, COMPONENT}},
};

START_TEST(entries_are_judged_by_the_table)
{
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    for (size_t i = 0; i < 6 && (cases[_i].pieces[i].value != NULL || cases[_i].pieces[i].type);
         i++) {
        unsigned times = cases[_i].pieces[i].times;
        for (unsigned n = 0; n < (times ? times : 1); n++)
            put_piece(&w, &cases[_i].pieces[i]);
    }
    ck_assert(!w.failed);
    enum fwd_reason reason = decode_exactly(bytes, w.at, &decoded);
    ck_assert_msg(
        reason == cases[_i].expected, "%s: %s", cases[_i].name, fwd_reason_info(reason)->name);
}
END_TEST

/* ---- sections -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum fwd_reason expected;
    uint32_t stated[3]; /* section sizes */
    uint8_t count;
    uint32_t payload;
    uint32_t sizes[3]; /* what they are */
} sections[] = {
    {"the only section is the payload", FWD_OK, {0}, 1, 500, {500}},
    {"the last section is the rest", FWD_OK, {100, 150, 0}, 3, 251, {100, 150, 1}},
    {"the largest payload", FWD_OK, {UINT32_MAX - 1, 0}, 2, UINT32_MAX, {UINT32_MAX - 1, 1}},
    /* [M32] */
    {"an empty section", FWD_E_SECTION_RANGE, {100, 0, 0}, 3, 300, {0}},
    {"the last one states a size", FWD_E_SECTION_RANGE, {100, 150}, 2, 250, {0}},
    /* [M1] [M33] */
    {"an empty payload", FWD_E_SECTION_OVERLAP, {0}, 1, 0, {0}},
    {"nothing is left", FWD_E_SECTION_OVERLAP, {100, 150, 0}, 3, 250, {0}},
    {"one byte too many", FWD_E_SECTION_OVERLAP, {100, 151, 0}, 3, 250, {0}},
    {"a sum that would wrap", FWD_E_SECTION_OVERLAP, {UINT32_MAX, UINT32_MAX, 0}, 3, 250, {0}},
};

/* Although fwd_manifest_encode() writes 0 for the last one. */
START_TEST(sections_follow_each_other_to_the_end)
{
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);
    uint32_t offset = 0;

    for (uint8_t i = 0; i < sections[_i].count; i++) {
        struct fwd_component component = sample_full();
        struct fwd_writer count = fwd_writer_over(NULL, ROOM);
        component.section_size = sections[_i].stated[i];
        fwd_component_encode(&count, &component, false);
        fwd_entry_begin(&w, CRITICAL | FWD_ENTRY_COMPONENT, count.at);
        fwd_component_encode(&w, &component, false);
    }
    ck_assert_int_eq(fwd_manifest_decode(bytes, w.at, sections[_i].payload, &decoded), FWD_OK);
    ck_assert_msg(decoded.sections == sections[_i].expected, "%s", sections[_i].name);
    for (uint8_t i = 0; decoded.sections == FWD_OK && i < sections[_i].count; i++) {
        ck_assert_uint_eq(decoded.components[i].section_offset, offset);
        ck_assert_uint_eq(decoded.components[i].section_size, sections[_i].sizes[i]);
        offset += sections[_i].sizes[i];
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_manifest_entries");
    TCase *tc = tcase_create("entries");

    tcase_add_loop_test(tc, entries_are_judged_by_the_table, 0, sizeof cases / sizeof cases[0]);
    tcase_add_loop_test(
        tc, sections_follow_each_other_to_the_end, 0, sizeof sections / sizeof sections[0]);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
