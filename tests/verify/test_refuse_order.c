/* The order of the checks (SPEC.md section 10): each fault alone gives its reason, and of two the
 * earlier one decides. [M22] [M91] [M92] [M93] R33 R22 R60 */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define EDITS_MAX 4

/* What the faults of one try do to the draft of the package. */
static void (*edits[EDITS_MAX])(struct lab_draft *draft);
static int edit_count;

static void edit_all(struct lab_draft *draft)
{
    for (int i = 0; i < edit_count; i++)
        edits[i](draft);
}

static void inject(struct lab_case *c, enum fwd_point point, enum fwd_reason reason)
{
    if (c->lab->inject == FWD_OK) {
        c->lab->inject_at = point;
        c->lab->inject = reason;
    } else {
        c->lab->inject_also_at = point;
        c->lab->inject_also = reason;
    }
}

/* ---- the faults, in the order of the checks -------------------------------------------------- */

static void flash_fails(struct lab_case *c)
{
    inject(c, FWD_POINT_FLASH, FWD_E_FLASH_OPEN);
}
static void partitions_fail(struct lab_case *c)
{
    inject(c, FWD_POINT_PARTITIONS, FWD_E_PARTITION_TABLE);
}
static void memory_small(struct lab_case *c)
{
    c->lab->device.memory_size = fwd_update_memory(&c->lab->device) - 1;
}
static void blocks_bad(struct lab_case *c)
{
    inject(c, FWD_POINT_BAD_BLOCKS, FWD_E_BAD_BLOCKS);
}
static void store_fails(struct lab_case *c)
{
    inject(c, FWD_POINT_FILE_SYSTEM, FWD_E_FILE_SYSTEM);
}
static void package_fails(struct lab_case *c)
{
    inject(c, FWD_POINT_PACKAGE, FWD_E_PACKAGE_UNREADABLE);
}
static void is_full(struct lab_draft *draft)
{
    draft->header.kind = FWD_KIND_FULL;
}
static void new_format(struct lab_draft *draft)
{
    draft->header.major = 2;
}
static void foreign_signer(struct lab_case *c)
{
    c->recipe.signers[0] = LAB_KEY_OTHER;
    c->recipe.signer_count = 1;
}
static void two_wanted(struct lab_case *c)
{
    c->lab->device.policy.threshold = 2;
}
static void shorten_entry(struct lab_draft *draft)
{
    draft->manifest_bytes[1]--;
}
static void broken_manifest(struct lab_case *c)
{
    c->recipe.edit_bytes = shorten_entry;
}
static void wrong_payload(struct fwd_bytes *package)
{
    package->data[package->size - 1] ^= 1;
}
static void longer(struct fwd_bytes *package)
{
    package->data = realloc(package->data, package->size + 1);
    ck_assert_ptr_nonnull(package->data);
    package->data[package->size++] = 0;
}
static void wrong_parameters(struct lab_draft *draft)
{
    draft->manifest.components[0].codec_params = (const uint8_t *)"x";
    draft->manifest.components[0].codec_params_size = 1;
}
static void other_product(struct lab_draft *draft)
{
    draft->manifest.products[0] = fwd_text_of("Y200");
    draft->manifest.product_count = 1;
}
static void counter_ahead(struct lab_case *c)
{
    lab_count(c->lab, 0, 5);
}
static void old_counter(struct lab_draft *draft)
{
    draft->manifest.components[0].has_counter = true;
    draft->manifest.components[0].counter = 4;
}
static void other_source(struct lab_draft *draft)
{
    draft->manifest.components[0].source.version = fwd_text_of("0.9");
}
static void small_arena(struct lab_case *c)
{
    c->lab->device.memory_size = fwd_update_memory(&c->lab->device) + LAB_CODEC_ARENA / 2;
}
static void absent_component(struct lab_case *c)
{
    c->recipe.parts[1] =
        (struct lab_part){.name = "ghost", .target = &c->images[1], .target_version = "2.0"};
    c->recipe.part_count = 2;
}
static void broken_stream(struct lab_draft *draft)
{
    draft->payload[0] = 0xFF;
    draft->payload[1] = 0x7F; /* copies more than there is */
}
static void not_ready_to_install(struct lab_case *c)
{
    inject(c, FWD_POINT_INSTALLATION, FWD_E_INTERNAL);
}
static void not_ready_to_leave(struct lab_case *c)
{
    inject(c, FWD_POINT_FINALIZATION, FWD_E_FINALIZE);
}

