#include "gen/locate/locate.h"

#include "gen/image/esp_header.h"
#include "gen/isa/isa_host.h"
#include "gen/locate/pool_words.h"
#include "gen/memory_input.h"

#include <stdlib.h>
#include <string.h>

#define PAGES        65536u
#define NEIGHBOUR    16u /* pages: data of one memory lies closer together */
#define WINDOW_LEAST 8u  /* words that make a window */
#define SHIFT_MAX    0x100000
#define PAIRS_MAX    4096u
#define PAIRS_LEAST  48u
#define SECOND_STEP  0x400u

/* ---- data windows ---------------------------------------------------------------------------- */

/* Peripherals and the system's own addresses never move. */
static bool may_move(uint32_t word)
{
    return word >= 0x10000 && !(word >= 0x40000000u && word < 0x60000000u) && word < 0xE0000000u;
}

static bool inside(const struct fwd_frame *frame, uint32_t word)
{
    uint32_t offset;

    return frame->known && fwd_frame_offset(frame, word, 0, &offset);
}

/* Addresses that instructions are made of. */
static void count_made(const struct fwd_isa_host *host, const uint8_t *bytes,
    const struct fwd_frame *frame, uint32_t *pages)
{
    const struct fwd_frames everywhere = {
        .from = *frame, .to = *frame, .data = {{0, 0xFFFF}}, .data_count = 1};
    struct fwd_input input = fwd_memory_input(bytes, frame->size);
    struct fwd_ref_view *view = calloc(1, sizeof *view);
    uint8_t window[FWD_WINDOW_SIZE];
    struct fwd_ref ref;

    if (view == NULL)
        return;
    view->frames = &everywhere;
    fwd_window_open(&view->source, &input, window, sizeof window);
    for (uint32_t at = 0; frame->size - at >= 4;) {
        /* a word at a place that is no multiple of 4 is none */
        bool found = host->isa->find(view, at, at % 4 == 0 ? at + 2 : at, &ref);
        if (found && ref.data && may_move(ref.target))
            pages[ref.target >> 16]++;
        at += found ? ref.size : host->length(bytes + at, frame->size - at);
    }
    free(view);
}

static bool count_pages(
    const struct fwd_isa *isa, const uint8_t *bytes, const struct fwd_frame *frame, uint32_t *pages)
{
    uint8_t *pool = fwd_pool_words(isa, bytes, frame->size);
    const struct fwd_isa_host *host = fwd_isa_host_find(isa->id);

    if (host->makes_addresses)
        count_made(host, bytes, frame, pages);

    if (pool == NULL)
        return false;
    for (uint32_t at = 0; frame->size - at >= 4; at += 4) {
        uint32_t word = fwd_word_at(bytes + at);
        if (fwd_pool_word(pool, at) && may_move(word) && !inside(frame, word))
            pages[word >> 16]++;
    }
    free(pool);
    return true;
}

struct window {
    uint32_t first, last, words;
};

/* Keeps the heaviest windows, the heaviest first; of equal ones the lower. */
static void keep(struct window *windows, unsigned *count, struct window w)
{
    unsigned at = *count;

    while (at > 0 && windows[at - 1].words < w.words)
        at--;
    if (at == FWD_DATA_WINDOWS)
        return;
    if (*count < FWD_DATA_WINDOWS)
        ++*count;
    memmove(windows + at + 1, windows + at, (*count - at - 1) * sizeof *windows);
    windows[at] = w;
}

static void find_windows(const uint32_t *pages, struct fwd_frames *frames)
{
    struct window windows[FWD_DATA_WINDOWS], open = {0};
    uint32_t total = 0;
    unsigned count = 0;

    for (uint32_t page = 0; page <= PAGES; page++) {
        uint32_t words = page < PAGES ? pages[page] : 0;
        if (open.words > 0 && (page == PAGES || page - open.last > NEIGHBOUR)) {
            keep(windows, &count, open);
            open.words = 0;
        }
        if (words == 0)
            continue;
        if (open.words == 0)
            open.first = page;
        open.last = page;
        open.words += words;
        total += words;
    }
    frames->data_count = 0;
    for (unsigned i = 0; i < count; i++)
        if (windows[i].words >= WINDOW_LEAST && windows[i].words >= total / 50)
            frames->data[frames->data_count++] =
                (struct fwd_data_window){(uint16_t)windows[i].first, (uint16_t)windows[i].last};
    /* one that lies in the usual window is coded as that: it costs nothing */
    if (frames->data_count == 1 && frames->data[0].first >= 0x2000 &&
        frames->data[0].last <= 0x200F)
        frames->data[0] = (struct fwd_data_window){0x2000, 0x200F};
}

static bool locate_data(
    const struct fwd_isa *isa, const struct fwd_pair *pair, struct fwd_frames *frames)
{
    uint32_t *pages = calloc(PAGES, sizeof *pages);
    bool ok = pages != NULL && count_pages(isa, pair->source, &frames->from, pages) &&
              count_pages(isa, pair->target, &frames->to, pages);

    if (ok)
        find_windows(pages, frames);
    free(pages);
    return ok;
}

/* ---- segments -------------------------------------------------------------------------------- */

void fwd_located_attach(struct fwd_located *l)
{
    l->frames.from.segments = l->segments[0].list;
    l->frames.from.count = (uint8_t)l->segments[0].count;
    l->frames.to.segments = l->segments[1].list;
    l->frames.to.count = (uint8_t)l->segments[1].count;
}

