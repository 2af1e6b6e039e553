#include "gen/refdelta/choose_map.h"

#include "gen/memory_input.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_BACK 64u /* runs that start before a target, at most so many of them */
#define ROUNDS    4u

/* A place of the source that references lead to, and how far it moved. */
struct aim {
    uint32_t target;
    int32_t shift;
};

struct aims {
    struct aim *list;
    size_t count, room;
};

/* A run and how many aims only it explains. */
struct worth {
    size_t run;
    uint32_t aims;
    uint32_t size;
};

struct choice {
    const struct fwd_refdelta_encode_job *job;
    struct aims aims;
    size_t *by_source; /* numbers of runs, by their start in the source */
    struct worth *worths;
};

static bool add_aim(struct aims *aims, struct aim aim)
{
    if (aims->count == aims->room) {
        size_t room = aims->room ? aims->room * 2 : 4096;
        struct aim *list = realloc(aims->list, room * sizeof *list);
        if (list == NULL)
            return false;
        aims->list = list;
        aims->room = room;
    }
    aims->list[aims->count++] = aim;
    return true;
}

static int compare_aims(const void *a, const void *b)
{
    struct aim x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x.target != y.target)
        return x.target < y.target ? -1 : 1;
    return x.shift < y.shift ? -1 : x.shift > y.shift;
}

/* Where this reference leads in the target, if it is one there too. */
static bool aim_of(const struct fwd_refdelta_encode_job *job, const struct fwd_ref *ref,
    const struct fwd_run *run, uint32_t to_at, struct aim *aim)
{
    uint32_t target;

    if (ref->data || ref->split || ref->target - run->from < run->size ||
        !job->isa->read(
            &job->frames.to, &job->frames, job->pair.target + to_at, to_at, ref, &target))
        return false;
    *aim = (struct aim){ref->target, (int32_t)(target - ref->target)};
    return true;
}

static bool near_run(const struct fwd_ref *ref, uint32_t from)
{
    return ref->target - from + FWD_RUN_WINDOW_REACH < 2 * FWD_RUN_WINDOW_REACH;
}

static bool aims_of_run(struct choice *c, const struct fwd_run *run, struct fwd_ref_view *view)
{
    const struct fwd_refdelta_encode_job *job = c->job;
    uint32_t done = 0;

    while (done < run->size) {
        struct fwd_ref ref;
        struct aim aim;
        uint32_t step = 1;
        if (job->isa->find(view, run->from + done, run->to + done, &ref) &&
            ref.size <= run->size - done) {
            step = ref.size;
            if (!near_run(&ref, run->from + done) && aim_of(job, &ref, run, run->to + done, &aim) &&
                !add_aim(&c->aims, aim))
                return false;
        } else if ((run->to + done) % job->isa->unit == 0) {
            step = job->isa->unit;
        }
        done += step;
    }
    return true;
}

static bool collect_aims(struct choice *c)
{
    struct fwd_input input = fwd_memory_input(c->job->pair.source, c->job->pair.source_size);
    struct fwd_ref_view view = {.frames = &c->job->frames};
    uint8_t window[FWD_WINDOW_SIZE];
    size_t unchanged = 0;

    fwd_window_open(&view.source, &input, window, sizeof window);
    for (size_t i = 0; c->job->isa->find != NULL && i < c->job->runs.count; i++)
        if (!aims_of_run(c, &c->job->runs.list[i], &view))
            return false;
    if (c->aims.count > 0)
        qsort(c->aims.list, c->aims.count, sizeof *c->aims.list, compare_aims);
    for (size_t i = 0; i < c->aims.count; i++)
        if (unchanged == 0 || compare_aims(&c->aims.list[unchanged - 1], &c->aims.list[i]) != 0)
            c->aims.list[unchanged++] = c->aims.list[i];
    c->aims.count = unchanged;
    return true;
}

/* qsort has no context: the key goes with the number. */
struct start {
    uint32_t from;
    size_t run;
};

static int compare_starts(const void *a, const void *b)
{
    struct start x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x.from != y.from)
        return x.from < y.from ? -1 : 1;
    return x.run < y.run ? -1 : x.run > y.run;
}

