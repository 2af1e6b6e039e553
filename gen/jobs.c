#include "gen/jobs.h"

#include <pthread.h>
#include <stdatomic.h>

struct pool {
    atomic_size_t next;
    atomic_size_t done;
    size_t count;
    void (*run)(void *ctx, size_t index);
    void *ctx;
    const struct fwd_progress_sink *progress;
};

static void work(struct pool *pool, const struct fwd_progress_sink *progress)
{
    for (;;) {
        size_t index = atomic_fetch_add(&pool->next, 1);
        if (index >= pool->count)
            return;
        pool->run(pool->ctx, index);
        size_t done = atomic_fetch_add(&pool->done, 1) + 1;
        fwd_progress_report(progress, FWD_GEN_COMPRESS, (unsigned)(done * 100 / pool->count));
    }
}

static void *work_silently(void *pool)
{
    work(pool, NULL);
    return NULL;
}

void fwd_jobs_run(unsigned threads, size_t count, void (*run)(void *ctx, size_t index), void *ctx,
    const struct fwd_progress_sink *progress)
{
    struct pool pool = {.count = count, .run = run, .ctx = ctx};
    pthread_t helpers[FWD_JOBS_MAX];
    unsigned started = 0;

    /* a thread that cannot be started is no error: the others do its work */
    while (started + 1 < threads && started + 1 < count && started < FWD_JOBS_MAX &&
           pthread_create(&helpers[started], NULL, work_silently, &pool) == 0)
        started++;
    work(&pool, progress);
    while (started > 0)
        pthread_join(helpers[--started], NULL);
    fwd_progress_report(progress, FWD_GEN_COMPRESS, 100);
}
