#include "gen/package/decode_cache.h"

#include <stdlib.h>
#include <string.h>

#define CHUNKS_FIRST 1024u
#define PIECE        4096u

struct fwd_decode_cache_decoding {
    struct fwd_decode_cache_decoding *before, *after; /* all that are open */
    struct fwd_decode_cache *replay;
    const struct fwd_codec *inner;
    void *state;                              /* of the inner codec */
    const struct fwd_decode_cache_tape *tape; /* that is played; NULL: the inner codec decodes */
    size_t at, given;                         /* of the tape */
    bool recording;
    struct fwd_decode_cache_tape record;
};

static void forget(struct fwd_decode_cache_tape *tape)
{
    free(tape->inputs);
    free(tape->chunks);
    free(tape->bytes);
    *tape = (struct fwd_decode_cache_tape){0};
}

/* ---- which tape it is ------------------------------------------------------------------------ */

static bool same_input(const struct fwd_input *input, const uint8_t *known)
{
    uint8_t piece[PIECE];

    for (uint32_t at = 0, size; at < input->size; at += size) {
        size = input->size - at < PIECE ? input->size - at : PIECE;
        if (fwd_input_read(input, at, piece, size) != FWD_OK ||
            memcmp(piece, known + at, size) != 0)
            return false;
    }
    return true;
}

static bool is_of(const struct fwd_decode_cache_tape *tape, const struct fwd_decode_job *job)
{
    const struct fwd_component *c = job->component;
    const uint8_t *section = tape->inputs + tape->params_size;

    return tape->codec == c->codec && tape->params_size == c->codec_params_size &&
           tape->section_size == job->section.size && tape->source_size == job->source.size &&
           tape->target_size == c->target.size &&
           (c->codec_params_size == 0 ||
               memcmp(tape->inputs, c->codec_params, c->codec_params_size) == 0) &&
           same_input(&job->section, section) &&
           same_input(&job->source, section + tape->section_size);
}

static const struct fwd_decode_cache_tape *find(
    const struct fwd_decode_cache *replay, const struct fwd_decode_job *job)
{
    for (uint8_t i = 0; i < replay->tape_count; i++)
        if (is_of(&replay->tapes[i], job))
            return &replay->tapes[i];
    return NULL;
}

/* ---- recording ------------------------------------------------------------------------------- */

/* False: no memory, or an input that cannot be read; then nothing is kept. */
static bool begin(struct fwd_decode_cache_tape *tape, const struct fwd_decode_job *job)
{
    const struct fwd_component *c = job->component;
    size_t params = c->codec_params_size, section = job->section.size;

    tape->codec = c->codec;
    tape->params_size = c->codec_params_size;
    tape->section_size = job->section.size;
    tape->source_size = job->source.size;
    tape->target_size = c->target.size;
    tape->inputs = malloc(params + section + job->source.size + 1);
    tape->bytes = malloc((size_t)c->target.size + 1);
    if (tape->inputs == NULL || tape->bytes == NULL)
        return false;
    if (params > 0)
        memcpy(tape->inputs, c->codec_params, params);
    uint8_t *at = tape->inputs + params;
    return fwd_input_read(&job->section, 0, at, job->section.size) == FWD_OK &&
           fwd_input_read(&job->source, 0, at + section, job->source.size) == FWD_OK;
}

static bool add(struct fwd_decode_cache_tape *tape, const struct fwd_chunk *chunk)
{
    if (chunk->size > tape->target_size - tape->size)
        return false;
    if (tape->count == tape->room) {
        size_t room = tape->room ? 2 * tape->room : CHUNKS_FIRST;
        struct fwd_chunk *chunks = realloc(tape->chunks, room * sizeof *chunks);
        if (chunks == NULL)
            return false;
        tape->chunks = chunks;
        tape->room = room;
    }
    memcpy(tape->bytes + tape->size, chunk->bytes, chunk->size);
    tape->chunks[tape->count] = *chunk;
    tape->chunks[tape->count++].bytes = NULL;
    tape->size += chunk->size;
    return true;
}

