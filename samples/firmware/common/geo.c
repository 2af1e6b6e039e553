#include "samples/firmware/common/geo.h"

#include <math.h>

static const double pi = 3.14159265358979323846;
static const double earth_radius = 6371008.8;

static double radians(double degrees)
{
    return degrees * pi / 180;
}

static double degrees(double radian)
{
    return radian * 180 / pi;
}

double geo_distance(struct geo_place from, struct geo_place to)
{
    double a = sin(radians(to.latitude - from.latitude) / 2);
    double b = sin(radians(to.longitude - from.longitude) / 2);
    double h = a * a + cos(radians(from.latitude)) * cos(radians(to.latitude)) * b * b;

    return 2 * earth_radius * asin(sqrt(h > 1 ? 1 : h));
}

double geo_bearing(struct geo_place from, struct geo_place to)
{
    double a = radians(from.latitude), b = radians(to.latitude);
    double turn = radians(to.longitude - from.longitude);

    return fmod(
        degrees(atan2(sin(turn) * cos(b), cos(a) * sin(b) - sin(a) * cos(b) * cos(turn))) + 360,
        360);
}

struct geo_place geo_travel(struct geo_place from, double bearing, double metres)
{
    double angle = metres / earth_radius, a = radians(from.latitude), turn = radians(bearing);
    double b = asin(sin(a) * cos(angle) + cos(a) * sin(angle) * cos(turn));
    double c = atan2(sin(turn) * sin(angle) * cos(a), cos(angle) - sin(a) * sin(b));

    return (struct geo_place){degrees(b), fmod(from.longitude + degrees(c) + 540, 360) - 180};
}

bool geo_sun(struct geo_place place, int day_of_year, bool rise, double *hour)
{
    double year = 2 * pi / 365 * (day_of_year - 1);
    double minutes = 229.18 * (0.000075 + 0.001868 * cos(year) - 0.032077 * sin(year) -
                                  0.014615 * cos(2 * year) - 0.040849 * sin(2 * year));
    double tilt = 0.006918 - 0.399912 * cos(year) + 0.070257 * sin(year) -
                  0.006758 * cos(2 * year) + 0.000907 * sin(2 * year);
    double a = radians(place.latitude);
    double angle = (cos(radians(90.833)) - sin(a) * sin(tilt)) / (cos(a) * cos(tilt));

    if (fabs(angle) > 1) {
        *hour = angle < 0 ? 1 : -1;
        return false;
    }
    angle = degrees(acos(angle));
    *hour = fmod((720 - 4 * (place.longitude + (rise ? angle : -angle)) - minutes) / 60 + 24, 24);
    return true;
}

double geo_dew_point(double celsius, double humidity)
{
    double x = log(humidity / 100) + 17.62 * celsius / (243.12 + celsius);

    return 243.12 * x / (17.62 - x);
}

double geo_heat_index(double celsius, double humidity)
{
    double t = celsius * 1.8 + 32, r = humidity;
    double index = -42.379 + 2.04901523 * t + 10.14333127 * r - 0.22475541 * t * r -
                   6.83783e-3 * t * t - 5.481717e-2 * r * r + 1.22874e-3 * t * t * r +
                   8.5282e-4 * t * r * r - 1.99e-6 * t * t * r * r;

    return t < 80 ? celsius : (index - 32) / 1.8;
}

double geo_wind_chill(double celsius, double kilometres_per_hour)
{
    double v = pow(kilometres_per_hour, 0.16);

    return kilometres_per_hour < 4.8 ? celsius
                                     : 13.12 + 0.6215 * celsius - 11.37 * v + 0.3965 * celsius * v;
}

double geo_sea_level_pressure(double hectopascal, double metres, double celsius)
{
    return hectopascal * exp(metres / (29.3 * (celsius + 273.15 + 0.0065 * metres / 2)));
}
