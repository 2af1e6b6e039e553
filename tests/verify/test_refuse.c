/* Packages that are signed and yet wrong, or wrong for this device; and who may sign. Each is
 * refused with its reason before anything is written to a slot. R1 R19 R22 R33 */
#include "format/sigblock.h"
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- authentic and inconsistent -------------------------------------------------------------- */

static struct fwd_component *part(struct lab_draft *draft, int index)
{
    return &draft->manifest.components[index];
}

static void overlap(struct lab_draft *draft)
{
    part(draft, 0)->section_size = draft->payload_size + 1;
}
static void far_beyond_payload(struct lab_draft *draft)
{
    part(draft, 0)->section_size = UINT32_MAX;
}
static void nothing_left(struct lab_draft *draft)
{
    part(draft, 0)->section_size = draft->payload_size;
}
static void empty_section(struct lab_draft *draft)
{
    part(draft, 0)->section_size = 0;
}
static void longer_payload(struct lab_draft *draft)
{
    draft->payload_size++;
}
static void no_source(struct lab_draft *draft)
{
    part(draft, 0)->flags &= (uint8_t)~FWD_COMPONENT_HAS_SOURCE;
}
static void stored_with_source(struct lab_draft *draft)
{
    part(draft, 0)->codec = FWD_CODEC_STORED;
}
static void stored_of_other_size(struct lab_draft *draft)
{
    no_source(draft);
    stored_with_source(draft);
}
static void surplus_parameters(struct lab_draft *draft)
{
    part(draft, 0)->codec_params = (const uint8_t *)"x";
    part(draft, 0)->codec_params_size = 1;
}
static void unknown_codec(struct lab_draft *draft)
{
    part(draft, 0)->codec = 0xF2;
}
static void same_name(struct lab_draft *draft)
{
    part(draft, 1)->name = part(draft, 0)->name;
}
static void other_role(struct lab_draft *draft)
{
    part(draft, 1)->role = FWD_ROLE_DATA;
}
static void too_large(struct lab_draft *draft)
{
    part(draft, 0)->target.size = 16 * 256 + 1;
}
static void huge_target(struct lab_draft *draft)
{
    part(draft, 1)->target.size = UINT32_MAX;
}
static void huge_source(struct lab_draft *draft)
{
    part(draft, 0)->source.size = UINT32_MAX;
    part(draft, 0)->source.version = fwd_text_of(NULL);
}
static void other_hardware(struct lab_draft *draft)
{
    draft->manifest.has_hardware = true;
    draft->manifest.hardware_min = LAB_HARDWARE + 1;
    draft->manifest.hardware_max = LAB_HARDWARE + 9;
}
static void right_hardware(struct lab_draft *draft)
{
    draft->manifest.has_hardware = true;
    draft->manifest.hardware_min = draft->manifest.hardware_max = LAB_HARDWARE;
}
static void right_product_among_others(struct lab_draft *draft)
{
    draft->manifest.products[0] = fwd_text_of("A1");
    draft->manifest.products[1] = fwd_text_of(LAB_PRODUCT);
    draft->manifest.product_count = 2;
}
static void ghost(struct lab_draft *draft)
{
    part(draft, 1)->name = fwd_text_of("ghost");
}
static void ghost_of_unknown_kind(struct lab_draft *draft)
{
    ghost(draft);
    part(draft, 1)->codec = 0xF2;
    part(draft, 1)->role = FWD_ROLE_ROT;
}
static void wrong_target_digest(struct lab_draft *draft)
{
    part(draft, 0)->target.digest = part(draft, 1)->target.digest;
}
static void wrong_source_digest(struct lab_draft *draft)
{
    part(draft, 0)->source.digest = part(draft, 1)->source.digest;
}
static void longer_than_decoded(struct lab_draft *draft)
{
    part(draft, 0)->target.size++;
}
static void shorter_than_decoded(struct lab_draft *draft)
{
    part(draft, 0)->target.size--;
}
static void zero_output(struct lab_draft *draft)
{
    memset(draft->payload, 0, 8);
}

/* Entries after the last of the manifest, as bytes. */
static void append(struct lab_draft *draft, uint8_t type)
{
    uint8_t *entry = draft->manifest_bytes + draft->manifest_size;

    entry[0] = type;
    entry[1] = 0;
    draft->manifest_size += 2;
    draft->header.manifest_size = (uint16_t)draft->manifest_size;
}
static void unknown_critical(struct lab_draft *draft)
{
    append(draft, 0x30 | FWD_ENTRY_CRITICAL);
}
static void unknown_entry(struct lab_draft *draft)
{
    append(draft, 0x30);
}
static void unordered_entry(struct lab_draft *draft)
{
    append(draft, 0x02);
}
static void half_an_entry(struct lab_draft *draft)
{
    append(draft, 0x30);
    draft->manifest_size--;
    draft->header.manifest_size = (uint16_t)draft->manifest_size;
}
static void minor(struct lab_draft *draft)
{
    draft->header.minor = 15;
}
static void other_payload_size(struct lab_draft *draft)
{
    draft->header.payload_size++;
}

