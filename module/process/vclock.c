#include "module/process/vclock.h"

#include <limits.h>
#include <time.h>

static uint64_t real_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void fwd_vclock_start(struct fwd_vclock *clock, uint32_t scale)
{
    clock->scale = scale;
    clock->start = real_ns();
}

uint64_t fwd_vclock_now(const struct fwd_vclock *clock)
{
    /* microseconds first: the product of nanoseconds and a large scale would overflow in days */
    return (real_ns() - clock->start) / 1000 * clock->scale / 1000;
}

uint64_t fwd_vclock_now_us(const struct fwd_vclock *clock)
{
    return (real_ns() - clock->start) / 1000 * clock->scale;
}

int fwd_vclock_wait(const struct fwd_vclock *clock, uint64_t due)
{
    uint64_t now = fwd_vclock_now(clock);

    if (due == UINT64_MAX)
        return -1;
    if (due <= now)
        return 0;
    uint64_t ms = (due - now + clock->scale - 1) / clock->scale;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

void fwd_vclock_sleep(const struct fwd_vclock *clock, uint64_t ms)
{
    uint64_t ns = ms * 1000000 / clock->scale;
    struct timespec wait = {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};

    (void)nanosleep(&wait, NULL);
}
