#include "samples/firmware/common/sensor.h"

#include "samples/firmware/common/clock.h"
#include "samples/firmware/common/filter.h"
#include "samples/firmware/common/log.h"
#include "samples/firmware/common/tables.h"
#include "samples/firmware/common/text.h"

enum { CODE_MAX = 4095, CALIBRATION_POINTS = 48 };

static int32_t clamp_code(int32_t code)
{
    return code < 0 ? 0 : code > CODE_MAX ? CODE_MAX : code;
}

static int32_t convert_ntc10k(int32_t code)
{
    return table_ntc10k[code] * 10;
}

static int32_t convert_ntc100k(int32_t code)
{
    return table_ntc100k[code] * 10;
}

/* Inverse of the resistance table: one entry a degree, linear between entries. */
static int32_t convert_pt100(int32_t code)
{
    int32_t ohm = 6000 + code * 5; /* hundredths */
    int32_t low = 0, high = 500;

    while (high - low > 1) {
        int32_t middle = (low + high) / 2;

        if (table_pt100[middle] <= ohm)
            low = middle;
        else
            high = middle;
    }
    return (low - 100) * 1000 +
           (ohm - table_pt100[low]) * 1000 / (table_pt100[high] - table_pt100[low]);
}

static int32_t convert_humidity(int32_t code)
{
    return code * 100000 / CODE_MAX;
}

static int32_t convert_pressure(int32_t code)
{
    return 300000 + (int32_t)((int64_t)code * 800000 / CODE_MAX);
}

static int32_t convert_current_loop(int32_t code)
{
    return 4000 + code * 16000 / CODE_MAX;
}

static int32_t convert_voltage(int32_t code)
{
    return code * 33000 / CODE_MAX;
}

static int32_t convert_light(int32_t code)
{
    return table_gamma[code >> 4] * 15;
}

static const struct sensor sensors[SENSOR_COUNT] = {
    {"air", "degC", convert_ntc10k, -20000, 60000, 2100, 40},
    {"soil", "degC", convert_ntc10k, -10000, 40000, 2500, 12},
    {"water", "degC", convert_ntc10k, 500, 35000, 2380, 20},
    {"board", "degC", convert_ntc100k, -20000, 85000, 2600, 90},
    {"heater", "degC", convert_ntc100k, -20000, 120000, 900, 300},
    {"flow-in", "degC", convert_pt100, -5000, 180000, 1100, 30},
    {"flow-out", "degC", convert_pt100, -5000, 180000, 1000, 25},
    {"exhaust", "degC", convert_pt100, -5000, 250000, 2000, 200},
    {"humidity", "%", convert_humidity, 15000, 95000, 2300, 150},
    {"baro", "hPa", convert_pressure, 900000, 1080000, 3650, 20},
    {"tank", "mA", convert_current_loop, 4500, 19500, 1700, 60},
    {"pump", "mA", convert_current_loop, 4500, 19500, 1300, 500},
    {"supply", "V", convert_voltage, 9000, 30000, 1500, 25},
    {"solar", "V", convert_voltage, 0, 28000, 2200, 400},
    {"light", "lx", convert_light, 0, 900000, 2000, 900},
    {"sky", "lx", convert_light, 0, 900000, 2800, 700},
};

static struct sensor_reading readings[SENSOR_COUNT];
static struct filter_average averages[SENSOR_COUNT];
static uint32_t steps;

/* The inputs are simulated: a slow sine around the idle code with a little noise. */
static int32_t sample(uint32_t index)
{
    const struct sensor *s = &sensors[index];
    uint32_t phase = (steps * (3 + index) + index * 67) % 1024;
    int32_t noise = (int32_t)((steps * 1103515245u + index * 12345u) >> 28) - 8;

    return clamp_code(s->idle_code + s->swing * table_sine[phase] / 32768 + noise);
}

/* Gain (Q14) and offset of this channel at the board's temperature, from the test bench. */
static int32_t calibrate(uint32_t index, int32_t code)
{
    int32_t board = readings[3].value / 1000;
    int32_t row = (board + 20) * CALIBRATION_POINTS / 110;
    const int16_t *point;

    row = row < 0 ? 0 : row >= CALIBRATION_POINTS ? CALIBRATION_POINTS - 1 : row;
    point = &table_calibration[(index * CALIBRATION_POINTS + (uint32_t)row) * 2];
    return clamp_code(code * point[0] / 16384 + point[1]);
}

static void check_limits(uint32_t index)
{
    const struct sensor *s = &sensors[index];
    struct sensor_reading *r = &readings[index];
    bool bad = r->value < s->low || r->value > s->high;

    if (bad && !r->alarm)
        log_add(LOG_WARNING, r->value < s->low ? STRING_SENSOR_LOW : STRING_SENSOR_HIGH, r->value);
    if (!bad && r->alarm)
        log_add(LOG_INFO, STRING_SENSOR_BACK, r->value);
    r->alarm = bad;
}

void sensor_start(void)
{
    for (uint32_t i = 0; i < SENSOR_COUNT; i++)
        filter_average_start(&averages[i], sensors[i].idle_code);
}

void sensor_step(void)
{
    steps++;
    for (uint32_t i = 0; i < SENSOR_COUNT; i++) {
        struct sensor_reading *r = &readings[i];

        r->code = filter_average_add(&averages[i], calibrate(i, sample(i)));
        r->value = sensors[i].convert(r->code);
        r->time_ms = clock_ms();
        check_limits(i);
    }
}

const struct sensor *sensor_at(uint32_t index)
{
    return &sensors[index];
}

const struct sensor_reading *sensor_reading(uint32_t index)
{
    return &readings[index];
}

uint32_t sensor_find(const char *name)
{
    uint32_t index = 0;

    while (index < SENSOR_COUNT && !text_same(name, sensors[index].name))
        index++;
    return index;
}