static void record(struct fwd_decode_cache_decoding *d, const struct fwd_chunk *chunk)
{
    struct fwd_decode_cache *r = d->replay;

    if (chunk->size == 0 && r->tape_count < FWD_COMPONENTS_MAX) {
        r->tapes[r->tape_count++] = d->record;
        d->record = (struct fwd_decode_cache_tape){0};
        d->recording = false;
    } else if (chunk->size == 0 || !add(&d->record, chunk)) {
        forget(&d->record);
        d->recording = false;
    }
}

/* ---- the codec ------------------------------------------------------------------------------- */

static void release(struct fwd_decode_cache_decoding *d)
{
    if (d->before != NULL)
        d->before->after = d->after;
    else
        d->replay->open = d->after;
    if (d->after != NULL)
        d->after->before = d->before;
    forget(&d->record);
    free(d);
}

static enum fwd_reason open_inner(
    struct fwd_decode_cache_decoding *d, const struct fwd_decode_job *job)
{
    d->recording = d->replay->tape_count < FWD_COMPONENTS_MAX && begin(&d->record, job);
    if (!d->recording)
        forget(&d->record);
    d->replay->decodings++;
    return d->inner->open(job, &d->state);
}

static enum fwd_reason open_decoding(const struct fwd_decode_job *job, void **state)
{
    const struct fwd_decode_cache_codec *codec =
        (const struct fwd_decode_cache_codec *)(const void *)job->codec;
    struct fwd_decode_cache *r = codec->replay;
    struct fwd_decode_cache_decoding *d = calloc(1, sizeof *d);
    enum fwd_reason reason = FWD_OK;

    if (d == NULL)
        return FWD_E_DECODER_MEMORY;
    d->replay = r;
    d->inner = codec->inner;
    d->after = r->open;
    if (d->after != NULL)
        d->after->before = d;
    r->open = d;
    d->tape = find(r, job);
    if (d->tape == NULL)
        reason = open_inner(d, job);
    if (reason != FWD_OK)
        release(d);
    else
        *state = d;
    return reason;
}

static void play(struct fwd_decode_cache_decoding *d, struct fwd_chunk *chunk)
{
    *chunk = (struct fwd_chunk){0};
    if (d->at == d->tape->count)
        return;
    *chunk = d->tape->chunks[d->at++];
    chunk->bytes = d->tape->bytes + d->given;
    d->given += chunk->size;
}

static enum fwd_reason next_piece(void *state, struct fwd_chunk *chunk)
{
    struct fwd_decode_cache_decoding *d = state;

    if (d->tape != NULL) {
        play(d, chunk);
        return FWD_OK;
    }
    enum fwd_reason reason = d->inner->next(d->state, chunk);
    if (reason == FWD_OK && d->recording)
        record(d, chunk);
    return reason;
}

static void close_decoding(void *state)
{
    struct fwd_decode_cache_decoding *d = state;

    if (d->tape == NULL && d->inner->close != NULL)
        d->inner->close(d->state);
    release(d);
}

void fwd_decode_cache_init(
    struct fwd_decode_cache *r, const struct fwd_codec *const *codecs, uint8_t count)
{
    *r = (struct fwd_decode_cache){.count = count};
    for (uint8_t i = 0; i < count; i++) {
        r->codecs[i] =
            (struct fwd_decode_cache_codec){.codec = *codecs[i], .inner = codecs[i], .replay = r};
        r->codecs[i].codec.open = open_decoding;
        r->codecs[i].codec.next = next_piece;
        r->codecs[i].codec.close = close_decoding;
        r->list[i] = &r->codecs[i].codec;
    }
}

void fwd_decode_cache_free(struct fwd_decode_cache *r)
{
    while (r->open != NULL)
        release(r->open);
    for (uint8_t i = 0; i < r->tape_count; i++)
        forget(&r->tapes[i]);
    r->tape_count = 0;
}
