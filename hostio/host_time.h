/* Points in time as people write them: UTC, as 2027-01-31T12:00:00Z, or a day, as 2027-01-31. */
#ifndef FWD_HOSTIO_HOST_TIME_H
#define FWD_HOSTIO_HOST_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define FWD_HOST_TIME_TEXT     32u
#define FWD_HOST_TIME_EXPECTED "a time of UTC as 2027-01-31T12:00:00Z, or a day as 2027-01-31"

/* Which second is meant where the text is a day. */
enum fwd_host_time_day { FWD_HOST_TIME_FIRST, FWD_HOST_TIME_LAST };

/* Seconds since 1970-01-01T00:00:00Z; years 1970 to 9999. False: the text is none of both. */
bool fwd_host_time_parse(const char *text, enum fwd_host_time_day day, uint64_t *seconds);

/* "2027-01-31T12:00:00Z"; after the year 9999 the number of seconds. */
void fwd_host_time_text(uint64_t seconds, char out[FWD_HOST_TIME_TEXT]);

/* Now, by this machine's clock. */
uint64_t fwd_host_time_now(void);

#endif
