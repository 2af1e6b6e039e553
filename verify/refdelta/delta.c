#include "verify/refdelta/delta.h"

#define WEIGHT_UNIT 64

/* Where weights start, learned from released firmware as the direct contexts are: for rows of
 * weights and for rows of second weights, one after the other. */
static const struct {
    uint8_t rows, seconds;
    int8_t weights[FWD_MODEL_INPUTS];
} weight_starts[] = {{32, 81, {50, 68, 38, 55, 90, 80}}, /* literals */
    {32, 81, {40, 103, 88, 52, 80, 80}},                 /* mispredicted units */
    {32, 0, {82, 69, 76, 81, 58, 80}},                   /* mispredicted references */
    {4, 81, {66, 41, 50, 46, 58, 44}},                   /* bytes */
    {8, 0, {78, 79, 81, 79, 80, 78}},                    /* bytes that changed */
    {1, 0, {79, -61, 70, 52, 115, 80}},                  /* is a word as predicted? */
    {1, 0, {85, -55, 10, 68, -61, 80}},                  /* another reference? */
    {1, 9, {-14, 29, 118, 94, 76, 80}}};                 /* another unit? */

static int16_t *fill(int16_t *weights, uint32_t rows, const int8_t *start)
{
    for (; rows > 0; rows--)
        for (uint32_t i = 0; i < FWD_MODEL_INPUTS; i++)
            *weights++ = (int16_t)(start[i] * WEIGHT_UNIT);
    return weights;
}

static void start_weights(struct fwd_model *m)
{
    int16_t *weights = m->weights, *second = m->second;

    for (uint32_t i = 0; i < sizeof weight_starts / sizeof weight_starts[0]; i++) {
        weights = fill(weights, weight_starts[i].rows, weight_starts[i].weights);
        second = fill(second, weight_starts[i].seconds, weight_starts[i].weights);
    }
}

void fwd_delta_begin(struct fwd_delta *d)
{
    start_weights(&d->model);
    d->view.frames = &d->frames;
    for (uint8_t i = 0; i < sizeof d->register_map; i++)
        d->register_map[i] = i;
}

void fwd_delta_rename(struct fwd_delta *d, uint32_t from, uint32_t to)
{
    d->register_map[from] = (uint8_t)to;
    d->renamed = (d->renamed & ~(1u << from)) | (uint32_t)(from != to) << from;
}

uint32_t fwd_delta_last_half(const struct fwd_delta *d)
{
    /* the later byte is the upper one */
    return (d->history >> 8 & 0xFFu) | (d->history & 0xFFu) << 8;
}

uint32_t fwd_delta_wanted(const struct fwd_delta *d, uint32_t ahead, uint32_t size)
{
    uint32_t value = 0;

    for (uint32_t i = size; d->truth != NULL && i-- > 0;)
        value = value << 8 | d->truth->bytes[d->at + ahead + i];
    return value;
}

void fwd_delta_put(struct fwd_delta *d, const uint8_t *bytes, uint32_t size)
{
    uint32_t history = d->history, word = d->at / 4;
    uint8_t *out = d->out;

    for (const uint8_t *end = bytes + size; bytes < end; bytes++) {
        history = history << 8 | *bytes;
        *out++ = *bytes;
    }
    d->history = history;
    d->out = out;
    d->at += size;
    for (; word < d->at / 4; word++)
        d->pool[word % FWD_POOL_WORDS / 8] &= (uint8_t) ~(1u << word % 8);
}

void fwd_delta_start_run(struct fwd_delta *d, const struct fwd_run *run)
{
    d->run = *run;
    d->since = d->calm = 0;
    d->surprise = false;
}

/* What the source had in place of the gap; when that is nothing or much, only what follows. */
static void gap_of_source(
    const struct fwd_delta *d, uint32_t next_from, uint32_t *at, uint32_t *end)
{
    uint32_t size = d->frames.from.size;

    *at = d->run.from + d->run.size;
    *end = next_from;
    if (*end < *at || *end - *at > FWD_PRIME_MAX)
        *end = size - *at > FWD_PRIME_NONE ? *at + FWD_PRIME_NONE : size;
}

enum fwd_reason fwd_delta_prime(struct fwd_delta *d, uint32_t size, uint32_t next_from)
{
    uint32_t at, end, history = d->history;
    uint8_t rest = d->view.rest, instruction = d->view.before;

    if (size < FWD_PRIME_LEAST || d->run.size == 0 || d->isa->train == NULL)
        return FWD_OK;
    gap_of_source(d, next_from, &at, &end);
    at = d->isa->unit > 1 ? at & ~1u : at + rest;
    const uint8_t *before = at >= 4 ? fwd_window_bytes(&d->view.source, at - 4, 4) : NULL;
    if (before != NULL)
        d->history = (uint32_t)before[0] << 24 | (uint32_t)before[1] << 16 |
                     (uint32_t)before[2] << 8 | before[3];
    d->view.rest = 0;
    d->model.training = true;
    while (at < end) {
        uint32_t taken = d->isa->train(d, at, end);
        if (taken == 0)
            break;
        at += taken;
    }
    d->model.training = false;
    d->history = history;
    d->view.rest = rest;
    d->view.before = instruction;
    return d->view.source.failed;
}
