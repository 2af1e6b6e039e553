/* What a `fwd` section tells without its source, and what its parts cost. */
#include "gen/package/build_stamp.h"
#include "gen/refdelta/delta_costs.h"
#include "gen/refdelta/refdelta_dissect.h"
#include "gen/refdelta/refdelta_search.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A coded pair. */
struct coded {
    struct fwd_bytes source, target;
    struct fwd_pair pair;
    struct fwd_section section;
    struct fwd_component component;
};

static bool make(struct coded *coded, const struct rig_case *c)
{
    struct fwd_tuples tuples = {0};
    const struct fwd_section_options options = {.arena_max = UINT32_MAX, .jobs = 1};

    memset(coded, 0, sizeof *coded);
    coded->source = rig_case_source(c);
    coded->target = rig_case_target(c, &coded->source);
    coded->pair = rig_pair(&coded->source, &coded->target);
    if (c->source_size == 0 || c->target_size == 0)
        return false;
    ck_assert_msg(
        fwd_section_fwd(&coded->pair, &options, &coded->section, &tuples, NULL) == FWD_FAIL_NONE,
        "%s", c->name);
    fwd_tuples_free(&tuples);
    coded->component = rig_component(&coded->section, &coded->pair);
    coded->component.flags |= FWD_COMPONENT_HAS_SOURCE;
    return true;
}

static void release(struct coded *coded)
{
    fwd_section_free(&coded->section);
    fwd_bytes_free(&coded->source);
    fwd_bytes_free(&coded->target);
}

static struct fwd_refdelta_encode_job job_of(const struct coded *coded,
    const struct fwd_refdelta_dissection *d, const struct fwd_runs_found *runs)
{
    return (struct fwd_refdelta_encode_job){.pair = coded->pair,
        .isa = fwd_refdelta_search_isa(d->params.isa),
        .frames = d->frames,
        .runs = {runs->list, runs->count}};
}

static void check_counts(const struct fwd_refdelta_dissection *d, const struct fwd_runs_found *runs)
{
    uint32_t copied = 0, mapped = 0, classes = 0;

    for (size_t i = 0; i < runs->count; i++) {
        copied += runs->list[i].size;
        mapped += runs->list[i].mapped;
    }
    for (uint32_t i = 0; i < FWD_DISSECT_CLASSES; i++)
        classes += d->classes[i];
    ck_assert_uint_eq(d->copies, runs->count);
    ck_assert_uint_eq(d->copied, copied);
    ck_assert_uint_eq(d->mapped, mapped);
    ck_assert_uint_eq(classes, d->copies);
}

/* Its runs, frames and parameters are all there is: coded again they give the same bytes. */
START_TEST(a_section_is_its_dissection)
{
    struct coded coded;
    struct fwd_refdelta_dissection d;
    struct fwd_runs_found runs;
    struct fwd_bytes again;

    if (make(&coded, &rig_cases[_i])) {
        ck_assert_int_eq(
            fwd_refdelta_dissect(&coded.component, coded.section.bytes.data, &d, &runs), FWD_OK);
        ck_assert_uint_eq(d.arena, coded.section.arena_size);
        ck_assert_uint_eq(d.copied + d.literal, coded.pair.target_size);
        check_counts(&d, &runs);
        const struct fwd_refdelta_encode_job job = job_of(&coded, &d, &runs);
        ck_assert_int_eq(fwd_refdelta_encode_section(&job, &d.params, &again, NULL), FWD_FAIL_NONE);
        ck_assert_msg(again.size == coded.section.bytes.size &&
                          memcmp(again.data, coded.section.bytes.data, again.size) == 0,
            "%s", rig_cases[_i].name);
        fwd_bytes_free(&again);
        fwd_runs_found_free(&runs);
    }
    release(&coded);
}
END_TEST

