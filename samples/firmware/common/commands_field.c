#include "samples/firmware/common/calendar.h"
#include "samples/firmware/common/commands.h"
#include "samples/firmware/common/console.h"
#include "samples/firmware/common/expr.h"
#include "samples/firmware/common/filter.h"
#include "samples/firmware/common/geo.h"
#include "samples/firmware/common/kvstore.h"
#include "samples/firmware/common/log.h"
#include "samples/firmware/common/nmea.h"
#include "samples/firmware/common/sensor.h"
#include "samples/firmware/common/tables.h"
#include "samples/firmware/common/text.h"
#include "samples/firmware/common/units.h"

#include <stdio.h>
#include <stdlib.h>

static struct nmea_fix position;

/* newlib's printf where a double is printed, ours everywhere else. */
static void print_double(const char *label, double value, const char *unit)
{
    char number[32];

    snprintf(number, sizeof number, "%.3f", value);
    console_print("%-16s %s %s\n", label, number, unit);
}

static double setting(const char *key)
{
    const char *value = kvstore_get(key);

    return value == NULL ? 0 : strtod(value, NULL);
}

void command_calc(int count, char **words)
{
    struct expr e;
    enum string_id message;
    int32_t value;

    if (expr_compile(&e, console_rest(count, words, 1), &message) && expr_run(&e, &value, &message))
        console_print("%m\n", value);
    else
        console_say(message);
}

void command_convert(int count, char **words)
{
    enum string_id message;
    double result;

    (void)count;
    if (units_convert(strtod(words[1], NULL), words[2], words[3], &result, &message))
        print_double(words[1], result, words[3]);
    else
        console_say(message);
}

void command_distance(int count, char **words)
{
    struct geo_place a = {strtod(words[1], NULL), strtod(words[2], NULL)};
    struct geo_place b = {strtod(words[3], NULL), strtod(words[4], NULL)};
    struct geo_place half;

    (void)count;
    half = geo_travel(a, geo_bearing(a, b), geo_distance(a, b) / 2);
    print_double("distance", geo_distance(a, b) / 1000, "km");
    print_double("bearing", geo_bearing(a, b), "deg");
    print_double("half-way lat", half.latitude, "deg");
    print_double("half-way lon", half.longitude, "deg");
}

static void print_sun(struct geo_place place, int day, bool rise)
{
    double hour;
    int32_t minutes;

    if (!geo_sun(place, day, rise, &hour)) {
        console_say(hour > 0 ? STRING_SUN_NEVER_SETS : STRING_SUN_NEVER_RISES);
        return;
    }
    minutes = (int32_t)(hour * 60);
    console_print("%s %02d:%02d UTC\n", rise ? "rise" : "set ", minutes / 60, minutes % 60);
}

void command_sun(int count, char **words)
{
    struct geo_place place = {setting("lat"), setting("lon")};
    struct calendar_date date;

    (void)count;
    if (!calendar_parse(words[1], &date)) {
        console_say(STRING_DATE_BAD);
        return;
    }
    print_sun(place, calendar_day_of_year(date), true);
    print_sun(place, calendar_day_of_year(date), false);
}

void command_weather(int count, char **words)
{
    double air = sensor_reading(sensor_find("air"))->value / 1000.0;
    double humidity = sensor_reading(sensor_find("humidity"))->value / 1000.0;
    int32_t pressure = sensor_reading(sensor_find("baro"))->value / 1000;

    (void)count;
    (void)words;
    print_double("air", air, "degC");
    print_double("dew point", geo_dew_point(air, humidity), "degC");
    print_double("heat index", geo_heat_index(air, humidity), "degC");
    print_double("wind chill 20", geo_wind_chill(air, 20), "degC");
    print_double("sea level", geo_sea_level_pressure(pressure, setting("alt"), air), "hPa");
    if (pressure >= 300 && pressure <= 1100)
        print_double("pressure height", table_altitude[pressure - 300] / 10.0, "m");
    if (air >= -45 && air <= 60)
        print_double("vapour", table_vapour[(int32_t)(air * 10) + 450] * humidity / 100, "Pa");
}

void command_date(int count, char **words)
{
    struct calendar_date date;

    (void)count;
    if (!calendar_parse(words[1], &date)) {
        console_say(STRING_DATE_BAD);
        return;
    }
    console_print("%s, %d %s %d, %d / %d\n", string_weekday(calendar_weekday(calendar_days(date))),
        date.day, string_month(date.month), date.year, calendar_day_of_year(date),
        calendar_week(date));
}

void command_position(int count, char **words)
{
    bool had = position.valid;

    (void)count;
    if (!nmea_parse(words[1], &position)) {
        console_say(STRING_SENTENCE_BAD);
        return;
    }
    if (had != position.valid)
        log_add(LOG_INFO, position.valid ? STRING_FIX_FOUND : STRING_FIX_LOST, position.time);
    print_double("latitude", position.place.latitude, "deg");
    print_double("longitude", position.place.longitude, "deg");
    print_double("altitude", position.altitude, "m");
    console_print("%s: %d\n", string_text(STRING_SATELLITES), position.satellites);
}

void command_spectrum(int count, char **words)
{
    static int16_t real[FILTER_SPECTRUM_SIZE], imaginary[FILTER_SPECTRUM_SIZE];
    int32_t bin = 12;

    if (count > 1 && (!text_number(words[1], &bin) || bin < 0 || bin > 127)) {
        console_say(STRING_OUT_OF_RANGE);
        return;
    }
    for (int32_t i = 0; i < FILTER_SPECTRUM_SIZE; i++) {
        real[i] = (int16_t)(table_sine[i * bin * 4 % 1024] * table_hann[i] / 32768);
        imaginary[i] = 0;
    }
    filter_spectrum(real, imaginary);
    for (int32_t i = bin > 2 ? bin - 2 : 0; i <= bin + 2; i++) {
        uint32_t power = (uint32_t)(real[i] * real[i] + imaginary[i] * imaginary[i]);

        console_print("%3d %u\n", i, filter_root(power));
    }
}
