#include "samples/firmware/common/tasks.h"

#include "samples/firmware/common/console.h"
#include "samples/firmware/common/sensor.h"
#include "samples/firmware/v1_1_0/alarm.h"
#include "samples/firmware/v1_1_0/trend.h"

const struct sched_task tasks[] = {
    {"console", console_step, 5},
    {"sensors", sensor_step, 250},
    {"alarms", alarm_step, 500},
    {"trends", trend_step, 2000},
};

const uint32_t task_count = sizeof tasks / sizeof tasks[0];