static const struct {
    const char *name;
    enum fwd_reason reason;
    void (*edit)(struct lab_draft *draft);
    void (*edit_bytes)(struct lab_draft *draft);
} drafts[] = {
    {"[M33] nothing is left for the last", FWD_E_SECTION_OVERLAP, nothing_left, NULL},
    {"[M32] empty section", FWD_E_SECTION_RANGE, empty_section, NULL},
    {"[M1] section near 2^32", FWD_E_SECTION_OVERLAP, far_beyond_payload, NULL},
    {"[M33] overlap", FWD_E_SECTION_OVERLAP, overlap, NULL},
    {"[M54] a longer payload is a longer last section", FWD_E_STREAM_INVALID, longer_payload, NULL},
    {"[M53] codec without its source", FWD_E_KIND_CONTENT, no_source, NULL},
    {"[M53] stored with a source", FWD_E_KIND_CONTENT, stored_with_source, NULL},
    {"[M57] stored, other size", FWD_E_SECTION_CONTENT, stored_of_other_size, NULL},
    {"[M52] parameters", FWD_E_SECTION_CONTENT, surplus_parameters, NULL},
    {"unknown codec", FWD_E_UNKNOWN_CODEC, unknown_codec, NULL},
    {"[M34] one name twice", FWD_E_DUPLICATE_COMPONENT, same_name, NULL},
    {"role", FWD_E_ROLE, other_role, NULL},
    {"target one byte too large", FWD_E_TARGET_TOO_LARGE, too_large, NULL},
    {"target of 2^32 - 1", FWD_E_TARGET_TOO_LARGE, huge_target, NULL},
    {"source of 2^32 - 1", FWD_E_SOURCE_DIGEST, huge_source, NULL},
    {"hardware", FWD_E_HARDWARE, other_hardware, NULL},
    {"right hardware", FWD_OK, right_hardware, NULL},
    {"one of several products", FWD_OK, right_product_among_others, NULL},
    {"absent component", FWD_E_COMPONENT_ABSENT, ghost, NULL},
    {"absent component with anything", FWD_E_COMPONENT_ABSENT, ghost_of_unknown_kind, NULL},
    {"[M56] target digest", FWD_E_TARGET_DIGEST, wrong_target_digest, NULL},
    {"R35 source digest", FWD_E_SOURCE_DIGEST, wrong_source_digest, NULL},
    {"[M54] target longer", FWD_E_STREAM_INVALID, longer_than_decoded, NULL},
    {"[M54] target shorter", FWD_E_STREAM_INVALID, shorter_than_decoded, NULL},
    {"tuple without output", FWD_E_STREAM_INVALID, zero_output, NULL},
    {"[M20] unknown critical entry", FWD_E_UNKNOWN_CRITICAL, NULL, unknown_critical},
    {"[M21] unknown entry", FWD_OK, NULL, unknown_entry},
    {"[M17] order of entries", FWD_E_MANIFEST_SYNTAX, NULL, unordered_entry},
    {"[M16] half an entry", FWD_E_MANIFEST_SYNTAX, NULL, half_an_entry},
    {"[M9] [M11] minor version", FWD_OK, minor, NULL},
    {"[M12] sizes that do not add up", FWD_E_STORED_LENGTH, NULL, other_payload_size},
};

static void expect_untouched(struct lab *lab, const char *name)
{
    for (uint16_t i = 0; i < lab->shape->place_count; i++) {
        if (lab->shape->places[i].layout != FWD_LAYOUT_IN_PLACE)
            continue;
        struct fwd_nor_counts counts =
            fwd_nor_area_counts(lab->nor, (uint16_t)(LAB_AREA_SLOTS + 2 * i));
        ck_assert_msg(counts.programs + counts.erases == 0, "%s: firmware was written", name);
    }
    const char *disturbed = lab_disturbed(lab);
    ck_assert_msg(!disturbed, "%s: %s", name, disturbed);
}

