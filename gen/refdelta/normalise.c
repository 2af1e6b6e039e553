#include "gen/refdelta/normalise.h"

#include "gen/refdelta/memory_input.h"
#include "gen/locate/pool_words.h"

#include <string.h>

struct walk {
    const struct fwd_normalise *how;
    const uint8_t *bytes;
    uint32_t size;
    struct fwd_input input;
    struct fwd_window window;
};

static uint32_t map_data(const struct fwd_normalise *how, uint32_t word)
{
    uint32_t confidence;

    return how->data ? word + fwd_correction_cache_nearest(how->data, word, &confidence) : word;
}

static uint32_t map_target(const struct fwd_normalise *how, const struct fwd_ref *ref)
{
    uint32_t confidence;

    if (how->masked)
        return ref->type == FWD_REF_DATA ? 0x20000000u : 0x1000u;
    if (ref->type == FWD_REF_DATA)
        return map_data(how, ref->target);
    return how->map ? fwd_copymap_find(how->map, ref->target, &confidence) : ref->target;
}

/* What a load from a literal pool loads, as a number that does not depend on where it lies. */
static uint32_t loaded(const struct walk *w, const struct fwd_ref *load)
{
    struct fwd_ref ref;

    if (w->how->masked || load->target > w->size - 4)
        return 0;
    uint32_t word = fwd_word_at(w->bytes + load->target);
    if (fwd_ref_word_find(w->how->frames, word, &ref))
        word = map_target(w->how, &ref) + ref.second;
    return fwd_model_hash(word, 77) >> 8;
}

static void write_load(const struct walk *w, const struct fwd_ref *ref, uint8_t *out)
{
    uint32_t value = loaded(w, ref);

    if (ref->type == FWD_REF_LDR) {
        out[0] = (uint8_t)value;
    } else if (ref->type == FWD_REF_LDRW) {
        fwd_half_put(out, fwd_half_at(out) | 0x80);
        fwd_half_put(out + 2, (fwd_half_at(out + 2) & 0xF000) | (value & 0xFFF));
    } else {
        fwd_word_put(out, (fwd_word_at(out) & 0xFF7FF000u) | (value & 0xFFF));
    }
}

static void rewrite(const struct walk *w, const struct fwd_ref *ref, uint32_t at, uint8_t *out)
{
    uint8_t bytes[FWD_REF_SIZE_MAX];

    switch (ref->type) {
    case FWD_REF_LDR:
    case FWD_REF_LDRW:
    case FWD_REF_A32_LDR:
        if (w->size >= 4)
            write_load(w, ref, out + at);
        break;
    case FWD_REF_ADR:
        out[at] = 0;
        break;
    case FWD_REF_B11:
    case FWD_REF_B8:
    case FWD_REF_CBZ:
    case FWD_REF_A64_B19:
    case FWD_REF_A64_B14:
        break; /* short distances say more as they are */
    default:
        /* as if it stood at the start: the distance is then the target */
        if (w->how->isa->write(
                w->how->frames, w->bytes + at, 0, ref, map_target(w->how, ref), bytes))
            memcpy(out + at, bytes, ref->size);
    }
}

/* Bytes to the next place where a reference may stand. */
static uint32_t step_over(const struct walk *w, uint32_t at, bool in_pool)
{
    uint32_t unit = w->how->isa->unit;

    if (unit == 2 && (at & 3) == 0 && in_pool)
        return 4;
    bool wide = unit == 2 && w->size - at >= 2 && fwd_half_at(w->bytes + at) >> 11 >= 0x1D;
    return wide ? 4 : unit;
}

void fwd_normalise_image(
    const struct fwd_normalise *how, const uint8_t *bytes, uint32_t size, uint8_t *out)
{
    struct walk w = {.how = how, .bytes = bytes, .size = size};
    struct fwd_ref ref;

    memcpy(out, bytes, size);
    if (!how->isa->find)
        return;
    w.input = fwd_memory_input(bytes, size);
    fwd_window_open(&w.window, &w.input);
    for (uint32_t at = 0; size - at >= how->isa->unit;) {
        bool in_pool = (at & 3) == 0 && fwd_pool_word(how->pool, at);
        bool found = how->isa->find(how->frames, &w.window, at, at, in_pool, &ref);
        uint32_t step = found ? ref.size : step_over(&w, at, in_pool);
        if (found)
            rewrite(&w, &ref, at, out);
        if (step > size - at)
            break;
        at += step;
    }
}