static void check_sums(const struct coded *coded, const struct fwd_refdelta_encode_tally *tally,
    const uint64_t *places, size_t count)
{
    uint64_t total = fwd_cost_total(tally);
    uint64_t sum = tally->costs[FWD_CATEGORY_HEAD] + tally->costs[FWD_CATEGORY_RUNS];
    uint64_t size = (uint64_t)(coded->section.bytes.size - 4) * 8 * 65536;

    for (size_t i = 0; i < count; i++)
        sum += places[i];
    ck_assert_uint_eq(sum, total);
    /* two streams end with up to 4 bytes each, and the coder rounds */
    ck_assert_uint_le(total, size + size / 200 + 8 * 65536);
    ck_assert_uint_le(size, total + total / 200 + 9 * 8 * 65536);
    for (size_t type = 0; type < FWD_REF_TYPES; type++)
        /* the others are told by numbers */
        ck_assert_uint_ge(tally->ref_hits[type] + tally->ref_misses[type],
            tally->decisions[FWD_CATEGORY_REF_FLAG + type]);
    ck_assert_uint_ge(
        tally->unit_hits + tally->unit_misses, tally->decisions[FWD_CATEGORY_COPY_FLAG]);
}

static void check_order(const struct fwd_refdelta_encode_tally *tally,
    const struct fwd_refdelta_encode_job *job, const uint64_t *places)
{
    struct fwd_cost_row rows[FWD_COST_KINDS];
    struct fwd_cost_region regions[5];
    size_t count = fwd_cost_rows(tally, rows);
    size_t found = fwd_cost_regions(job, places, regions, 5);
    uint64_t total = 0, most = 0;

    for (size_t i = 0; i < count; i++) {
        total += rows[i].cost;
        ck_assert_ptr_nonnull(fwd_cost_name(job->isa->id, rows[i].kind));
        ck_assert_ptr_nonnull(fwd_cost_meaning(job->isa->id, rows[i].kind));
        ck_assert(i == 0 || rows[i - 1].cost >= rows[i].cost);
    }
    ck_assert_uint_eq(total, fwd_cost_total(tally));
    for (size_t i = 0; i < 2 * job->runs.count + 1; i++)
        most = places[i] > most ? places[i] : most;
    ck_assert_uint_ge(found, 1);
    ck_assert_uint_eq(regions[0].cost, most);
    for (size_t i = 1; i < found; i++)
        ck_assert_uint_ge(regions[i - 1].cost, regions[i].cost);
}

START_TEST(the_costs_of_all_parts_are_the_size_of_the_section)
{
    struct coded coded;
    struct fwd_refdelta_dissection d;
    struct fwd_runs_found runs;
    struct fwd_refdelta_encode_tally tally;

    if (make(&coded, &rig_cases[_i])) {
        ck_assert_int_eq(
            fwd_refdelta_dissect(&coded.component, coded.section.bytes.data, &d, &runs), FWD_OK);
        const struct fwd_refdelta_encode_job job = job_of(&coded, &d, &runs);
        size_t count = 2 * runs.count + 1;
        uint64_t *places = calloc(count, sizeof *places);
        ck_assert_ptr_nonnull(places);
        ck_assert_int_eq(
            fwd_refdelta_encode_measure(&job, &d.params, &tally, places, NULL), FWD_FAIL_NONE);
        check_sums(&coded, &tally, places, count);
        check_order(&tally, &job, places);
        free(places);
        fwd_runs_found_free(&runs);
    }
    release(&coded);
}
END_TEST

