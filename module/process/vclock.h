/* Virtual time: real time, scale times as fast, from 0 when it starts. */
#ifndef FWD_MODULE_PROCESS_VCLOCK_H
#define FWD_MODULE_PROCESS_VCLOCK_H

#include <stdint.h>

#define FWD_VCLOCK_SCALE_MAX 1000000u

struct fwd_vclock {
    uint32_t scale; /* 1..FWD_VCLOCK_SCALE_MAX: virtual seconds in a real one */
    uint64_t start; /* real nanoseconds */
};

void fwd_vclock_start(struct fwd_vclock *clock, uint32_t scale);

/* Virtual milliseconds since the start. */
uint64_t fwd_vclock_now(const struct fwd_vclock *clock);

/* The same in microseconds. */
uint64_t fwd_vclock_now_us(const struct fwd_vclock *clock);

/* Real milliseconds until that virtual time, rounded up, for poll(): 0 when it is past; -1 for
 * UINT64_MAX. */
int fwd_vclock_wait(const struct fwd_vclock *clock, uint64_t due);

/* Lets so many virtual milliseconds pass. */
void fwd_vclock_sleep(const struct fwd_vclock *clock, uint64_t ms);

#endif
