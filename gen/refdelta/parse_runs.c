#include "gen/refdelta/parse_runs.h"

#include "gen/bsdiff/suffix_ahead.h"
#include "gen/refdelta/nearby.h"
#include "gen/refdelta/parse_nodes.h"
#include "gen/refdelta/sparse_index.h"

#include <stdlib.h>
#include <string.h>

#define ACTIVE_MAX   64u  /* shifts that are followed at once */
#define BACK_MAX     48u  /* how far before a match its run may start */
#define BACK_COST    3840 /* 60 bits */
#define RING         64u  /* more than BACK_MAX */
#define MATCHES_MAX  (FWD_SUFFIX_AROUND + FWD_NEARBY_COUNT)
#define SKIP_LEAST   8u /* matches that are longer are skipped over */
#define COVERED_STEP 8u /* in them, nearby matches are looked for at multiples of this only */
#define GOES_ON      4u /* where so many bytes go on as the way did, none are looked for */
#define NONE         FWD_PARSE_NONE
#define ROOTS_MAX    (RING + 2 * ACTIVE_MAX + 2)
#define NEVER        INT64_MAX

_Static_assert(FWD_SPARSE_WAYS <= FWD_SUFFIX_AROUND, "places of one look");

/* A run that may become part of the best way. */
struct active {
    int64_t cost;
    uint32_t start;
    int32_t shift;
    int32_t before; /* the node before it */
    int32_t node;   /* its own, once it was part of a best way; else NONE */
    bool missed;    /* its last byte differed */
};

struct parse {
    const struct fwd_pair *pair;
    const struct fwd_parse_options *options;
    struct fwd_suffix_ahead ahead; /* in the suffix array of the source */
    struct fwd_suffix own;         /* unless it is shared */
    struct fwd_nearby nearby;
    struct fwd_sparse_index sparse; /* instead of the suffix array */
    struct fwd_parse_nodes nodes;
    int64_t best[RING];      /* the cheapest way to an offset */
    int32_t best_node[RING]; /* its last piece */
    int64_t literal;         /* the cheapest way that ends with literals */
    struct fwd_parse_node literal_piece;
    int32_t literal_node; /* NONE: not part of a best way yet */
    struct active active[ACTIVE_MAX];
    int32_t shifts[ACTIVE_MAX]; /* of the active ones, close together: they are looked up often */
    unsigned active_count;
    uint32_t covered; /* target offset up to which matches are skipped */
};

const struct fwd_parse_costs fwd_parse_usual = {.same = 2,
    .first = 704,
    .next = 448,
    .literal = 352,
    .open = 1024,
    .jump = 77,
    .odd = 96,
    .far = 2176};

void fwd_runs_found_free(struct fwd_runs_found *runs)
{
    free(runs->list);
    *runs = (struct fwd_runs_found){0};
}

/* Room for the piece that the next step adds. False: there is none. */
static bool tidy_nodes(struct parse *p)
{
    int32_t *roots[ROOTS_MAX];
    size_t count = 0;

    if (p->nodes.count < p->nodes.room)
        return true;
    for (unsigned i = 0; i < RING; i++)
        roots[count++] = &p->best_node[i];
    for (unsigned i = 0; i < p->active_count; i++) {
        roots[count++] = &p->active[i].before;
        roots[count++] = &p->active[i].node;
    }
    roots[count++] = &p->literal_piece.before;
    roots[count++] = &p->literal_node;
    return fwd_parse_nodes_tidy(&p->nodes, roots, count);
}

/* log2(distance + 1) times scale, the part after the point linear. */
static int32_t jump_cost(int64_t distance, int32_t scale)
{
    uint64_t value = (uint64_t)(distance < 0 ? -distance : distance) + 1;
    int32_t bits = 63 - __builtin_clzll(value);
    uint64_t rest = value - (1ull << bits);

    return bits * scale + (int32_t)(rest * (uint64_t)scale >> bits);
}

/* Where the source offset would be if the way to `at` went on. */
static int64_t expected_source(const struct parse *p, uint32_t at)
{
    const struct fwd_parse_node *n = &p->nodes.list[p->best_node[at % RING]];

    return (int64_t)(n->literal ? n->start : at) + n->shift;
}

/* What opening a run of one shift costs after the way to an offset, kept for offsets that have the
 * same last piece. */
struct opening {
    int32_t shift;
    int32_t node;
    bool recent;  /* the way had this shift a few pieces ago */
    int64_t cost; /* of a run after another run, which is the same at each offset */
};

