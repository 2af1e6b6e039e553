/* State of charge of the lithium cell. */
#ifndef DEMO_BATTERY_H
#define DEMO_BATTERY_H

#include <stdint.h>

struct battery_state {
    int32_t millivolt;
    int32_t percent;
};

struct battery_state battery_from_millivolt(int32_t millivolt, int32_t degrees);
/* Days until empty at this average current, or -1 if it never empties. */
int32_t battery_days_left(struct battery_state state, int32_t microampere);

#endif
