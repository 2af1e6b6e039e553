#include "matrix/report/ways.h"

#include <stdlib.h>

/* The jobs of one package on one device. */
struct hop {
    size_t package, verify, torture; /* FWD_MATRIX_NONE: not planned */
};

struct finding {
    const struct fwd_matrix_plan *plan;
    const struct fwd_matrix_result *results;
    size_t *first; /* of each product: its first job; one more at the end */
};

const char *fwd_way_word(enum fwd_way_kind kind)
{
    static const char *const words[FWD_WAY_KINDS] = {"delta", "two", "full"};

    return words[kind];
}

/* ---- jobs ------------------------------------------------------------------------------------ */

/* full: the full package; else the delta from there to there. */
static struct hop find_hop(
    const struct finding *f, const struct fwd_way_case *c, bool full, size_t from, size_t to)
{
    struct hop hop = {FWD_MATRIX_NONE, FWD_MATRIX_NONE, FWD_MATRIX_NONE};

    for (size_t i = f->first[c->product]; i < f->first[c->product + 1]; i++) {
        const struct fwd_matrix_job *job = &f->plan->jobs[i];
        if (job->package == FWD_MATRIX_NONE || job->device != c->device || job->from != from ||
            job->to != to || (f->plan->jobs[job->package].kind == FWD_MATRIX_FULL) != full)
            continue;
        hop.package = job->package;
        if (job->kind == FWD_MATRIX_VERIFY)
            hop.verify = i;
        else
            hop.torture = i;
    }
    return hop;
}

static const char *why_not(const struct fwd_matrix_result *result)
{
    if (result->message != NULL)
        return result->message;
    return fwd_job_result_word(result->state);
}

/* Adds a hop to a way that has worked so far. */
static void take_hop(const struct finding *f, const struct hop *hop, struct fwd_way *way)
{
    const struct fwd_release_file *release = f->plan->release;

    way->planned = hop->verify != FWD_MATRIX_NONE;
    if (!way->planned) {
        way->works = false;
        return;
    }
    const struct fwd_matrix_result *package = &f->results[hop->package];
    const struct fwd_matrix_result *verify = &f->results[hop->verify];
    way->bytes += package->size;
    way->device_ms += verify->device_ms;
    if (package->state != FWD_MATRIX_PASSED)
        way->why = why_not(package);
    else if (verify->state != FWD_MATRIX_PASSED)
        way->why = why_not(verify);
    else if (hop->torture != FWD_MATRIX_NONE && f->results[hop->torture].state != FWD_MATRIX_PASSED)
        way->why = why_not(&f->results[hop->torture]);
    else if (release->package_bytes > 0 && package->size > release->package_bytes)
        way->why = "the package is larger than limits.package_bytes";
    else if (release->milliseconds > 0 && verify->device_ms > release->milliseconds)
        way->why = "it takes longer on the device than limits.milliseconds";
    way->works = way->works && way->why == NULL;
}

/* ---- ways ------------------------------------------------------------------------------------ */

static struct fwd_way way_over(const struct finding *f, const struct fwd_way_case *c, size_t over)
{
    size_t last = f->plan->release->products[c->product].version_count - 1;
    struct hop hops[2] = {find_hop(f, c, false, c->from, over), find_hop(f, c, false, over, last)};
    struct fwd_way way = {.works = true, .over = over};

    take_hop(f, &hops[0], &way);
    if (way.planned)
        take_hop(f, &hops[1], &way);
    return way;
}

/* The cheapest that works; else one that does not. */
static struct fwd_way two_hops(const struct finding *f, const struct fwd_way_case *c)
{
    const struct fwd_matrix_product *product = &f->plan->release->products[c->product];
    struct fwd_way best = {0};

    for (size_t i = 0; i < product->via_count; i++) {
        if (product->via[i].from != c->from)
            continue;
        struct fwd_way way = way_over(f, c, product->via[i].to);
        if (way.planned && (!best.planned || (way.works && !best.works) ||
                               (way.works == best.works && way.bytes < best.bytes)))
            best = way;
    }
    return best;
}

static void find_case(const struct finding *f, struct fwd_way_case *c)
{
    size_t last = f->plan->release->products[c->product].version_count - 1;
    struct hop delta = find_hop(f, c, false, c->from, last);
    struct hop full = find_hop(f, c, true, c->from, last);

    c->ways[FWD_WAY_DELTA].works = c->ways[FWD_WAY_FULL].works = true;
    take_hop(f, &delta, &c->ways[FWD_WAY_DELTA]);
    take_hop(f, &full, &c->ways[FWD_WAY_FULL]);
    c->ways[FWD_WAY_TWO] = two_hops(f, c);
    c->best = -1;
    for (int k = 0; k < FWD_WAY_KINDS; k++)
        if (c->ways[k].works && (c->best < 0 || c->ways[k].bytes < c->ways[c->best].bytes))
            c->best = k;
}

/* Where the jobs of each product begin; they follow each other. */
static bool find_firsts(struct finding *f)
{
    size_t products = f->plan->release->product_count;

    f->first = calloc(products + 1, sizeof *f->first);
    if (f->first == NULL)
        return false;
    f->first[products] = f->plan->job_count;
    for (size_t i = f->plan->job_count; i-- > 0;)
        f->first[f->plan->jobs[i].product] = i;
    return true;
}

static size_t count_cases(const struct fwd_release_file *release)
{
    size_t count = 0;

    for (size_t p = 0; p < release->product_count; p++)
        for (size_t d = 0; d < release->device_count; d++)
            count += release->products[p].on[d] ? release->products[p].version_count - 1 : 0;
    return count;
}

enum fwd_fail fwd_ways_find(const struct fwd_matrix_plan *plan,
    const struct fwd_matrix_result *results, struct fwd_ways *ways, struct fwd_error *err)
{
    const struct fwd_release_file *release = plan->release;
    struct finding f = {.plan = plan, .results = results};

    *ways = (struct fwd_ways){.cases = calloc(count_cases(release) + 1, sizeof *ways->cases)};
    if (ways->cases == NULL || !find_firsts(&f)) {
        free(f.first);
        fwd_ways_free(ways);
        return fwd_error_memory(err, release->path);
    }
    for (size_t p = 0; p < release->product_count; p++)
        for (size_t from = 0; from + 1 < release->products[p].version_count; from++)
            for (size_t d = 0; d < release->device_count; d++) {
                if (!release->products[p].on[d])
                    continue;
                struct fwd_way_case *c = &ways->cases[ways->count++];
                *c = (struct fwd_way_case){.product = p, .device = d, .from = from};
                find_case(&f, c);
                ways->stuck += c->best < 0 ? 1 : 0;
            }
    free(f.first);
    return FWD_FAIL_NONE;
}

void fwd_ways_free(struct fwd_ways *ways)
{
    free(ways->cases);
    *ways = (struct fwd_ways){0};
}