/* Two components, in place and A/B, so that a wrong one is found before the other is written. */
START_TEST(a_signed_package_that_contradicts_itself_is_refused)
{
    struct lab_case c =
        lab_case_delta(lab_shape("in place and A/B"), lab_pattern("code inserted"), false);

    c.recipe.edit = drafts[_i].edit;
    c.recipe.edit_bytes = drafts[_i].edit_bytes;
    lab_case_rebuild(&c);
    enum fwd_reason reason = lab_install(c.lab, &c.package, FWD_COMMAND_DELTA);
    ck_assert_msg(
        reason == drafts[_i].reason, "%s gives %s", drafts[_i].name, fwd_reason_info(reason)->name);
    if (reason != FWD_OK)
        expect_untouched(c.lab, drafts[_i].name);
    lab_case_free(&c);
}
END_TEST

/* ---- the command, the device ----------------------------------------------------------------- */

static const struct {
    bool full;
    uint8_t kind;
    enum fwd_command command;
    enum fwd_reason reason;
} commands[] = {
    {false, 0, FWD_COMMAND_DELTA, FWD_OK}, {false, 0, FWD_COMMAND_ANY, FWD_OK},
    {false, 0, FWD_COMMAND_FULL, FWD_E_DELTA_NOT_FULL}, {true, 0, FWD_COMMAND_FULL, FWD_OK},
    {true, 0, FWD_COMMAND_ANY, FWD_OK}, {true, 0, FWD_COMMAND_DELTA, FWD_E_FULL_NOT_DELTA},
    {true, FWD_KIND_DELTA, FWD_COMMAND_DELTA, FWD_OK},
    {false, FWD_KIND_FULL, FWD_COMMAND_ANY, FWD_E_KIND_CONTENT}, /* [M15] */
};

/* R6 R7 R38 R42 */
START_TEST(a_command_takes_its_kind_of_package)
{
    const struct lab_shape *shape = lab_shape("in place, unit 64");
    const struct lab_pattern *pattern = lab_pattern("grown");
    struct lab_case c =
        commands[_i].full ? lab_case_full(shape, pattern) : lab_case_delta(shape, pattern, false);

    c.recipe.kind = commands[_i].kind;
    lab_case_rebuild(&c);
    ck_assert_int_eq(lab_install(c.lab, &c.package, commands[_i].command), commands[_i].reason);
    lab_case_free(&c);
}
END_TEST

static void resumer_inside(struct lab *lab)
{
    lab->places[0].resumer_inside = true;
}
static void no_scratch(struct lab *lab)
{
    lab->device.scratch.size = 0;
    lab->device.scratch.blocks_count = 0;
}
static void package_limit(struct lab *lab)
{
    lab->device.policy.package_max = 100;
}
static void any_product(struct lab *lab)
{
    lab->device.product = NULL;
}
static void no_codec(struct lab *lab)
{
    lab->device.codec_count = 1;
}
static void too_many_signature_bytes(struct lab *lab)
{
    lab->device.sigblock_max = 64;
}
static void tight_staging(struct lab *lab)
{
    static const struct fwd_blocks one = {1024, 1};

    lab->device.staging.size = 1024;
    lab->device.staging.blocks = &one;
}

static const struct {
    const char *name;
    enum fwd_reason reason;
    void (*change)(struct lab *lab);
} devices[] = {
    {"R64 the resumer is inside", FWD_E_RESUMER_IN_PLACE, resumer_inside},
    {"no scratch", FWD_E_SCRATCH_TOO_SMALL, no_scratch},
    {"package limit", FWD_E_PACKAGE_LIMIT, package_limit},
    {"any product", FWD_OK, any_product},
    {"codec", FWD_E_UNKNOWN_CODEC, no_codec},
    {"signature block", FWD_E_SIGBLOCK_SIZE, too_many_signature_bytes},
    {"staging", FWD_E_STAGING_TOO_SMALL, tight_staging},
};

START_TEST(a_device_refuses_what_it_cannot_install_safely)
{
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("addresses changed"), false);

    devices[_i].change(c.lab);
    enum fwd_reason reason = lab_install(c.lab, &c.package, FWD_COMMAND_ANY);
    ck_assert_msg(reason == devices[_i].reason, "%s gives %s", devices[_i].name,
        fwd_reason_info(reason)->name);
    if (reason != FWD_OK)
        expect_untouched(c.lab, devices[_i].name);
    lab_case_free(&c);
}
END_TEST

