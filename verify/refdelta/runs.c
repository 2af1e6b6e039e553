#include "verify/refdelta/runs.h"

#include "verify/refdelta/model_start.h"

#include <string.h>

enum { GAP, JUMP_AFTER_GAP, JUMP, SIZE };

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t size_class(uint32_t size)
{
    uint32_t length = fwd_exp_golomb_length(size);

    return length < 2 ? 0 : least(length - 2, FWD_RUNS_CLASSES - 1);
}

static uint32_t length_class(uint32_t value)
{
    return least(fwd_exp_golomb_length(value), FWD_RUNS_CLASSES - 1);
}

static uint32_t code_mixed(struct fwd_runs *r, uint32_t value, uint32_t set, uint32_t kind,
    uint32_t first, uint32_t second)
{
    uint32_t tables = FWD_RUNS_MIX + kind * 2 * FWD_RUNS_TABLE;
    const struct fwd_exp_golomb_mix mix = {.set = set,
        .first = tables + first * FWD_EXP_GOLOMB_LENGTHS,
        .second = tables + FWD_RUNS_TABLE + second * FWD_EXP_GOLOMB_LENGTHS,
        .row = set / FWD_EXP_GOLOMB_SET};

    return fwd_exp_golomb_mixed(&r->model, value, &mix);
}

void fwd_runs_begin(
    struct fwd_runs *r, const struct fwd_bit_port *port, uint32_t source_size, uint32_t target_size)
{
    const struct fwd_model_shape shape = {
        .directs = FWD_RUNS_DIRECTS, .weights = FWD_RUNS_WEIGHTS, .sse_rows = FWD_RUNS_SSE_ROWS};

    r->model =
        (struct fwd_model){.port = port, .direct = r->direct, .weights = r->weights, .sse = r->sse};
    fwd_model_reset(&r->model, &shape, fwd_start_runs);
    r->source_size = source_size;
    r->target_size = target_size;
    r->to = r->from = 0;
    memset(r->recent, 0, sizeof r->recent);
    r->repeated = false;
    r->mapped = true;
    r->size = r->gap = r->jump = 0;
    r->left = fwd_exp_golomb_plain(&r->model, r->left);
}

/* The place of a difference among the recent ones, 4: none. */
static uint32_t recent_index(const struct fwd_runs *r, int32_t shift)
{
    uint32_t i = 0;

    while (i < 4 && r->recent[i] != shift)
        i++;
    return i;
}

static uint32_t code_recent(struct fwd_runs *r, uint32_t index, uint32_t gap)
{
    uint32_t class = gap == 0 ? 0 : gap < 5 ? 1 : gap < 20 ? 2 : 3;
    uint32_t at = FWD_RUNS_SAME + (class * 2 + r->repeated) * 4;
    struct fwd_model *m = &r->model;

    if (!fwd_model_flag(m, index < 4, at))
        return 4;
    for (uint32_t i = 0; i < 3; i++)
        if (!fwd_model_flag(m, index > i, at + 1 + i))
            return i;
    return 3;
}

static void remember(struct fwd_runs *r, uint32_t index, int32_t shift)
{
    for (uint32_t i = least(index, 3); i > 0; i--)
        r->recent[i] = r->recent[i - 1];
    r->recent[0] = shift;
}

/* How far the source offset moves from the end of the run before. */
static int32_t code_jump(struct fwd_runs *r, int32_t jump, uint32_t gap)
{
    uint32_t size = (uint32_t)(jump < 0 ? -jump : jump);
    uint32_t kind = gap > 0 ? JUMP_AFTER_GAP : JUMP;
    uint32_t class = gap > 0 ? length_class(gap) : size_class(r->size);

    size = code_mixed(r, size, FWD_RUNS_JUMP + (gap > 0 ? 0 : FWD_EXP_GOLOMB_SET), kind, class,
        least(fwd_exp_golomb_length(r->jump) / 2, FWD_RUNS_CLASSES - 1));
    r->jump = size;
    if (size > 0 && fwd_model_flag(&r->model, jump < 0, FWD_RUNS_SIGN + (gap > 0)))
        return -(int32_t)size;
    return (int32_t)size;
}

/* Which contexts the size has, by how the source offset was coded. */
static uint32_t size_set(const struct fwd_runs *r, uint32_t index)
{
    return index < 4 ? 0 : r->jump <= 64 ? 1 : r->jump < 2048 ? 2 : 3;
}

enum fwd_reason fwd_runs_next(struct fwd_runs *r, struct fwd_run *run)
{
    uint32_t gap =
        code_mixed(r, run->to - r->to, FWD_RUNS_GAP + (r->size < 24 ? FWD_EXP_GOLOMB_SET : 0), GAP,
            size_class(r->size), least(fwd_exp_golomb_length(r->gap), 5));

    if (gap >= r->target_size - r->to)
        return FWD_E_STREAM_INVALID;
    uint32_t to = r->to + gap;
    int32_t shift = (int32_t)(run->from - run->to);
    uint32_t index = code_recent(r, recent_index(r, shift), gap);
    if (index < 4)
        shift = r->recent[index];
    else
        shift = code_jump(r, (int32_t)(run->from - r->from), gap) + (int32_t)r->from - (int32_t)to;
    int32_t from = (int32_t)to + shift;
    remember(r, index, shift);
    r->repeated = index < 4;
    uint32_t size =
        1 + code_mixed(r, run->size - 1, FWD_RUNS_SIZE + size_set(r, index) * FWD_EXP_GOLOMB_SET,
                SIZE, length_class(gap), size_class(r->size));
    if (from < 0 || (uint32_t)from >= r->source_size || size > r->source_size - (uint32_t)from ||
        size > r->target_size - to)
        return FWD_E_STREAM_INVALID;
    r->mapped =
        fwd_model_flag(&r->model, run->mapped, FWD_RUNS_MAPPED + size_class(size) * 2 + r->mapped);
    *run = (struct fwd_run){.to = to, .from = (uint32_t)from, .size = size, .mapped = r->mapped};
    r->gap = gap;
    r->size = size;
    r->to = to + size;
    r->from = (uint32_t)from + size;
    r->left--;
    return FWD_OK;
}
