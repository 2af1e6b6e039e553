/* Conversions between units of measurement. */
#ifndef DEMO_UNITS_H
#define DEMO_UNITS_H

#include "samples/firmware/common/strings.h"

bool units_convert(
    double value, const char *from, const char *to, double *result, enum string_id *message);

#endif
