#include "gen/package/xz_encode.h"

#include "gen/jobs.h"
#include "verify/codec/xz_stream.h"

#include <stdlib.h>

/* Up to here every setting is tried: it takes milliseconds. */
#define SMALL 16384u
/* From these sizes on only so many of the favourites are tried: each costs 0.5 s per MiB. */
#define MEDIUM       (256u << 10)
#define MEDIUM_TRIES 3u
#define LARGE        (8u << 20)
#define LARGE_TRIES  1u
/* Other settings gain less than three tenths of what the favourite gives. */
#define HOPE 13u
/* A quick look at what cannot win: the same dictionary, few candidates for each match. The best
 * setting came to no less than 76 % of it for differences and 95 % for code (22 streams). */
#define QUICK_DIFFERENCE 70u
#define QUICK_CODE       87u
#define QUICK_LEAST      65536u
#define QUICK_DEPTH      4u

#define SETTINGS_MAX 37u
#define ITEMS_MAX    (FWD_XZ_TASKS_MAX * SETTINGS_MAX)

/* LZMA's literal context, literal position and position bits. */
struct setting {
    uint8_t lc, lp, pb;
};

/* What won on firmware of two instruction sets, most often first. */
static const struct setting favourites[][4] = {
    [FWD_XZ_CONTROL] = {{1, 0, 0}, {0, 0, 0}, {2, 0, 0}, {3, 0, 0}},
    [FWD_XZ_DIFFERENCE] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {3, 0, 0}},
    [FWD_XZ_CODE] = {{4, 0, 1}, {2, 0, 0}, {2, 2, 2}, {3, 0, 1}},
};

struct item {
    const struct fwd_xz_task *task;
    struct setting setting;
    bool quick;
    uint32_t most; /* a larger result is of no use */
    struct fwd_bytes out;
    bool failed;
};

struct batch {
    struct item items[ITEMS_MAX];
    size_t count;
    size_t first; /* of those that are to be run */
};

uint8_t fwd_xz_code_for(uint32_t size)
{
    uint8_t code = 0;
    uint32_t dictionary;

    while (fwd_xz_dictionary(code, &dictionary) && dictionary < size)
        code++;
    return code;
}

static uint64_t arena_of(const struct fwd_xz_task *tasks, size_t count, size_t *largest)
{
    uint64_t total = 0;

    *largest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t dictionary = 0;
        (void)fwd_xz_dictionary(tasks[i].code, &dictionary);
        total += (uint64_t)dictionary + FWD_XZ_MARGIN;
        if (tasks[i].code > tasks[*largest].code)
            *largest = i;
    }
    return total;
}

bool fwd_xz_fit(struct fwd_xz_task *tasks, size_t count, uint32_t arena_max)
{
    size_t largest;

    while (arena_of(tasks, count, &largest) > arena_max) {
        if (tasks[largest].code == 0)
            return false;
        tasks[largest].code--;
    }
    return true;
}

static uint32_t clamp_size(uint64_t size)
{
    return size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
}

static bool set_options(const struct item *item, lzma_options_lzma *options)
{
    if (lzma_lzma_preset(options, 9 | LZMA_PRESET_EXTREME))
        return false;
    if (item->quick) {
        options->mode = LZMA_MODE_FAST;
        options->mf = LZMA_MF_HC4;
        options->depth = QUICK_DEPTH;
    }
    options->lc = item->setting.lc;
    options->lp = item->setting.lp;
    options->pb = item->setting.pb;
    (void)fwd_xz_dictionary(item->task->code, &options->dict_size);
    return true;
}

/* Leaves out->data NULL when the result would be larger than `most`. */
static bool encode_item(const struct item *item, struct fwd_bytes *out)
{
    const struct fwd_xz_task *task = item->task;
    lzma_options_lzma options;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    lzma_stream stream = LZMA_STREAM_INIT;
    size_t room = lzma_stream_buffer_bound(task->size);
    lzma_ret result = LZMA_MEM_ERROR;

    room = room < item->most ? room : item->most;
    if (!set_options(item, &options))
        return false;
    out->data = malloc(room ? room : 1);
    if (out->data != NULL && lzma_stream_encoder(&stream, filters, LZMA_CHECK_NONE) == LZMA_OK) {
        stream.next_in = task->bytes;
        stream.avail_in = task->size;
        stream.next_out = out->data;
        stream.avail_out = room;
        result = lzma_code(&stream, LZMA_FINISH);
        out->size = (size_t)stream.total_out;
    }
    lzma_end(&stream);
    if (result != LZMA_STREAM_END)
        fwd_bytes_free(out);
    return result == LZMA_STREAM_END ||
           ((result == LZMA_OK || result == LZMA_BUF_ERROR) && stream.avail_out == 0);
}

static void run_item(void *ctx, size_t index)
{
    struct batch *batch = ctx;
    struct item *item = &batch->items[batch->first + index];

    item->failed = !encode_item(item, &item->out);
}

