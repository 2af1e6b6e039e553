/* Alarms: expressions over the sensors, with a delay and a hysteresis in time. */
#ifndef DEMO_ALARM_H
#define DEMO_ALARM_H

#include "samples/firmware/common/expr.h"

#include <stdbool.h>

enum { ALARM_MAX = 8, ALARM_HOLD_STEPS = 4 };

/* False returns the message to show. */
bool alarm_define(const char *text, enum string_id *message);
void alarm_clear_all(void);
void alarm_step(void);
void command_alarm(int count, char **words);

#endif
