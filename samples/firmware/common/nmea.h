/* Position sentences (NMEA 0183: GGA and RMC). */
#ifndef DEMO_NMEA_H
#define DEMO_NMEA_H

#include "samples/firmware/common/geo.h"

#include <stdbool.h>
#include <stdint.h>

struct nmea_fix {
    struct geo_place place;
    double altitude; /* metres */
    int32_t satellites;
    int32_t time; /* seconds of the day */
    bool valid;
};

/* False: damaged or not understood, and *fix is as it was. */
bool nmea_parse(const char *sentence, struct nmea_fix *fix);

#endif
