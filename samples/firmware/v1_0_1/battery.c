#include "samples/firmware/common/battery.h"

enum { POINTS = 21, CAPACITY_MICROAMPERE_HOURS = 2600000 };

/* Rest voltage at each 5 % of charge. */
static const int16_t curve[POINTS] = {
    3000,
    3310,
    3450,
    3530,
    3580,
    3610,
    3635,
    3655,
    3675,
    3695,
    3720,
    3750,
    3785,
    3825,
    3870,
    3915,
    3960,
    4010,
    4060,
    4115,
    4180,
};

struct battery_state battery_from_millivolt(int32_t millivolt, int32_t degrees)
{
    int32_t rest = millivolt + (degrees < 20 ? (20 - degrees) * 2 : 0);
    int32_t i = 0;
    struct battery_state state = {millivolt, 0};

    while (i < POINTS && curve[i] < rest)
        i++;
    if (i == 0)
        return state;
    /* Above the last point there is no next one to interpolate to. */
    if (i == POINTS) {
        state.percent = 100;
        return state;
    }
    state.percent = 5 * (i - 1) + 5 * (rest - curve[i - 1]) / (curve[i] - curve[i - 1]);
    return state;
}

int32_t battery_days_left(struct battery_state state, int32_t microampere)
{
    if (microampere <= 0)
        return -1;
    return CAPACITY_MICROAMPERE_HOURS / 100 * state.percent / microampere / 24;
}