/* Cut and changed sections: any answer, no harm. A cut one is never taken for whole. */
START_TEST(a_damaged_section_does_no_harm)
{
    const struct rig_case *c = NULL;
    struct coded coded;
    struct fwd_refdelta_dissection d;
    struct fwd_runs_found runs;

    for (int i = 0; i < rig_case_count && c == NULL; i++)
        if (rig_cases[i].related && rig_cases[i].content == RIG_FIRMWARE &&
            rig_cases[i].source_size > 4096)
            c = &rig_cases[i];
    ck_assert_ptr_nonnull(c);
    ck_assert(make(&coded, c));
    ck_assert_int_eq(
        fwd_refdelta_dissect(&coded.component, coded.section.bytes.data, &d, NULL), FWD_OK);
    uint32_t runs_end = FWD_DISSECT_HEAD + d.runs_size;
    for (uint32_t size = 1; size <= runs_end; size++) {
        struct fwd_component cut = coded.component;
        uint8_t *part = malloc(size);
        ck_assert_ptr_nonnull(part);
        memcpy(part, coded.section.bytes.data, size);
        cut.section_size = size;
        ck_assert_int_ne(fwd_refdelta_dissect(&cut, part, &d, &runs), FWD_OK);
        ck_assert_ptr_null(runs.list);
        free(part);
    }
    for (uint32_t at = 0; at < runs_end; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            coded.section.bytes.data[at] ^= (uint8_t)(1u << bit);
            if (fwd_refdelta_dissect(&coded.component, coded.section.bytes.data, &d, &runs) ==
                FWD_OK)
                ck_assert_uint_eq(d.copied + d.literal, coded.pair.target_size);
            fwd_runs_found_free(&runs);
            coded.section.bytes.data[at] ^= (uint8_t)(1u << bit);
        }
    release(&coded);
}
END_TEST

static const struct {
    const char *name;
    const char *source, *target;
    uint32_t size;
    enum fwd_stamp_kind kind;
    uint32_t at;
} stamps[] = {
    {"none", "an image", "another image", 13, FWD_STAMP_NONE, 0},
    {"another time", "built 10:20:30.", "built at 10:20:31.", 18, FWD_STAMP_TIME, 9},
    {"the same time", "built 10:20:30.", "built at 10:20:30.", 18, FWD_STAMP_NONE, 0},
    {"no time of day", "", "1:2:3 99:99:99 110:20:30", 24, FWD_STAMP_NONE, 0},
    {"at the very end", "", "23:59:59", 8, FWD_STAMP_TIME, 0},
    {"cut off", "", "23:59:5", 7, FWD_STAMP_NONE, 0},
    {"a build id", "", "\4\0\0\0\x8\0\0\0\3\0\0\0GNU\0abcdefgh", 24, FWD_STAMP_ID, 16},
    {"the same build id", "abcdefgh", "\4\0\0\0\x8\0\0\0\3\0\0\0GNU\0abcdefgh", 24, FWD_STAMP_NONE,
        0},
    {"a note that is cut off", "", "\4\0\0\0\x9\0\0\0\3\0\0\0GNU\0abcdefgh", 24, FWD_STAMP_NONE, 0},
};

START_TEST(traces_of_a_build_are_found)
{
    uint8_t *target = malloc(stamps[_i].size);

    ck_assert_ptr_nonnull(target);
    memcpy(target, stamps[_i].target, stamps[_i].size);
    const struct fwd_pair pair = {(const uint8_t *)stamps[_i].source, target,
        (uint32_t)strlen(stamps[_i].source), stamps[_i].size};
    struct fwd_stamp stamp = fwd_stamp_find(&pair);
    ck_assert_msg(stamp.kind == stamps[_i].kind, "%s: %d", stamps[_i].name, (int)stamp.kind);
    ck_assert_msg(stamp.at == stamps[_i].at, "%s: %u", stamps[_i].name, stamp.at);
    free(target);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("delta_costs");
    TCase *tcase = tcase_create("delta_costs");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_section_is_its_dissection, 0, rig_case_count);
    tcase_add_loop_test(
        tcase, the_costs_of_all_parts_are_the_size_of_the_section, 0, rig_case_count);
    tcase_add_test(tcase, a_damaged_section_does_no_harm);
    tcase_add_loop_test(
        tcase, traces_of_a_build_are_found, 0, (int)(sizeof stamps / sizeof *stamps));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