static int64_t far_cost(const struct parse *p, const struct opening *o, int64_t distance)
{
    const struct fwd_parse_costs *c = &p->options->costs;
    int64_t cost = c->open + jump_cost(distance, c->jump);

    return o->recent && cost > c->open + 128 ? c->open + 128 : cost;
}

static bool had_shift(const struct parse *p, const struct fwd_parse_node *n, int32_t shift)
{
    for (unsigned depth = 0; depth < 5 && n->before != NONE; depth++) {
        n = &p->nodes.list[n->before];
        if (n->shift == shift)
            return true;
    }
    return false;
}

static int64_t open_cost(const struct parse *p, struct opening *o, uint32_t at)
{
    const struct fwd_parse_costs *c = &p->options->costs;
    int32_t node = p->best_node[at % RING];
    const struct fwd_parse_node *n = &p->nodes.list[node];
    int64_t odd = at & 1 ? c->odd : 0;

    if (n->shift == o->shift)
        return c->open + odd;
    if (node != o->node) {
        o->node = node;
        o->recent = had_shift(p, n, o->shift);
        o->cost = n->literal ? 0 : far_cost(p, o, (int64_t)o->shift - n->shift);
    }
    if (!n->literal)
        return o->cost + odd;
    return far_cost(p, o, (int64_t)at - n->start + o->shift - n->shift) + odd;
}

static bool is_active(const struct parse *p, int32_t shift)
{
    bool found = false;

    /* not to stop at the one that is found lets the compiler compare several at once */
    for (unsigned i = 0; i < p->active_count; i++)
        found |= p->shifts[i] == shift;
    return found;
}

/* The active run that costs most gives its place to a cheaper one. */
static void activate(struct parse *p, struct active run)
{
    unsigned place = 0;

    if (p->active_count < ACTIVE_MAX) {
        place = p->active_count++;
    } else {
        for (unsigned i = 1; i < ACTIVE_MAX; i++)
            if (p->active[i].cost > p->active[place].cost)
                place = i;
        if (p->active[place].cost <= run.cost)
            return;
    }
    p->active[place] = run;
    p->shifts[place] = run.shift;
}

/* Follows a shift from `at` on; its run starts there or a little before, where that is cheapest. */
static void consider(struct parse *p, uint32_t at, int32_t shift)
{
    const struct fwd_parse_costs *c = &p->options->costs;
    const int32_t costs[2][2] = {{c->same, c->first}, {c->same, c->next}};
    int64_t back = 0, cheapest = NEVER, from = (int64_t)at + shift;
    uint32_t start = at, reach = at < BACK_MAX ? at : BACK_MAX;
    bool missed = false;
    struct opening opening = {.shift = shift, .node = NONE};

    if (is_active(p, shift))
        return;
    reach = from < (int64_t)reach ? (uint32_t)from : reach;
    for (uint32_t i = at;; i--) {
        int64_t cost = p->best[i % RING] + back;
        if (cost + c->open < cheapest && (cost += open_cost(p, &opening, i)) < cheapest) {
            cheapest = cost;
            start = i;
        }
        if (at - i == reach)
            break;
        bool mispredict = p->pair->target[i - 1] != p->pair->source[(int64_t)i - 1 + shift];
        back += costs[missed][mispredict];
        missed = mispredict;
        if (back > BACK_COST)
            break;
    }
    if (cheapest > p->best[at % RING] + c->far + 512)
        return;
    activate(p, (struct active){.cost = cheapest,
                    .start = start,
                    .shift = shift,
                    .before = p->best_node[start % RING],
                    .node = NONE});
}

/* How many bytes, up to `most`, are as the source goes on after the way to `at`. */
static uint32_t continuation(const struct parse *p, uint32_t at, uint32_t most)
{
    int64_t from = expected_source(p, at);
    const struct fwd_pair *pair = p->pair;
    uint32_t left = pair->target_size - at;

    if (from < 0 || from >= (int64_t)pair->source_size)
        return 0;
    return fwd_suffix_common(pair->source + from, pair->source_size - (uint32_t)from,
        pair->target + at, left < most ? left : most);
}

