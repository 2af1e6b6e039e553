/* Learns where the direct contexts of codec fwd start: codes pairs of images one after the other
 * without forgetting, and prints verify/refdelta/model_start.c.
 *
 *   train SOURCE TARGET [SOURCE TARGET ...] > verify/refdelta/model_start.c
 *
 * bench/train.sh runs it on the public corpus, major releases first and patch releases last: what
 * was coded last has most weight. A change of these tables is a new version of the stream. */
#include "gen/refdelta/refdelta_search.h"
#include "hostio/host_file.h"

#include <stdio.h>
#include <stdlib.h>

static bool code_pair(const char *const paths[2], struct fwd_refdelta_encode_carry *carry)
{
    struct fwd_bytes images[2] = {{0}}, section = {0};
    const struct fwd_refdelta_search_options options = {.jobs = 1};
    struct fwd_error err = {{0}};
    struct fwd_found found = {0};
    enum fwd_fail fail = fwd_file_read(paths[0], FWD_DELTA_IMAGE_MAX, &images[0], &err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read(paths[1], FWD_DELTA_IMAGE_MAX, &images[1], &err);
    const struct fwd_pair pair = {
        images[0].data, images[1].data, (uint32_t)images[0].size, (uint32_t)images[1].size};
    if (fail == FWD_FAIL_NONE)
        fail = fwd_refdelta_search_make(&pair, &options, &found, &err);
    const struct fwd_refdelta_encode_job job = {.pair = pair,
        .isa = fwd_refdelta_search_isa(found.params.isa),
        .frames = found.located.frames,
        .runs = {found.runs.list, found.runs.count},
        .carry = carry};
    if (fail == FWD_FAIL_NONE)
        fail = fwd_refdelta_encode_section(&job, &found.params, &section, &err);
    if (fail == FWD_FAIL_NONE)
        fprintf(stderr, "%s: %zu bytes\n", paths[1], section.size);
    else
        fprintf(stderr, "train: %s\n", err.text);
    fwd_found_free(&found);
    fwd_bytes_free(&section);
    fwd_bytes_free(&images[0]);
    fwd_bytes_free(&images[1]);
    return fail == FWD_FAIL_NONE;
}

static void print_table(const char *name, const char *count, const uint16_t *slots, size_t size)
{
    printf("\nconst uint8_t fwd_start_%s[(%s + 1) / 2] = {", name, count);
    for (size_t i = 0; i < size; i += 2) {
        unsigned high = i + 1 < size ? slots[i + 1] >> 12 : 8;
        printf("%s0x%02X,", i % 32 == 0 ? "\n    " : " ", (unsigned)slots[i] >> 12 | high << 4);
    }
    printf("\n};\n");
}

int main(int argc, char **argv)
{
    struct fwd_refdelta_encode_carry *carry = calloc(1, sizeof *carry);
    bool ok = carry != NULL && argc > 2 && argc % 2 == 1;

    for (size_t i = 0; ok && i < FWD_RUNS_DIRECTS; i++)
        carry->runs[i] = 32768;
    for (size_t i = 0; ok && i < FWD_BODY_DIRECTS; i++)
        carry->body[i] = 32768;
    for (int i = 1; ok && i < argc; i += 2) {
        const char *const paths[2] = {argv[i], argv[i + 1]};
        ok = code_pair(paths, carry);
    }
    if (ok) {
        printf("/* Printed by bench/train.sh. */\n#include \"verify/refdelta/model_start.h\"\n\n/* "
               "clang-format off */\n");
        print_table("runs", "FWD_RUNS_DIRECTS", carry->runs, FWD_RUNS_DIRECTS);
        print_table("body", "FWD_BODY_DIRECTS", carry->body, FWD_BODY_DIRECTS);
    }
    free(carry);
    return ok ? 0 : 1;
}
