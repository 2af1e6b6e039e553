#include "gen/refdelta/normalise.h"

#include "gen/locate/pool_words.h"
#include "gen/memory_input.h"

#include <string.h>

struct walk {
    const struct fwd_normalise *how;
    const uint8_t *bytes;
    uint32_t size;
    struct fwd_input input;
    struct fwd_ref_view view;
    uint8_t window[FWD_WINDOW_SIZE];
};

static uint32_t map_data(const struct fwd_normalise *how, uint32_t word)
{
    uint32_t confidence;

    return how->data != NULL ? word + fwd_correction_cache_nearest(how->data, word, &confidence)
                             : word;
}

static uint32_t map_target(const struct fwd_normalise *how, const struct fwd_ref *ref)
{
    uint32_t confidence;

    if (how->masked)
        return ref->data ? 0x20000000u : 0x1000u;
    if (ref->data)
        return map_data(how, ref->target);
    return how->map != NULL ? fwd_copymap_find(how->map, ref->target, &confidence) : ref->target;
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

static bool is_load(const struct walk *w, const struct fwd_ref *ref)
{
    uint8_t isa = w->how->host->isa->id;

    return ref->type == FWD_REF_LOAD || ref->type == FWD_REF_LOAD_FAR ||
           (ref->type == FWD_REF_A32_LDR && (isa == FWD_ISA_A32 || isa == FWD_ISA_ARM));
}

static void rewrite(const struct walk *w, const struct fwd_ref *ref, uint32_t at, uint8_t *out)
{
    uint32_t value = 0;

    if (!is_load(w, ref))
        value = map_target(w->how, ref);
    else if (w->size >= 4)
        value = loaded(w, ref);
    if (ref->type == FWD_REF_POINTER) /* looks like an address, not like a number */
        value += ref->second ? w->how->frames->to.alias
                             : (uint32_t)w->how->frames->to.segments[0].address;
    w->how->host->embed(ref, value, out + at);
}

/* Bytes to the next place where a reference may stand. */
static uint32_t step_over(const struct walk *w, uint32_t at)
{
    const struct fwd_isa_host *host = w->how->host;

    if (host->isa->unit == 2 && w->view.in_pool)
        return 4;
    if (w->view.unit > 0)
        return w->view.unit;
    return host->length != NULL ? host->length(w->bytes + at, w->size - at) : host->isa->unit;
}

void fwd_normalise_image(
    const struct fwd_normalise *how, const uint8_t *bytes, uint32_t size, uint8_t *out)
{
    struct walk w = {.how = how, .bytes = bytes, .size = size};
    const struct fwd_isa *isa = how->host->isa;
    struct fwd_ref ref;

    memcpy(out, bytes, size);
    if (isa->find == NULL)
        return;
    w.input = fwd_memory_input(bytes, size);
    w.view.frames = how->frames;
    fwd_window_open(&w.view.source, &w.input, w.window, sizeof w.window);
    for (uint32_t at = 0; size - at >= isa->unit;) {
        w.view.in_pool = (at & 3) == 0 && fwd_pool_word(how->pool, at);
        bool found = isa->find(&w.view, at, at, &ref);
        uint32_t step = found ? ref.size : step_over(&w, at);
        if (found)
            rewrite(&w, &ref, at, out);
        if (step > size - at)
            break;
        at += step;
    }
}
