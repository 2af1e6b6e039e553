#include "gen/bsdiff/bsdiff.h"

/* A match is taken when it explains this many bytes more than going on at the old offset does. */
#define ADVANTAGE 8

/* Where the scan is. `last_*` belong to the run that the current one follows; positions are in
 * 64 bits so that an offset between images may be negative. */
struct scan {
    const struct fwd_pair *pair;
    const struct fwd_suffix *suffix;
    struct fwd_weaver weaver;
    int64_t at;       /* target position of the match being looked at */
    int64_t size;     /* of that match */
    int64_t position; /* of that match in the source */
    int64_t last_at;
    int64_t last_position;
    int64_t last_offset;
};

static bool same(const struct scan *s, int64_t source, int64_t target)
{
    return source >= 0 && source < (int64_t)s->pair->source_size &&
           s->pair->source[source] == s->pair->target[target];
}

/* Goes forward until a match is clearly better than the old offset, or the target ends. Returns
 * how many bytes of the match the old offset explains as well. */
static int64_t find_next(struct scan *s)
{
    const int64_t end = s->pair->target_size;
    int64_t agreeing = 0, counted;

    s->at += s->size;
    for (counted = s->at; s->at < end; s->at++) {
        struct fwd_match match =
            fwd_suffix_longest(s->suffix, s->pair->target + s->at, (uint32_t)(end - s->at));
        s->size = match.size;
        s->position = match.at;
        for (; counted < s->at + s->size; counted++)
            agreeing += same(s, counted + s->last_offset, counted);
        if ((s->size == agreeing && s->size != 0) || s->size > agreeing + ADVANTAGE)
            break;
        agreeing -= counted > s->at && same(s, s->at + s->last_offset, s->at);
        if (counted == s->at)
            counted++;
    }
    return agreeing;
}

/* How far the last run goes on: to where most bytes agree. */
static int64_t extend_forward(const struct scan *s)
{
    int64_t agreeing = 0, best = 0, best_score = 0;

    for (int64_t i = 0; s->last_at + i < s->at && s->last_position + i < s->pair->source_size;) {
        agreeing += same(s, s->last_position + i, s->last_at + i);
        i++;
        if (agreeing * 2 - i > best_score) {
            best_score = agreeing * 2 - i;
            best = i;
        }
    }
    return best;
}

/* How far before its match the next run begins. */
static int64_t extend_backward(const struct scan *s)
{
    int64_t agreeing = 0, best = 0, best_score = 0;

    if (s->at >= s->pair->target_size)
        return 0;
    for (int64_t i = 1; s->at - i >= s->last_at && s->position >= i; i++) {
        agreeing += same(s, s->position - i, s->at - i);
        if (agreeing * 2 - i > best_score) {
            best_score = agreeing * 2 - i;
            best = i;
        }
    }
    return best;
}

/* Where the two extensions overlap, the border goes to where both together agree most. */
static void share_overlap(const struct scan *s, int64_t *forward, int64_t *backward)
{
    int64_t overlap = s->last_at + *forward - (s->at - *backward);
    int64_t score = 0, best_score = 0, best = 0;

    if (overlap <= 0)
        return;
    for (int64_t i = 0; i < overlap; i++) {
        int64_t target = s->at - *backward + i;
        score += same(s, s->last_position + (target - s->last_at), target);
        score -= same(s, s->position - *backward + i, target);
        if (score > best_score) {
            best_score = score;
            best = i + 1;
        }
    }
    *forward += best - overlap;
    *backward -= best;
}

/* The last run and the new bytes after it are settled; the match begins the next run. */
static void settle(struct scan *s)
{
    int64_t forward = extend_forward(s);
    int64_t backward = extend_backward(s);

    share_overlap(s, &forward, &backward);
    fwd_weaver_diff(&s->weaver, (uint32_t)s->last_position, (uint32_t)forward);
    fwd_weaver_extra(&s->weaver, (uint32_t)(s->at - backward - (s->last_at + forward)));
    s->last_at = s->at - backward;
    s->last_position = s->position - backward;
    s->last_offset = s->position - s->at;
}

enum fwd_fail fwd_bsdiff_make(const struct fwd_pair *pair, const struct fwd_progress_sink *progress,
    struct fwd_tuples *tuples, struct fwd_error *err)
{
    return fwd_bsdiff_make_by(pair, NULL, progress, tuples, err);
}

enum fwd_fail fwd_bsdiff_make_by(const struct fwd_pair *pair, struct fwd_suffix_shared *order,
    const struct fwd_progress_sink *progress, struct fwd_tuples *tuples, struct fwd_error *err)
{
    struct fwd_suffix own;
    struct scan s = {.pair = pair, .weaver = {.tuples = tuples}};

    *tuples = (struct fwd_tuples){0};
    if (pair->source_size > FWD_SUFFIX_MAX || pair->target_size > FWD_SUFFIX_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "an image is larger than 2 GiB, for which no delta can be made: "
            "use --full or split the image");
    enum fwd_fail fail =
        fwd_suffix_shared_get(order, pair->source, pair->source_size, &own, &s.suffix, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    while (s.at < pair->target_size) {
        int64_t agreeing = find_next(&s);
        if (s.size == agreeing && s.at < pair->target_size)
            continue;
        settle(&s);
        fwd_progress_report(
            progress, FWD_GEN_MATCH, (unsigned)((uint64_t)s.at * 100 / pair->target_size));
    }
    fwd_suffix_free(&own);
    if (!fwd_weaver_end(&s.weaver)) {
        fwd_tuples_free(tuples);
        return fwd_error_memory(err, "the list of matches");
    }
    return FWD_FAIL_NONE;
}