void fwd_located_whole(struct fwd_located *l, unsigned image, uint64_t base)
{
    struct fwd_frame *frame = image == 0 ? &l->frames.from : &l->frames.to;

    frame->known = !(base & 1);
    l->segments[image].list[0] = (struct fwd_segment){0, frame->size, frame->known ? base : 0};
    l->segments[image].count = 1;
    fwd_located_attach(l);
}

static bool named(const struct fwd_segments *given, const uint8_t *bytes, uint32_t size,
    struct fwd_segments *segments)
{
    if (given != NULL && given->count > 0)
        *segments = *given;
    else
        (void)fwd_esp_segments(bytes, size, segments);
    return segments->count > 0;
}

static bool locate_segments(const struct fwd_isa *isa, const struct fwd_pair *pair,
    const struct fwd_segments *const given[2], struct fwd_located *l)
{
    uint64_t bases[2];

    if (isa->find != NULL && named(given[0], pair->source, pair->source_size, &l->segments[0]) &&
        named(given[1], pair->target, pair->target_size, &l->segments[1])) {
        l->frames.from.known = l->frames.to.known = true;
        fwd_located_attach(l);
        return true;
    }
    if (!fwd_locate_bases(isa, pair, bases))
        return false;
    fwd_located_whole(l, 0, bases[0]);
    fwd_located_whole(l, 1, bases[1]);
    return true;
}

bool fwd_locate_frames(const struct fwd_isa *isa, const struct fwd_pair *pair,
    const struct fwd_segments *const given[2], struct fwd_located *l)
{
    struct fwd_frames *frames = &l->frames;

    memset(l, 0, sizeof *l);
    frames->from.size = pair->source_size;
    frames->to.size = pair->target_size;
    frames->data_count = 1;
    frames->data[0] = (struct fwd_data_window){0x2000, 0x200F};
    if (!locate_segments(isa, pair, given, l))
        return false;
    if (isa->find == NULL)
        return true;
    if (isa->values)
        fwd_locate_values(pair, l);
    frames->tables = pair->source_size > 2000000 && isa->unit == 4;
    /* addresses of A64 and RV64 are not followed to what is outside the image */
    bool data = !isa->wide || isa->id == FWD_ISA_X86_64;
    return !data || locate_data(isa, pair, frames);
}

/* ---- a second base --------------------------------------------------------------------------- */

struct moved {
    uint32_t from, to; /* the word in source and target */
};

static uint32_t collect_moved(const struct fwd_pair *pair, const struct fwd_frames *frames,
    const struct fwd_run *runs, size_t count, struct moved *list)
{
    uint32_t found = 0;

    for (size_t i = 0; i < count; i++)
        for (uint32_t done = (0u - runs[i].to) & 3u; done + 4 <= runs[i].size; done += 4) {
            uint32_t at = runs[i].from + done;
            uint32_t from = fwd_word_at(pair->source + at);
            uint32_t to = fwd_word_at(pair->target + runs[i].to + done);
            int64_t shift = (int64_t)to - from;
            if ((at & 3) || shift == 0 || shift > SHIFT_MAX || shift < -SHIFT_MAX || (shift & 3) ||
                from < 0x8000 || inside(&frames->from, from) || found == PAIRS_MAX)
                continue;
            list[found++] = (struct moved){from, to};
        }
    return found;
}

static int compare_moved(const void *a, const void *b)
{
    struct moved x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x.from < y.from ? -1 : x.from > y.from;
}

/* The first of ascending words that is not below a value. */
static uint32_t place_of(const struct moved *list, uint32_t count, uint64_t value)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list[middle].from < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many words move as the map says of an image at `base`; 0 when they are not more than `most`.
 * The list is ascending. */
static uint32_t agreeing(const struct moved *list, uint32_t count, uint32_t base, uint32_t size,
    const struct fwd_copymap *map, uint32_t most)
{
    uint32_t agree = 0, confidence, end = place_of(list, count, (uint64_t)base + size);

    for (uint32_t i = place_of(list, count, base); i < end && agree + (end - i) > most; i++) {
        uint32_t offset = (list[i].from - base) & ~1u;
        if (fwd_copymap_find(map, offset, &confidence) - offset == list[i].to - list[i].from)
            agree++;
    }
    return agree > most ? agree : 0;
}

uint32_t fwd_locate_second(const struct fwd_pair *pair, const struct fwd_frames *frames,
    const struct fwd_run *runs, size_t count, const struct fwd_copymap *map)
{
    struct moved *list = malloc(PAIRS_MAX * sizeof *list);
    uint32_t found = list != NULL ? collect_moved(pair, frames, runs, count, list) : 0;
    uint32_t most = 0, best = 0, size = pair->source_size;

    if (found > 0)
        qsort(list, found, sizeof *list, compare_moved);
    for (uint32_t top = 0; top < 256; top++) {
        uint32_t low = UINT32_MAX, high = 0, here = 0;
        for (uint32_t i = 0; i < found; i++)
            if (list[i].from >> 24 == top) {
                low = list[i].from < low ? list[i].from : low;
                high = list[i].from > high ? list[i].from : high;
                here++;
            }
        if (here < PAIRS_LEAST)
            continue;
        uint32_t base = low > size ? (low - size) & ~(SECOND_STEP - 1) : 0;
        for (; base <= high; base += SECOND_STEP) {
            uint32_t agree =
                agreeing(list, found, base, size, map, most > here / 3 ? most : here / 3);
            if (agree > 0) {
                most = agree;
                best = base;
            }
            if (base > UINT32_MAX - SECOND_STEP)
                break;
        }
    }
    free(list);
    return (best & 1) || inside(&frames->from, best) ? 0 : best;
}