static bool index_runs(struct choice *c)
{
    size_t count = c->job->runs.count;
    struct start *starts = malloc((count + 1) * sizeof *starts);

    c->by_source = malloc((count + 1) * sizeof *c->by_source);
    c->worths = malloc((count + 1) * sizeof *c->worths);
    bool ok = starts != NULL && c->by_source != NULL && c->worths != NULL;
    if (ok) {
        for (size_t i = 0; i < count; i++)
            starts[i] = (struct start){c->job->runs.list[i].from, i};
        qsort(starts, count, sizeof *starts, compare_starts);
        for (size_t i = 0; i < count; i++)
            c->by_source[i] = starts[i].run;
    }
    free(starts);
    return ok;
}

/* The run that moved an aim as it was moved; the number of runs when there is none. */
static size_t run_of(const struct choice *c, const struct aim *aim)
{
    const struct fwd_run *runs = c->job->runs.list;
    size_t count = c->job->runs.count, low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs[c->by_source[middle]].from <= aim->target)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = 0; i < LOOK_BACK && i < low; i++) {
        const struct fwd_run *run = &runs[c->by_source[low - 1 - i]];
        if (aim->target - run->from < run->size && (int32_t)(run->to - run->from) == aim->shift)
            return c->by_source[low - 1 - i];
    }
    return count;
}

static int compare_worths(const void *a, const void *b)
{
    struct worth x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x.aims != y.aims)
        return x.aims > y.aims ? -1 : 1;
    if (x.size != y.size)
        return x.size > y.size ? -1 : 1;
    return x.run < y.run ? -1 : x.run > y.run;
}

/* What each run is worth beyond the map so far. */
static bool weigh(struct choice *c)
{
    const struct fwd_run_list *runs = &c->job->runs;
    struct fwd_copymap map;
    uint8_t *memory;
    uint32_t confidence;

    if (!fwd_refdelta_encode_map(runs, &map, &memory))
        return false;
    for (size_t i = 0; i <= runs->count; i++)
        c->worths[i] = (struct worth){i, 0, i < runs->count ? runs->list[i].size : 0};
    for (size_t i = 0; i < c->aims.count; i++) {
        const struct aim *aim = &c->aims.list[i];
        if ((int32_t)(fwd_copymap_find(&map, aim->target, &confidence) - aim->target) != aim->shift)
            c->worths[run_of(c, aim)].aims++;
    }
    free(memory);
    qsort(c->worths, runs->count, sizeof *c->worths, compare_worths);
    return true;
}

static void mark(struct choice *c, uint32_t count)
{
    struct fwd_run *runs = c->job->runs.list;

    for (size_t i = 0; i < c->job->runs.count && count > 0; i++)
        if (!runs[c->worths[i].run].mapped) {
            runs[c->worths[i].run].mapped = true;
            count--;
        }
}

/* A map may have more intervals than runs: then the last that were chosen are left out again. */
static bool trim(struct choice *c, uint32_t room)
{
    struct fwd_run *runs = c->job->runs.list;
    size_t at = c->job->runs.count;
    uint32_t intervals;

    for (;;) {
        if (!fwd_refdelta_encode_intervals(&c->job->runs, &intervals))
            return false;
        if (intervals <= room)
            return true;
        for (uint32_t over = intervals - room; over > 0 && at > 0;)
            if (runs[c->worths[--at].run].mapped) {
                runs[c->worths[at].run].mapped = false;
                over--;
            }
        if (at == 0)
            return true;
    }
}

static bool choose(struct choice *c, uint32_t room)
{
    uint32_t left = room;

    for (size_t i = 0; i < c->job->runs.count; i++)
        c->job->runs.list[i].mapped = false;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t now = round + 1 < ROUNDS ? left / 2 : left;
        if (!weigh(c))
            return false;
        mark(c, now);
        left -= now;
    }
    return trim(c, room);
}

bool fwd_choose_map(const struct fwd_refdelta_encode_job *job, uint32_t room)
{
    struct choice c = {.job = job};
    bool ok = index_runs(&c) && collect_aims(&c) && choose(&c, room);

    free(c.aims.list);
    free(c.by_source);
    free(c.worths);
    return ok;
}
