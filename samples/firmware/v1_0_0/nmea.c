#include "samples/firmware/common/nmea.h"

#include "samples/firmware/common/checksum.h"
#include "samples/firmware/common/text.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 20, FIELD_SIZE = 16 };

struct sentence {
    char fields[FIELDS_MAX][FIELD_SIZE];
    int count;
};

static bool checksum_is_right(const char *text, const char *star)
{
    return strtoul(star + 1, NULL, 16) == checksum_xor(text, (size_t)(star - text));
}

static bool split(const char *text, struct sentence *s)
{
    const char *star = strchr(text, '*');
    int size = 0;

    memset(s, 0, sizeof *s);
    if (star == NULL || !checksum_is_right(text, star))
        return false;
    for (; text < star; text++) {
        if (*text == ',') {
            if (++s->count == FIELDS_MAX)
                return false;
            size = 0;
        } else {
            s->fields[s->count][size++] = *text;
        }
    }
    s->count++;
    return true;
}

/* "ddmm.mmmm" and a letter. */
static double coordinate(const char *number, const char *side)
{
    double value = strtod(number, NULL);
    double whole = (double)(int32_t)(value / 100);
    double result = whole + (value - whole * 100) / 60;

    return *side == 'S' || *side == 'W' ? -result : result;
}

static int32_t seconds(const char *clock)
{
    int32_t value = (int32_t)strtol(clock, NULL, 10);

    return value / 10000 * 3600 + value / 100 % 100 * 60 + value % 100;
}

static bool parse_gga(const struct sentence *s, struct nmea_fix *fix)
{
    if (s->count < 10)
        return false;
    fix->time = seconds(s->fields[1]);
    fix->valid = s->fields[6][0] != '0';
    fix->satellites = (int32_t)strtol(s->fields[7], NULL, 10);
    fix->altitude = strtod(s->fields[9], NULL);
    fix->place.latitude = coordinate(s->fields[2], s->fields[3]);
    fix->place.longitude = coordinate(s->fields[4], s->fields[5]);
    return true;
}

static bool parse_rmc(const struct sentence *s, struct nmea_fix *fix)
{
    if (s->count < 7)
        return false;
    fix->time = seconds(s->fields[1]);
    fix->valid = s->fields[2][0] == 'A';
    fix->place.latitude = coordinate(s->fields[3], s->fields[4]);
    fix->place.longitude = coordinate(s->fields[5], s->fields[6]);
    return true;
}

bool nmea_parse(const char *sentence, struct nmea_fix *fix)
{
    struct sentence s;

    if (*sentence != '$' || !split(sentence + 1, &s))
        return false;
    if (text_same(s.fields[0] + 2, "GGA"))
        return parse_gga(&s, fix);
    if (text_same(s.fields[0] + 2, "RMC"))
        return parse_rmc(&s, fix);
    return false;
}
