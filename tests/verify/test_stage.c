/* What the installer puts into the staging area, read as SPEC.md section 7 describes it. */
#include "format/record/step.h"
#include "tests/verify/rig/install_cuts.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint8_t staging[32768];

/* Cuts power when everything is staged; *record: the journal's. */
static void stage(struct lab *lab, struct fwd_record *record)
{
    lab->inject_at = FWD_POINT_INSTALLATION;
    lab->inject = FWD_E_INTERNAL;
    ck_assert_int_eq(lab_install(lab, &lab->package, FWD_COMMAND_ANY), FWD_E_INTERNAL);
    *record = lab->update.journal.record;
    ck_assert_uint_le(record->staging_end, sizeof staging);
    ck_assert(fwd_nor_peek(lab->nor, LAB_AREA_STAGING, 0, staging, record->staging_end));
}

struct walk {
    const struct lab_image *old, *new;
    const struct fwd_area *slot;
    bool overwritten[64];
    uint32_t steps;
};

static uint8_t old_byte(const struct walk *walk, uint32_t at)
{
    return at < walk->old->size ? walk->old->bytes[at] : walk->slot->erased;
}

/* [M73] [M76] [M77] [M99]: resolves one step; returns where its tail is stored. */
static uint32_t walk_ops(
    struct walk *walk, const struct fwd_step_head *head, uint32_t at, bool *own)
{
    uint32_t source = head->block_offset, given = 0;

    for (*own = false; given < head->data_size;) {
        struct fwd_op op;
        size_t used;
        uint32_t from = source;
        ck_assert_int_eq(fwd_op_decode(staging + at, FWD_OP_SIZE_MAX, &op, &used), FWD_OP_OK);
        at += (uint32_t)used;
        ck_assert(fwd_op_advance(&op, &source));
        for (uint32_t i = 0; op.kind != FWD_OP_SEEK && i < op.length; i++, given++) {
            bool copy = op.kind == FWD_OP_COPY;
            uint8_t byte = copy ? old_byte(walk, from + i) : staging[at + i];
            struct fwd_block block = fwd_area_block_at(walk->slot, copy ? from + i : 0);
            ck_assert_uint_eq(byte, walk->new->bytes[head->block_offset + given]);
            ck_assert(!copy || !walk->overwritten[block.index]);
            *own = *own || (copy && block.offset == head->block_offset);
        }
        at += op.kind == FWD_OP_LITERAL ? op.length : 0;
    }
    return at;
}

static void check_digest(const struct walk *walk, const struct fwd_step_head *head,
    const uint8_t digest[FWD_DIGEST_SIZE])
{
    uint8_t block[1024], expected[FWD_DIGEST_SIZE];

    memset(block, walk->slot->erased, sizeof block);
    memcpy(block, walk->new->bytes + head->block_offset, head->data_size);
    ck_assert(fwd_crypto_port_sha256(block, head->block_size, expected));
    ck_assert_mem_eq(digest, expected, FWD_DIGEST_SIZE);
}

/* One step at `at`; returns its end. [M69] */
static uint32_t walk_step(struct walk *walk, uint32_t at)
{
    struct fwd_step_head head;
    struct fwd_step_tail tail;
    bool own;

    ck_assert(fwd_step_head_decode(staging + at, &head));
    uint32_t tail_at = walk_ops(walk, &head, at + FWD_STEP_HEAD_SIZE, &own);
    ck_assert(fwd_step_tail_decode(staging + tail_at, &tail));
    ck_assert_uint_eq(tail.ops_size, tail_at - at - FWD_STEP_HEAD_SIZE);
    ck_assert_int_eq((tail.flags & FWD_STEP_READS_OWN_BLOCK) != 0, own);
    check_digest(walk, &head, tail.digest);
    walk->overwritten[fwd_area_block_at(walk->slot, head.block_offset).index] = true;
    walk->steps++;
    return tail_at + FWD_STEP_TAIL_SIZE;
}

