#include "samples/firmware/v1_1_0/trend.h"

#include "samples/firmware/common/console.h"
#include "samples/firmware/common/filter.h"
#include "samples/firmware/common/sensor.h"

enum { POINTS = 30, STEADY = 5 };

static int32_t history[SENSOR_COUNT][POINTS];
static uint32_t taken;

void trend_step(void)
{
    for (uint32_t i = 0; i < SENSOR_COUNT; i++)
        history[i][taken % POINTS] = sensor_reading(i)->value;
    taken++;
}

static int32_t point(uint32_t sensor, uint32_t age)
{
    return history[sensor][(taken + POINTS - 1 - age) % POINTS];
}

/* Thousandths of the unit for each step, by least squares. */
static int32_t slope(uint32_t sensor)
{
    int64_t sum = 0, divisor = 0;

    for (int32_t i = 0; i < POINTS; i++) {
        int32_t x = 2 * i - (POINTS - 1);

        sum += (int64_t)x * point(sensor, (uint32_t)(POINTS - 1 - i));
        divisor += (int64_t)x * x;
    }
    return (int32_t)(2 * sum / divisor);
}

static uint32_t spread(uint32_t sensor)
{
    int64_t sum = 0, squares = 0;

    for (uint32_t i = 0; i < POINTS; i++)
        sum += point(sensor, i);
    for (uint32_t i = 0; i < POINTS; i++) {
        int64_t off = point(sensor, i) - sum / POINTS;

        squares += off * off;
    }
    return filter_root((uint32_t)(squares / POINTS));
}

void command_trend(int count, char **words)
{
    uint32_t sensor = sensor_find(words[1]);
    enum string_id message = STRING_TREND_STEADY;

    (void)count;
    if (sensor == SENSOR_COUNT) {
        console_say(STRING_SENSOR_UNKNOWN);
        return;
    }
    if (taken < POINTS) {
        console_say(STRING_TREND_SHORT);
        return;
    }
    if (slope(sensor) > STEADY)
        message = STRING_TREND_RISING;
    if (slope(sensor) < -STEADY)
        message = STRING_TREND_FALLING;
    console_print("%s, %m, +- %m %s\n", string_text(message), slope(sensor), spread(sensor),
        sensor_at(sensor)->unit);
}
