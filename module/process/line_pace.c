#include "module/process/line_pace.h"

#define BITS     10u /* of a byte: start, eight, stop */
#define AHEAD_US 10000u
#define AWAKE_US 2000u   /* real: shorter waits cost more than they show */
#define PAUSE_US 200000u /* real */

void fwd_line_pace_start(struct fwd_line_pace *pace, uint32_t scale)
{
    uint64_t awake = (uint64_t)AWAKE_US * scale;

    *pace = (struct fwd_line_pace){
        .ahead_us = awake > AHEAD_US ? awake : AHEAD_US, .pause_us = (uint64_t)PAUSE_US * scale};
}

/* Since when the line has been free, or will be. */
static uint64_t free_since(const struct fwd_line_pace *pace, uint64_t now_us)
{
    bool idle = pace->free_us < now_us && now_us - pace->last_us > pace->pause_us;

    return idle ? now_us : pace->free_us;
}

size_t fwd_line_pace_room(
    const struct fwd_line_pace *pace, uint64_t now_us, uint32_t baud, size_t room)
{
    uint64_t from = free_since(pace, now_us);

    if (baud == 0)
        return room;
    if (from > now_us)
        return 0;
    uint64_t most = (pace->ahead_us + now_us - from) * baud / (BITS * 1000000u);
    if (most == 0)
        most = 1;
    return most < room ? (size_t)most : room;
}

void fwd_line_pace_take(struct fwd_line_pace *pace, uint64_t now_us, uint32_t baud, size_t count)
{
    if (baud == 0 || count == 0)
        return;
    pace->free_us = free_since(pace, now_us) + (uint64_t)count * BITS * 1000000u / baud;
    pace->last_us = now_us;
}

uint64_t fwd_line_pace_due(const struct fwd_line_pace *pace, uint64_t now_us)
{
    return pace->free_us > now_us ? (pace->free_us + 999) / 1000 : 0;
}
