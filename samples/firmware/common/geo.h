/* Places on the earth and what the sun and the air do there. */
#ifndef DEMO_GEO_H
#define DEMO_GEO_H

#include <stdbool.h>

struct geo_place {
    double latitude; /* degrees, north and east positive */
    double longitude;
};

double geo_distance(struct geo_place from, struct geo_place to); /* metres */
double geo_bearing(struct geo_place from, struct geo_place to);  /* degrees */
struct geo_place geo_travel(struct geo_place from, double bearing, double metres);
/* Hour of the day (UTC) of sunrise or sunset; false: +1 never sets, -1 never rises in *hour. */
bool geo_sun(struct geo_place place, int day_of_year, bool rise, double *hour);

double geo_dew_point(double celsius, double humidity);
double geo_heat_index(double celsius, double humidity);
double geo_wind_chill(double celsius, double kilometres_per_hour);
double geo_sea_level_pressure(double hectopascal, double metres, double celsius);

#endif