/* ---- who signed ------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    int signers[FWD_SIGNATURES_MAX];
    uint8_t count;
    uint8_t threshold;
    int keys; /* in the store, from key 0 on */
    enum fwd_reason reason;
} signers[] = {
    {"one", {0}, 1, 1, 1, FWD_OK},
    {"threshold 0 means one", {0}, 1, 0, 1, FWD_OK},
    {"[M44] nobody", {0}, 0, 1, 1, FWD_E_UNSIGNED},
    {"[M44] no keys", {0}, 1, 1, 0, FWD_E_NO_KEYS},
    {"[M46] a stranger", {LAB_KEY_OTHER}, 1, 1, 3, FWD_E_UNKNOWN_SIGNER},
    {"[M45] a stranger first", {LAB_KEY_OTHER, 0}, 2, 1, 3, FWD_OK},
    {"[M45] a stranger last", {0, LAB_KEY_OTHER}, 2, 1, 3, FWD_OK},
    {"[M49] a stranger does not count", {0, LAB_KEY_OTHER}, 2, 2, 3, FWD_E_TOO_FEW_SIGNATURES},
    {"[M49] one of two", {1}, 1, 2, 3, FWD_E_TOO_FEW_SIGNATURES},
    {"two of two", {2, 0}, 2, 2, 3, FWD_OK},
    {"three of two", {2, 0, 1}, 3, 2, 3, FWD_OK},
    {"[M48] one twice", {0, 0}, 2, 2, 3, FWD_E_DUPLICATE_SIGNER},
    {"[M48] one twice, enough without", {0, 1, 0}, 3, 2, 3, FWD_E_DUPLICATE_SIGNER},
    {"[M48] a stranger twice", {LAB_KEY_OTHER, LAB_KEY_OTHER, 0}, 3, 1, 3, FWD_OK},
};

/* R1 R36 R41 */
START_TEST(signatures_count_by_known_and_distinct_keys)
{
    static const int keys[] = {0, 1, 2};
    struct lab_case c =
        lab_case_delta(lab_shape("A/B, unit 64"), lab_pattern("code inserted"), false);

    lab_trust(c.lab, keys, signers[_i].keys, NULL);
    c.lab->device.policy.threshold = signers[_i].threshold;
    memcpy(c.recipe.signers, signers[_i].signers, sizeof c.recipe.signers);
    c.recipe.signer_count = signers[_i].count;
    c.recipe.unsigned_package = signers[_i].count == 0;
    lab_case_rebuild(&c);
    enum fwd_reason reason = lab_install(c.lab, &c.package, FWD_COMMAND_ANY);
    ck_assert_msg(reason == signers[_i].reason, "%s gives %s", signers[_i].name,
        fwd_reason_info(reason)->name);
    lab_case_free(&c);
}
END_TEST

/* [M47]: the block's CRC-32 is right, and one signature of a known key is of other bytes. */
START_TEST(a_bad_signature_of_a_known_key_refuses_even_when_others_suffice)
{
    struct lab_case c =
        lab_case_delta(lab_shape("A/B, unit 64"), lab_pattern("code inserted"), false);
    struct fwd_header header;
    struct fwd_sigblock block;

    c.recipe.signers[0] = 1;
    c.recipe.signers[1] = 0;
    c.recipe.signer_count = 2;
    lab_case_rebuild(&c);
    ck_assert_int_eq(fwd_header_decode(c.package.data, c.package.size, &header), FWD_OK);
    uint8_t *at = c.package.data + FWD_HEADER_SIZE + header.manifest_size;
    uint32_t size;
    ck_assert_int_eq(fwd_sigblock_head(at, FWD_SIGBLOCK_HEAD, &size), FWD_OK);
    ck_assert_int_eq(fwd_sigblock_decode(at, size, &block), FWD_OK);
    for (int wrong = 0; wrong < 2; wrong++) {
        uint8_t bytes[64], again[FWD_SIGBLOCK_MAX];
        struct fwd_signature both[2] = {block.signatures[0], block.signatures[1]};
        memcpy(bytes, both[wrong].bytes, sizeof bytes);
        bytes[10] ^= 4;
        both[wrong].bytes = bytes;
        ck_assert(fwd_sigblock_encode(both, 2, again, sizeof again));
        struct fwd_bytes package = {malloc(c.package.size), c.package.size};
        ck_assert_ptr_nonnull(package.data);
        memcpy(package.data, c.package.data, package.size);
        memcpy(package.data + (at - c.package.data), again, size);
        ck_assert_int_eq(lab_install(c.lab, &package, FWD_COMMAND_ANY), FWD_E_BAD_SIGNATURE);
        fwd_bytes_free(&package);
    }
    lab_case_free(&c);
}
END_TEST

/* ---- authority [M50] ------------------------------------------------------------------------- */

#define FIRMWARE (1u << FWD_ROLE_FIRMWARE)

