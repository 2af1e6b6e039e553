/* Dates of the Gregorian calendar. */
#ifndef DEMO_CALENDAR_H
#define DEMO_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar_date {
    int32_t year;
    int32_t month;
    int32_t day;
};

/* Days since 1 January 1970. */
int32_t calendar_days(struct calendar_date date);
struct calendar_date calendar_date(int32_t days);
int32_t calendar_weekday(int32_t days); /* 0 is Monday */
int32_t calendar_day_of_year(struct calendar_date date);
int32_t calendar_week(struct calendar_date date); /* ISO 8601 */
bool calendar_parse(const char *text, struct calendar_date *date);

#endif