static void consider_far(struct parse *p, uint32_t at)
{
    const struct fwd_pair *pair = p->pair;
    struct fwd_match matches[FWD_SUFFIX_AROUND];
    uint32_t longest = 0;
    unsigned count = p->options->stride > 0 ? fwd_sparse_index_find(&p->sparse, pair->target + at,
                                                  pair->target_size - at, matches)
                                            : fwd_suffix_ahead_around(&p->ahead, at, matches);

    for (unsigned i = 0; i < count; i++) {
        if (matches[i].size > longest)
            longest = matches[i].size;
        if (matches[i].size >= p->options->match_least)
            consider(p, at, (int32_t)(matches[i].at - at));
    }
    if (p->options->skip && longest > SKIP_LEAST)
        p->covered = at + longest - SKIP_LEAST;
}

static void consider_nearby(struct parse *p, uint32_t at)
{
    uint32_t places[FWD_NEARBY_COUNT];

    if (p->pair->target_size - at < FWD_NEARBY_SIZE + 1)
        return;
    unsigned count =
        fwd_nearby_find(&p->nearby, p->pair->target + at, expected_source(p, at), places);
    for (unsigned i = 0; i < count; i++)
        consider(p, at, (int32_t)(places[i] - at));
}

/* Every active run takes the byte at `at`; those that fell behind are given up. Returns the
 * cheapest, NULL when there is none. No branch depends on what is hard to foresee. */
static struct active *step_active(struct parse *p, uint32_t at)
{
    const struct fwd_parse_costs *c = &p->options->costs;
    const int32_t costs[2][2] = {{c->same, c->first}, {c->same, c->next}};
    const uint8_t *source = p->pair->source, byte = p->pair->target[at];
    int64_t limit = p->best[at % RING] + c->far + 896, least = NEVER;
    struct active *cheapest = NULL;

    for (unsigned i = 0; i < p->active_count;) {
        struct active *a = &p->active[i];
        int64_t from = (int64_t)at + a->shift, cost = a->cost;
        if (from >= (int64_t)p->pair->source_size || cost > limit) {
            *a = p->active[--p->active_count];
            p->shifts[i] = a->shift;
            continue;
        }
        bool mispredict = source[from] != byte;
        cost += costs[a->missed][mispredict];
        a->missed = mispredict;
        a->cost = cost;
        cheapest = cost < least ? a : cheapest;
        least = cost < least ? cost : least;
        i++;
    }
    return cheapest;
}

static void step_literal(struct parse *p, uint32_t at)
{
    int32_t node = p->best_node[at % RING];
    int64_t cost = p->best[at % RING] + 128;

    if (cost < p->literal && !p->nodes.list[node].literal) {
        p->literal = cost;
        p->literal_piece = (struct fwd_parse_node){at, p->nodes.list[node].shift, node, true};
        p->literal_node = NONE;
    }
    p->literal += p->options->costs.literal;
}

static int32_t node_of_active(struct parse *p, struct active *a)
{
    if (a->node == NONE)
        a->node = fwd_parse_nodes_add(
            &p->nodes, (struct fwd_parse_node){a->start, a->shift, a->before, false});
    return a->node;
}

static int32_t node_of_literal(struct parse *p)
{
    if (p->literal_node == NONE)
        p->literal_node = fwd_parse_nodes_add(&p->nodes, p->literal_piece);
    return p->literal_node;
}

/* What the next steps are likely to look up. */
static void prefetch(const struct parse *p, uint32_t at)
{
    const uint8_t *bytes = p->pair->target + at;
    uint32_t step = p->options->step;

    if (p->pair->target_size - at < 8 * step + 8)
        return;
    if (p->options->stride > 0)
        fwd_sparse_index_prefetch(&p->sparse, bytes + 2 * step);
    if (p->options->nearby)
        fwd_nearby_prefetch(&p->nearby, bytes + 4 * step, bytes + 8 * step);
}

/* Inside a long match little is looked for, and nothing near where the source simply goes on. */
static void consider_all(struct parse *p, uint32_t at)
{
    bool outside = at >= p->covered;

    if (!outside && at % COVERED_STEP != 0)
        return;
    uint32_t same = p->options->skip ? continuation(p, at, outside ? FWD_MATCH_MAX : GOES_ON) : 0;
    if (outside && same > SKIP_LEAST) {
        consider(p, at, (int32_t)(expected_source(p, at) - at));
        p->covered = at + same - SKIP_LEAST;
    } else if (outside) {
        prefetch(p, at);
        consider_far(p, at);
    }
    if (p->options->nearby && same < GOES_ON)
        consider_nearby(p, at);
}