static const struct {
    const char *name;
    struct fwd_trust_limits limits;
    uint32_t counter; /* 0: none in the package */
    bool product;     /* the package names the device's product */
    enum fwd_reason reason;
} authorities[] = {
    {"its role", {FIRMWARE, true, 0, {""}}, 0, false, FWD_OK},
    {"another role", {1u << FWD_ROLE_DATA, true, 0, {""}}, 0, false, FWD_E_NOT_AUTHORISED},
    {"its product", {FIRMWARE, true, 1, {LAB_PRODUCT}}, 0, true, FWD_OK},
    {"another product", {FIRMWARE, true, 1, {"Z"}}, 0, true, FWD_E_NOT_AUTHORISED},
    {"any product", {FIRMWARE, true, 1, {LAB_PRODUCT}}, 0, false, FWD_E_NOT_AUTHORISED},
    {"may raise", {FIRMWARE, true, 0, {""}}, 8, false, FWD_OK},
    {"may not raise", {FIRMWARE, false, 0, {""}}, 8, false, FWD_E_NOT_AUTHORISED},
    {"may sign an equal counter", {FIRMWARE, false, 0, {""}}, 7, false, FWD_OK},
};

static void name_product(struct lab_draft *draft)
{
    draft->manifest.products[0] = fwd_text_of(LAB_PRODUCT);
    draft->manifest.product_count = 1;
}

START_TEST(a_key_signs_within_its_limits)
{
    static const int key[] = {0};
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("code inserted"), false);

    lab_trust(c.lab, key, 1, &authorities[_i].limits);
    if (authorities[_i].counter > 0)
        lab_count(c.lab, 0, 7);
    c.recipe.parts[0].has_counter = authorities[_i].counter > 0;
    c.recipe.parts[0].counter = authorities[_i].counter;
    c.recipe.edit = authorities[_i].product ? name_product : NULL;
    lab_case_rebuild(&c);
    enum fwd_reason reason = lab_install(c.lab, &c.package, FWD_COMMAND_ANY);
    ck_assert_msg(reason == authorities[_i].reason, "%s gives %s", authorities[_i].name,
        fwd_reason_info(reason)->name);
    if (reason != FWD_OK)
        expect_untouched(c.lab, authorities[_i].name);
    lab_case_free(&c);
}
END_TEST

/* ---- anti-rollback [M37] --------------------------------------------------------------------- */

static const struct {
    bool has;
    uint32_t counter, held;
    bool refuse_equal;
    enum fwd_reason reason;
    uint32_t after;
} counters[] = {
    {true, 6, 5, false, FWD_OK, 6},
    {true, 5, 5, false, FWD_OK, 5},
    {true, 4, 5, false, FWD_E_ROLLBACK, 5},
    {false, 0, 5, false, FWD_E_ROLLBACK, 5},
    {false, 0, 0, false, FWD_OK, 0},
    {true, UINT32_MAX, 5, false, FWD_OK, UINT32_MAX},
    {true, 0, UINT32_MAX, false, FWD_E_ROLLBACK, UINT32_MAX},
    {true, 5, 5, true, FWD_E_DOWNGRADE, 5},
    {true, 6, 5, true, FWD_OK, 6},
};

START_TEST(the_security_counter_never_goes_back)
{
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("code inserted"), false);

    c.recipe.parts[0].has_counter = counters[_i].has;
    c.recipe.parts[0].counter = counters[_i].counter;
    lab_count(c.lab, 0, counters[_i].held);
    c.lab->device.policy.refuse_downgrade = counters[_i].refuse_equal;
    lab_case_rebuild(&c);
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), counters[_i].reason);
    ck_assert_uint_eq(c.lab->counters[0], counters[_i].held); /* it follows what starts */
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert_uint_eq(c.lab->counters[0], counters[_i].after);
    lab_case_free(&c);
}
END_TEST

#define COUNT(table) ((int)(sizeof table / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("refuse");
    TCase *tests = tcase_create("refuse");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(
        tests, a_signed_package_that_contradicts_itself_is_refused, 0, COUNT(drafts));
    tcase_add_loop_test(tests, a_command_takes_its_kind_of_package, 0, COUNT(commands));
    tcase_add_loop_test(tests, a_device_refuses_what_it_cannot_install_safely, 0, COUNT(devices));
    tcase_add_loop_test(tests, signatures_count_by_known_and_distinct_keys, 0, COUNT(signers));
    tcase_add_test(tests, a_bad_signature_of_a_known_key_refuses_even_when_others_suffice);
    tcase_add_loop_test(tests, a_key_signs_within_its_limits, 0, COUNT(authorities));
    tcase_add_loop_test(tests, the_security_counter_never_goes_back, 0, COUNT(counters));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
