#ifndef FWD_SAMPLES_MATH_H
#define FWD_SAMPLES_MATH_H
double sqrt(double x);
double fabs(double x);
double sin(double x);
double cos(double x);
double atan2(double y, double x);
double acos(double x);
double asin(double x);
double fmod(double x, double y);
double exp(double x);
double log(double x);
double pow(double x, double y);
#endif
