#include "samples/firmware/common/units.h"

#include "samples/firmware/common/text.h"

#include <stddef.h>

struct unit {
    const char *name;
    char kind;
    double scale; /* base = (value + offset) * scale */
    double offset;
};

static const struct unit units[] = {
    {"m", 'l', 1, 0},
    {"km", 'l', 1000, 0},
    {"cm", 'l', 0.01, 0},
    {"mm", 'l', 0.001, 0},
    {"in", 'l', 0.0254, 0},
    {"ft", 'l', 0.3048, 0},
    {"yd", 'l', 0.9144, 0},
    {"mi", 'l', 1609.344, 0},
    {"nmi", 'l', 1852, 0},
    {"kg", 'm', 1, 0},
    {"g", 'm', 0.001, 0},
    {"t", 'm', 1000, 0},
    {"lb", 'm', 0.45359237, 0},
    {"oz", 'm', 0.028349523125, 0},
    {"K", 't', 1, 0},
    {"degC", 't', 1, 273.15},
    {"degF", 't', 5.0 / 9, 459.67},
    {"Pa", 'p', 1, 0},
    {"hPa", 'p', 100, 0},
    {"kPa", 'p', 1000, 0},
    {"bar", 'p', 100000, 0},
    {"psi", 'p', 6894.757293168, 0},
    {"mmHg", 'p', 133.322387415, 0},
    {"atm", 'p', 101325, 0},
    {"m/s", 'v', 1, 0},
    {"km/h", 'v', 1 / 3.6, 0},
    {"mph", 'v', 0.44704, 0},
    {"kn", 'v', 1852.0 / 3600, 0},
    {"l", 'c', 0.001, 0},
    {"m3", 'c', 1, 0},
    {"gal", 'c', 0.003785411784, 0},
    {"J", 'e', 1, 0},
    {"kWh", 'e', 3600000, 0},
    {"cal", 'e', 4.184, 0},
    {"Wh", 'e', 3600, 0},
    {"s", 'z', 1, 0},
    {"min", 'z', 60, 0},
    {"h", 'z', 3600, 0},
    {"d", 'z', 86400, 0},
    {"week", 'z', 604800, 0},
};

static const struct unit *find(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (text_same(name, units[i].name))
            return &units[i];
    }
    return NULL;
}

bool units_convert(
    double value, const char *from, const char *to, double *result, enum string_id *message)
{
    const struct unit *a = find(from), *b = find(to);

    if (a == NULL || b == NULL) {
        *message = STRING_UNIT_UNKNOWN;
        return false;
    }
    if (a->kind != b->kind) {
        *message = STRING_UNIT_MISMATCH;
        return false;
    }
    *result = (value + a->offset) * a->scale / b->scale - b->offset;
    return true;
}