static const struct fault {
    const char *name;
    enum fwd_reason reason;
    void (*device)(struct lab_case *c);
    void (*draft)(struct lab_draft *draft);
    void (*bytes)(struct fwd_bytes *package);
} faults[] = {
    {"E1 flash", FWD_E_FLASH_OPEN, flash_fails, NULL, NULL},
    {"E2 partitions", FWD_E_PARTITION_TABLE, partitions_fail, NULL, NULL},
    {"E3 workspace", FWD_E_WORKSPACE, memory_small, NULL, NULL},
    {"E5 bad blocks", FWD_E_BAD_BLOCKS, blocks_bad, NULL, NULL},
    {"E6 file store", FWD_E_FILE_SYSTEM, store_fails, NULL, NULL},
    {"E7 package", FWD_E_PACKAGE_UNREADABLE, package_fails, NULL, NULL},
    {"V1 kind", FWD_E_FULL_NOT_DELTA, NULL, is_full, NULL},
    {"V2 format", FWD_E_FORMAT_VERSION, NULL, new_format, NULL},
    {"V3 length", FWD_E_STORED_LENGTH, NULL, NULL, longer},
    {"V4 signer", FWD_E_UNKNOWN_SIGNER, foreign_signer, NULL, NULL},
    {"V5 threshold", FWD_E_TOO_FEW_SIGNATURES, two_wanted, NULL, NULL},
    {"V5b manifest", FWD_E_MANIFEST_SYNTAX, broken_manifest, NULL, NULL},
    {"V5c payload", FWD_E_PAYLOAD_DIGEST, NULL, NULL, wrong_payload},
    {"V6 parameters", FWD_E_SECTION_CONTENT, NULL, wrong_parameters, NULL},
    {"V7 product", FWD_E_PRODUCT, NULL, other_product, NULL},
    {"V8a counter", FWD_E_ROLLBACK, counter_ahead, old_counter, NULL},
    {"V9 source", FWD_E_SOURCE_VERSION, NULL, other_source, NULL},
    {"I1 memory", FWD_E_DECODER_MEMORY, small_arena, NULL, NULL},
    {"I2 component", FWD_E_COMPONENT_ABSENT, absent_component, NULL, NULL},
    {"I3 stream", FWD_E_STREAM_INVALID, NULL, broken_stream, NULL},
    {"installation point", FWD_E_INTERNAL, not_ready_to_install, NULL, NULL},
    {"F1 last check", FWD_E_FINALIZE, not_ready_to_leave, NULL, NULL},
};
enum { FAULTS = sizeof faults / sizeof faults[0], FINAL = FAULTS - 1, VALIDATED = 16 };

static struct lab_case begin(void)
{
    edit_count = 0;
    return lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("code inserted"), false);
}

static void apply(struct lab_case *c, const struct fault *fault)
{
    if (fault->device != NULL)
        fault->device(c);
    if (fault->draft != NULL)
        edits[edit_count++] = fault->draft;
    c->recipe.edit = edit_all;
}

static enum fwd_reason run(struct lab_case *c, const struct fault *a, const struct fault *b)
{
    lab_case_rebuild(c);
    if (a->bytes != NULL)
        a->bytes(&c->package);
    if (b != NULL && b->bytes != NULL)
        b->bytes(&c->package);
    return lab_install(c->lab, &c->package, FWD_COMMAND_DELTA);
}

START_TEST(each_fault_alone_gives_its_reason)
{
    const struct fault *fault = &faults[_i];
    struct lab_case c = begin();

    apply(&c, fault);
    enum fwd_reason reason = run(&c, fault, NULL);
    ck_assert_msg(
        reason == fault->reason, "%s gives %s", fault->name, fwd_reason_info(reason)->name);
    if (_i != FINAL) {
        ck_assert_msg(lab_slot_writes(c.lab) == 0, "%s: a slot was written", fault->name);
        c.lab->device.memory_size = fwd_update_memory(&c.lab->device) + 8192;
        c.lab->inject = FWD_OK;
        const char *disturbed = lab_disturbed(c.lab);
        ck_assert_msg(!disturbed, "%s: %s", fault->name, disturbed);
    }
    lab_case_free(&c);
}
END_TEST

/* Both set the size of the memory. */
static bool compatible(const struct fault *a, const struct fault *b)
{
    return a->device != memory_small || b->device != small_arena;
}

START_TEST(of_two_faults_the_earlier_decides)
{
    const struct fault *first = &faults[_i];

    for (int i = _i + 1; i < FAULTS; i++) {
        const struct fault *second = &faults[i];
        if (!compatible(first, second))
            continue;
        struct lab_case c = begin();
        apply(&c, first);
        apply(&c, second);
        enum fwd_reason reason = run(&c, first, second);
        ck_assert_msg(reason == first->reason, "%s and %s give %s", first->name, second->name,
            fwd_reason_info(reason)->name);
        lab_case_free(&c);
    }
}
END_TEST

/* Progress lines: none before V9, validation before I1..I3, installation from its first point on.
 * R25 R29 */
START_TEST(progress_begins_where_it_should)
{
    const struct fault *fault = &faults[_i];
    struct lab_case c = begin();
    bool validation = false, installation = false;

    apply(&c, fault);
    (void)run(&c, fault, NULL);
    for (unsigned i = 0; i < c.lab->line_count; i++) {
        validation = validation || c.lab->lines[i].phase == FWD_PROGRESS_VALIDATION;
        installation = installation || c.lab->lines[i].phase == FWD_PROGRESS_INSTALLATION;
    }
    ck_assert_str_eq(faults[VALIDATED].name, "V9 source");
    ck_assert_msg(validation == (_i >= VALIDATED), "%s: validation lines", fault->name);
    ck_assert_msg(installation == (_i == FINAL), "%s: installation lines", fault->name);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("refuse_order");
    TCase *tests = tcase_create("refuse_order");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_fault_alone_gives_its_reason, 0, FAULTS);
    tcase_add_loop_test(tests, of_two_faults_the_earlier_decides, 0, FAULTS);
    tcase_add_loop_test(tests, progress_begins_where_it_should, 0, FAULTS);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
