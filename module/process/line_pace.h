/* How fast bytes go over a serial line: ten bits for each, at the line's speed, in virtual time. */
#ifndef FWD_MODULE_PROCESS_LINE_PACE_H
#define FWD_MODULE_PROCESS_LINE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One direction of a line. Times are virtual microseconds. */
struct fwd_line_pace {
    uint64_t free_us;  /* when all that went is through */
    uint64_t last_us;  /* when something went last */
    uint64_t ahead_us; /* what may go at once */
    uint64_t
        pause_us; /* shorter pauses are this computer's, not the sender's: they are caught up */
};

/* scale: virtual seconds in a real one. */
void fwd_line_pace_start(struct fwd_line_pace *pace, uint32_t scale);

/* How many bytes may go now, at most room. baud 0: room. */
size_t fwd_line_pace_room(
    const struct fwd_line_pace *pace, uint64_t now_us, uint32_t baud, size_t room);
/* So many go. */
void fwd_line_pace_take(struct fwd_line_pace *pace, uint64_t now_us, uint32_t baud, size_t count);
/* Virtual milliseconds, rounded up, from which on some may go again; 0: now. */
uint64_t fwd_line_pace_due(const struct fwd_line_pace *pace, uint64_t now_us);

#endif
