#include "gen/bsdiff/tuples.h"

#include <stdlib.h>
#include <string.h>

static void flush(struct fwd_weaver *w, int32_t seek)
{
    struct fwd_tuples *tuples = w->tuples;

    if (w->failed)
        return;
    if (tuples->count == tuples->room) {
        size_t room = tuples->room ? tuples->room * 2 : 256;
        struct fwd_tuple *list = realloc(tuples->list, room * sizeof *list);
        if (list == NULL) {
            w->failed = true;
            return;
        }
        tuples->list = list;
        tuples->room = room;
    }
    w->tuple.seek = seek;
    tuples->list[tuples->count++] = w->tuple;
    w->tuple = (struct fwd_tuple){0};
}

void fwd_weaver_diff(struct fwd_weaver *w, uint32_t source_at, uint32_t size)
{
    if (size == 0)
        return;
    if (source_at != w->source_at && w->tuple.diff == 0 && w->tuple.extra == 0) {
        /* the first run: a tuple must have output before it can seek, so the run's first byte is
         * coded as a difference to the first byte of the source */
        w->tuple.diff = 1;
        w->source_at = 1;
        source_at++;
        size--;
        if (size == 0)
            return;
    }
    if (source_at != w->source_at || w->tuple.extra > 0)
        flush(w, (int32_t)((int64_t)source_at - w->source_at));
    w->tuple.diff += size;
    w->source_at = source_at + size;
}

void fwd_weaver_extra(struct fwd_weaver *w, uint32_t size)
{
    w->tuple.extra += size;
}

bool fwd_weaver_end(struct fwd_weaver *w)
{
    if (w->tuple.diff > 0 || w->tuple.extra > 0)
        flush(w, 0);
    return !w->failed;
}

void fwd_tuples_free(struct fwd_tuples *tuples)
{
    free(tuples->list);
    *tuples = (struct fwd_tuples){0};
}

bool fwd_tuples_valid(const struct fwd_tuples *tuples, const struct fwd_pair *pair)
{
    int64_t source = 0, target = 0;

    for (size_t i = 0; i < tuples->count; i++) {
        const struct fwd_tuple *t = &tuples->list[i];
        if ((t->diff == 0 && t->extra == 0) || source + t->diff > (int64_t)pair->source_size)
            return false;
        target += (int64_t)t->diff + t->extra;
        source += (int64_t)t->diff + t->seek;
        if (target > (int64_t)pair->target_size || source < 0 ||
            source > (int64_t)pair->source_size)
            return false;
    }
    return target == (int64_t)pair->target_size;
}

void fwd_tuples_sum(const struct fwd_tuples *tuples, uint32_t *diff, uint32_t *extra)
{
    *diff = *extra = 0;
    for (size_t i = 0; i < tuples->count; i++) {
        *diff += tuples->list[i].diff;
        *extra += tuples->list[i].extra;
    }
}

void fwd_tuples_split(
    const struct fwd_tuples *tuples, const struct fwd_pair *pair, uint8_t *diff, uint8_t *extra)
{
    const uint8_t *target = pair->target;
    int64_t source = 0;

    for (size_t i = 0; i < tuples->count; i++) {
        const struct fwd_tuple *t = &tuples->list[i];
        for (uint32_t k = 0; k < t->diff; k++)
            *diff++ = (uint8_t)(*target++ - pair->source[source + k]);
        source += (int64_t)t->diff + t->seek;
        if (t->extra > 0)
            memcpy(extra, target, t->extra);
        extra += t->extra;
        target += t->extra;
    }
}