static void step(struct parse *p, uint32_t at)
{
    if (at % p->options->step == 0)
        consider_all(p, at);
    step_literal(p, at);
    struct active *cheapest = step_active(p, at);
    bool copied = cheapest != NULL && cheapest->cost < p->literal;
    p->best[(at + 1) % RING] = copied ? cheapest->cost : p->literal;
    p->best_node[(at + 1) % RING] = copied ? node_of_active(p, cheapest) : node_of_literal(p);
}

/* A run goes on where the one before ended in target and source: they are one. */
static bool continues(const struct fwd_run *a, const struct fwd_run *b)
{
    return a->to + a->size == b->to && a->from + a->size == b->from;
}

/* From the last piece to the first, then turned around. */
static bool collect(const struct parse *p, struct fwd_runs_found *runs)
{
    uint32_t end = p->pair->target_size;
    int32_t last = p->best_node[end % RING];
    size_t count = 0, unchanged = 0;

    for (int32_t i = last; i != NONE; i = p->nodes.list[i].before)
        count += !p->nodes.list[i].literal;
    runs->list = malloc((count + 1) * sizeof *runs->list);
    if (runs->list == NULL)
        return false;
    size_t at = count;
    for (int32_t i = last; i != NONE; i = p->nodes.list[i].before) {
        const struct fwd_parse_node *n = &p->nodes.list[i];
        if (!n->literal && n->start < end)
            runs->list[--at] = (struct fwd_run){
                n->start, (uint32_t)((int64_t)n->start + n->shift), end - n->start, true};
        if (n->start < end)
            end = n->start;
    }
    for (; at < count; at++) {
        if (unchanged > 0 && continues(&runs->list[unchanged - 1], &runs->list[at]))
            runs->list[unchanged - 1].size += runs->list[at].size;
        else
            runs->list[unchanged++] = runs->list[at];
    }
    runs->count = unchanged;
    return true;
}

static enum fwd_fail prepare(struct parse *p, struct fwd_error *err)
{
    const struct fwd_pair *pair = p->pair;

    if (p->options->nearby && !fwd_nearby_build(&p->nearby, pair->source, pair->source_size))
        return fwd_error_memory(err, "the index of the source image");
    p->literal = 0;
    p->nodes.most = p->options->pieces_most;
    p->literal_piece.before = NONE;
    p->literal_node = NONE;
    if (!fwd_parse_nodes_tidy(&p->nodes, NULL, 0))
        return fwd_error_memory(err, "the delta");
    for (unsigned i = 0; i < RING; i++)
        p->best_node[i] = NONE;
    p->literal_node = p->best_node[0] =
        fwd_parse_nodes_add(&p->nodes, (struct fwd_parse_node){0, 0, NONE, true});
    p->best[0] = 0;
    if (p->options->stride > 0)
        return fwd_sparse_index_build(
                   &p->sparse, pair->source, pair->source_size, p->options->stride)
                   ? FWD_FAIL_NONE
                   : fwd_error_memory(err, "the index of the source image");
    fwd_suffix_ahead_open(&p->ahead, pair->target, pair->target_size, p->options->step);
    return fwd_suffix_shared_get(
        p->options->order, pair->source, pair->source_size, &p->own, &p->ahead.suffix, err);
}

enum fwd_fail fwd_parse_make(const struct fwd_pair *pair, const struct fwd_parse_options *options,
    struct fwd_runs_found *runs, struct fwd_error *err)
{
    struct parse *p = calloc(1, sizeof *p);

    *runs = (struct fwd_runs_found){0};
    if (p == NULL)
        return fwd_error_memory(err, "the delta");
    p->pair = pair;
    p->options = options;
    enum fwd_fail fail = prepare(p, err);
    uint32_t at = 0;
    while (fail == FWD_FAIL_NONE && at < pair->target_size && tidy_nodes(p))
        step(p, at++);
    if (fail == FWD_FAIL_NONE && at < pair->target_size && p->nodes.room == options->pieces_most)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the images differ in more places than --memory has room for: give a larger --memory");
    else if (fail == FWD_FAIL_NONE && (at < pair->target_size || !collect(p, runs)))
        fail = fwd_error_memory(err, "the delta");
    fwd_suffix_free(&p->own);
    fwd_nearby_free(&p->nearby);
    fwd_parse_nodes_free(&p->nodes);
    fwd_sparse_index_free(&p->sparse);
    free(p);
    return fail;
}
