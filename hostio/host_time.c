#include "hostio/host_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY         86400
#define YEAR_10000  253402300800u
#define DAY_LENGTH  (sizeof "2027-01-31" - 1)
#define TIME_LENGTH (sizeof "2027-01-31T12:00:00Z" - 1)

/* Every character is a digit where the pattern has one, and itself elsewhere. */
static bool has_shape(const char *text)
{
    static const char pattern[] = "0000-00-00T00:00:00Z";
    size_t length = strlen(text);

    if (length != DAY_LENGTH && length != TIME_LENGTH)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (pattern[i] == '0' ? !digit : text[i] != pattern[i])
            return false;
    }
    return true;
}

bool fwd_host_time_parse(const char *text, enum fwd_host_time_day day, uint64_t *seconds)
{
    struct tm tm = {0};
    bool whole = strlen(text) == DAY_LENGTH;

    if (!has_shape(text) || strptime(text, whole ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
        return false;
    int month_day = tm.tm_mday, second = tm.tm_sec;
    int64_t at = timegm(&tm);
    /* neither the 31st of a month with 30 days, nor a second 60: timegm() takes what follows */
    if (at < 0 || tm.tm_mday != month_day || tm.tm_sec != second)
        return false;
    *seconds = (uint64_t)at + (whole && day == FWD_HOST_TIME_LAST ? DAY - 1 : 0);
    return true;
}

void fwd_host_time_text(uint64_t seconds, char out[FWD_HOST_TIME_TEXT])
{
    time_t when = (time_t)seconds;
    struct tm utc;

    if (seconds >= YEAR_10000 || gmtime_r(&when, &utc) == NULL ||
        strftime(out, FWD_HOST_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        (void)snprintf(out, FWD_HOST_TIME_TEXT, "%" PRIu64, seconds);
}

uint64_t fwd_host_time_now(void)
{
    time_t now = time(NULL);

    return now > 0 ? (uint64_t)now : 0;
}
