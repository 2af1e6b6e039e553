/* The node's sensors: raw converter codes to calibrated readings. */
#ifndef DEMO_SENSOR_H
#define DEMO_SENSOR_H

#include <stdbool.h>
#include <stdint.h>

struct sensor {
    const char *name;
    const char *unit;
    int32_t (*convert)(int32_t code); /* thousandths of the unit */
    int32_t low;                      /* limits, thousandths */
    int32_t high;
    int32_t idle_code; /* where the simulated input rests */
    int32_t swing;     /* and how far it moves */
};

struct sensor_reading {
    int32_t code;
    int32_t value; /* thousandths */
    uint32_t time_ms;
    bool alarm;
};

enum { SENSOR_COUNT = 16 };

void sensor_start(void);
/* Samples every sensor, converts, filters, and logs limits that are crossed. */
void sensor_step(void);
const struct sensor *sensor_at(uint32_t index);
const struct sensor_reading *sensor_reading(uint32_t index);
/* SENSOR_COUNT if there is none of this name */
uint32_t sensor_find(const char *name);

#endif