static void add_item(
    struct batch *batch, const struct fwd_xz_task *task, struct setting setting, uint32_t most)
{
    batch->items[batch->count++] = (struct item){.task = task, .setting = setting, .most = most};
}

/* The settings that are tried besides the favourite one. */
static void add_others(struct batch *batch, const struct fwd_xz_task *task, uint32_t most)
{
    const struct setting *favourite = favourites[task->content];
    size_t tries = sizeof favourites[0] / sizeof favourites[0][0];

    if (task->size >= MEDIUM)
        tries = task->size >= LARGE ? LARGE_TRIES : MEDIUM_TRIES;
    if (task->size > SMALL) {
        for (size_t i = 1; i < tries; i++)
            add_item(batch, task, favourite[i], most);
        return;
    }
    for (uint8_t lc = 0; lc <= 4; lc++)
        for (uint8_t lp = 0; lp <= 2 && lc + lp <= 4; lp++)
            for (uint8_t pb = 0; pb <= 2; pb++)
                add_item(batch, task, (struct setting){lc, lp, pb}, most);
}

/* Runs what was added since the last time. False: no memory. */
static bool run(struct batch *batch, unsigned jobs, const struct fwd_progress_sink *progress)
{
    bool ok = true;

    fwd_jobs_run(jobs, batch->count - batch->first, run_item, batch, progress);
    for (; batch->first < batch->count; batch->first++)
        ok = ok && !batch->items[batch->first].failed;
    return ok;
}

/* The smallest result of a task: of equal sizes the first setting wins, whichever thread was
 * faster. NULL: all passed the limit. */
static struct item *best_of(struct batch *batch, const struct fwd_xz_task *task)
{
    struct item *best = NULL;

    for (size_t i = 0; i < batch->count; i++) {
        struct item *item = &batch->items[i];
        if (item->task == task && item->out.data != NULL &&
            (best == NULL || item->out.size < best->out.size))
            best = item;
    }
    return best;
}

/* The size of all tasks' smallest results; UINT64_MAX when one has none. */
static uint64_t total_of(struct batch *batch, const struct fwd_xz_task *tasks, size_t count)
{
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++) {
        const struct item *best = best_of(batch, &tasks[i]);
        if (best == NULL)
            return UINT64_MAX;
        total += best->out.size;
    }
    return total;
}

static void take(struct batch *batch, struct fwd_xz_task *tasks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct item *best = best_of(batch, &tasks[i]);
        tasks[i].out = best->out;
        best->out = (struct fwd_bytes){0};
    }
}

/* Whether it is of no use to compress the tasks, by a quick look at the larger ones. */
static bool hopeless(const struct fwd_xz_task *tasks, size_t count, uint64_t most, bool *ok)
{
    uint64_t total = 0;
    bool passed = false;

    for (size_t i = 0; i < count && *ok && !passed && most < FWD_SIZE_UNKNOWN; i++) {
        uint32_t share = tasks[i].content == FWD_XZ_CODE ? QUICK_CODE : QUICK_DIFFERENCE;
        struct item quick = {.task = &tasks[i],
            .setting = favourites[tasks[i].content][0],
            .quick = true,
            .most = clamp_size((most - total) * 100 / share)};
        if (tasks[i].size < QUICK_LEAST)
            continue;
        *ok = encode_item(&quick, &quick.out);
        passed = *ok && quick.out.data == NULL;
        total += (uint64_t)quick.out.size * share / 100;
        fwd_bytes_free(&quick.out);
    }
    return passed;
}

enum fwd_fail fwd_xz_encode(struct fwd_xz_task *tasks, size_t count,
    const struct fwd_xz_options *options, bool *stopped, struct fwd_error *err)
{
    struct batch *batch = calloc(1, sizeof *batch);

    *stopped = false;
    if (batch == NULL)
        return fwd_error_memory(err, "the compressor");
    uint64_t most = fwd_size_limit_of(options->limit), total;
    bool ok = true;
    if (hopeless(tasks, count, most, &ok)) {
        *stopped = true;
        free(batch);
        return FWD_FAIL_NONE;
    }
    for (size_t i = 0; i < count; i++)
        add_item(batch, &tasks[i], favourites[tasks[i].content][0], clamp_size(most * HOPE / 10));
    ok = ok && run(batch, options->jobs, options->progress);
    total = total_of(batch, tasks, count);
    if (ok && total <= most * HOPE / 10) {
        for (size_t i = 0; i < count; i++)
            add_others(batch, &tasks[i], (uint32_t)best_of(batch, &tasks[i])->out.size);
        ok = run(batch, options->jobs, options->progress);
        total = total_of(batch, tasks, count);
    }
    *stopped = ok && total > most;
    if (ok && !*stopped)
        take(batch, tasks, count);
    for (size_t i = 0; i < batch->count; i++)
        fwd_bytes_free(&batch->items[i].out);
    free(batch);
    return ok ? FWD_FAIL_NONE : fwd_error_memory(err, "the compressor");
}
