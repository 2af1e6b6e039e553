#include "gen/replay.h"

#include <stdlib.h>
#include <string.h>

#define CHUNKS_FIRST 1024u

static void forget(struct fwd_replay_tape *tape)
{
    free(tape->chunks);
    free(tape->bytes);
    *tape = (struct fwd_replay_tape){.section_offset = tape->section_offset};
}

/* The tape of a component, perhaps an empty one; NULL: no room or memory, then nothing is kept. */
static struct fwd_replay_tape *tape_of(struct fwd_replay *r, const struct fwd_component *component)
{
    struct fwd_replay_tape *tape = NULL;

    for (uint8_t i = 0; i < r->tape_count; i++)
        if (r->tapes[i].section_offset == component->section_offset)
            tape = &r->tapes[i];
    if (tape && tape->complete)
        return tape;
    if (!tape) {
        if (r->tape_count == FWD_COMPONENTS_MAX)
            return NULL;
        tape = &r->tapes[r->tape_count++];
        tape->section_offset = component->section_offset;
    }
    forget(tape);
    tape->bytes = malloc(component->target.size ? component->target.size : 1);
    return tape->bytes ? tape : NULL;
}

static bool keep(struct fwd_replay_tape *tape, const struct fwd_chunk *chunk, uint32_t target_size)
{
    if (chunk->size > target_size - tape->size)
        return false;
    if (tape->count == tape->room) {
        size_t room = tape->room ? 2 * tape->room : CHUNKS_FIRST;
        struct fwd_chunk *chunks = realloc(tape->chunks, room * sizeof(*chunks));
        if (!chunks)
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

static void play(struct fwd_replay *r, struct fwd_chunk *chunk)
{
    *chunk = (struct fwd_chunk){0};
    if (r->at == r->tape->count)
        return;
    *chunk = r->tape->chunks[r->at++];
    chunk->bytes = r->tape->bytes + r->given;
    r->given += chunk->size;
}

static enum fwd_reason open_tape(const struct fwd_decode_job *job, void **state)
{
    const struct fwd_replay_codec *codec =
        (const struct fwd_replay_codec *)(const void *)job->codec;
    struct fwd_replay *r = codec->replay;

    *state = r;
    r->tape = tape_of(r, job->component);
    r->inner = codec->inner;
    r->state = NULL;
    r->target_size = job->component->target.size;
    r->at = r->given = 0;
    if (r->tape && r->tape->complete)
        return FWD_OK;
    r->decodings++;
    return codec->inner->open(job, &r->state);
}

static enum fwd_reason next_of_tape(void *state, struct fwd_chunk *chunk)
{
    struct fwd_replay *r = state;

    if (!r->state) {
        play(r, chunk);
        return FWD_OK;
    }
    enum fwd_reason reason = r->inner->next(r->state, chunk);
    if (reason != FWD_OK || !r->tape)
        return reason;
    if (chunk->size == 0)
        r->tape->complete = true;
    else if (!keep(r->tape, chunk, r->target_size)) {
        forget(r->tape);
        r->tape = NULL;
    }
    return FWD_OK;
}

static void close_tape(void *state)
{
    struct fwd_replay *r = state;

    if (r->state && r->inner->close)
        r->inner->close(r->state);
    if (r->tape && !r->tape->complete)
        forget(r->tape);
}

void fwd_replay_init(struct fwd_replay *r, const struct fwd_codec *const *codecs, uint8_t count)
{
    *r = (struct fwd_replay){.count = count};
    for (uint8_t i = 0; i < count; i++) {
        r->codecs[i] =
            (struct fwd_replay_codec){.codec = *codecs[i], .inner = codecs[i], .replay = r};
        r->codecs[i].codec.open = open_tape;
        r->codecs[i].codec.next = next_of_tape;
        r->codecs[i].codec.close = close_tape;
        r->list[i] = &r->codecs[i].codec;
    }
}

void fwd_replay_free(struct fwd_replay *r)
{
    for (uint8_t i = 0; i < r->tape_count; i++)
        forget(&r->tapes[i]);
    r->tape_count = 0;
}