/* Steps lie in the order of their blocks; a descending device takes them from the last. */
static void walk_all(struct walk *walk, const struct fwd_staged *staged)
{
    uint32_t starts[64], count = 0;

    for (uint32_t at = staged->begin; at < staged->end;) {
        struct walk look = *walk;
        memset(look.overwritten, 0, sizeof look.overwritten);
        starts[count++] = at;
        at = walk_step(&look, at);
    }
    ck_assert_uint_eq(count, staged->steps);
    bool descending = (staged->flags & FWD_STAGED_DESCENDING) != 0;
    for (uint32_t i = 0; i < count; i++)
        (void)walk_step(walk, starts[descending ? count - 1 - i : i]);
}

static const char *const shapes[] = {"in place, unit 64", "in place, unit 8, ECC",
    "in place, unit 1, erased 0", "in place, unit 256", "in place, mixed blocks, unit 4"};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* [M65] [M67] [M72] */
START_TEST(staged_steps_are_what_the_specification_says)
{
    const struct lab_shape *shape = lab_shape(shapes[_i % SHAPES]);
    bool descending = _i >= SHAPES;

    for (const struct lab_pattern *pattern = lab_patterns; pattern->name != NULL; pattern++) {
        struct lab_case c = lab_case_delta(shape, pattern, descending);
        struct fwd_record record;
        struct fwd_staging_head head;
        struct fwd_staged staged;
        uint8_t digest[FWD_DIGEST_SIZE];
        stage(c.lab, &record);
        ck_assert(fwd_crypto_port_sha256(staging, record.staging_end, digest));
        ck_assert_mem_eq(record.staging_digest, digest, sizeof digest);
        ck_assert(fwd_staging_head_decode(staging, &head));
        ck_assert_mem_eq(head.session, record.session, FWD_SESSION_SIZE);
        ck_assert_mem_eq(
            staging + FWD_STAGING_HEAD_SIZE, c.package.data, head.signed_size + head.sigblock_size);
        ck_assert(fwd_staged_decode(staging + record.staging_end - FWD_STAGED_SIZE, &staged));
        ck_assert_uint_eq(staged.begin, fwd_staging_steps_at(&head));
        ck_assert_int_eq((staged.flags & FWD_STAGED_DESCENDING) != 0, descending);
        struct walk walk = {c.lab->old[0], c.lab->new[0], lab_slot(c.lab, 0, 0), {false}, 0};
        walk_all(&walk, &staged);
        lab_case_free(&c);
    }
}
END_TEST

/* A tight area takes the order that fits, and refuses when neither does; the old firmware runs. */
START_TEST(the_order_that_fits_is_taken)
{
    struct lab_shape shape = *lab_shape("in place, unit 64");
    const struct lab_pattern *pattern = lab_pattern("grown");
    shape.service_block = 512;
    bool other_order = false, refused = false, fits = false;

    for (shape.staging_size = 512; shape.staging_size < 4096; shape.staging_size += 512) {
        for (int descending = 0; descending < 2; descending++) {
            struct lab_case c = lab_case_delta(&shape, pattern, descending != 0);
            enum fwd_reason reason = lab_install(c.lab, &c.package, FWD_COMMAND_ANY);
            struct fwd_staged staged;
            uint8_t bytes[FWD_STAGED_SIZE];
            ck_assert(reason == FWD_OK || reason == FWD_E_STAGING_TOO_SMALL);
            refused = refused || reason != FWD_OK;
            fits = fits || reason == FWD_OK;
            if (reason != FWD_OK) {
                ck_assert_uint_eq(lab_slot_writes(c.lab), 0);
                ck_assert(!lab_disturbed(c.lab));
            } else {
                uint32_t end = c.lab->update.cost.staged_bytes;
                ck_assert(fwd_nor_peek(
                    c.lab->nor, LAB_AREA_STAGING, end - FWD_STAGED_SIZE, bytes, sizeof bytes));
                ck_assert(fwd_staged_decode(bytes, &staged));
                other_order =
                    other_order || (int)(staged.flags & FWD_STAGED_DESCENDING) != descending;
                ck_assert(!lab_unfinished(c.lab));
            }
            lab_case_free(&c);
        }
    }
    ck_assert(refused && fits && other_order);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stage");
    TCase *tests = tcase_create("stage");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, staged_steps_are_what_the_specification_says, 0, 2 * SHAPES);
    tcase_add_test(tests, the_order_that_fits_is_taken);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
