#include "samples/firmware/common/calendar.h"

/* Counted from 1 March of year 0, so that the leap day is the last of its year. */
int32_t calendar_days(struct calendar_date date)
{
    int32_t year = date.month > 2 ? date.year : date.year - 1;
    int32_t month = (date.month + 9) % 12;

    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + date.day - 1 -
           719468;
}

struct calendar_date calendar_date(int32_t days)
{
    int32_t era = (days + 719468) / 146097, left = (days + 719468) % 146097;
    int32_t year = (left - left / 1460 + left / 36524 - left / 146096) / 365;
    int32_t day = left - (365 * year + year / 4 - year / 100);
    int32_t month = (5 * day + 2) / 153;
    struct calendar_date date;

    date.day = day - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = era * 400 + year + (date.month <= 2);
    return date;
}

int32_t calendar_weekday(int32_t days)
{
    return ((days + 3) % 7 + 7) % 7;
}

int32_t calendar_day_of_year(struct calendar_date date)
{
    return calendar_days(date) - calendar_days((struct calendar_date){date.year, 1, 1}) + 1;
}

int32_t calendar_week(struct calendar_date date)
{
    int32_t days = calendar_days(date);
    int32_t thursday = days - calendar_weekday(days) + 3;
    struct calendar_date year = calendar_date(thursday);

    return (thursday - calendar_days((struct calendar_date){year.year, 1, 1})) / 7 + 1;
}

bool calendar_parse(const char *text, struct calendar_date *date)
{
    int32_t parts[3] = {0};
    int part = 0;

    for (; *text != '\0'; text++) {
        if (*text == '-' && part < 2)
            part++;
        else if (*text >= '0' && *text <= '9' && parts[part] < 1000)
            parts[part] = parts[part] * 10 + (*text - '0');
        else
            return false;
    }
    *date = (struct calendar_date){parts[0], parts[1], parts[2]};
    if (date->year < 1970 || date->month < 1 || date->month > 12 || date->day < 1)
        return false;
    return calendar_date(calendar_days(*date)).day == date->day;
}
