#include "samples/firmware/common/tasks.h"

#include "samples/firmware/common/console.h"
#include "samples/firmware/common/sensor.h"

const struct sched_task tasks[] = {
    {"console", console_step, 5},
    {"sensors", sensor_step, 250},
};

const uint32_t task_count = sizeof tasks / sizeof tasks[0];
