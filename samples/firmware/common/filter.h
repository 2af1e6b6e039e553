/* Fixed-point filters (Q15 coefficients). */
#ifndef DEMO_FILTER_H
#define DEMO_FILTER_H

#include <stddef.h>
#include <stdint.h>

enum { FILTER_AVERAGE_SIZE = 8, FILTER_SPECTRUM_SIZE = 256 };

struct filter_average {
    int32_t values[FILTER_AVERAGE_SIZE];
    int32_t sum;
    uint32_t next;
};

struct filter_biquad {
    int16_t b[3];
    int16_t a[2];
    int32_t x[2];
    int32_t y[2];
};

void filter_average_start(struct filter_average *f, int32_t value);
int32_t filter_average_add(struct filter_average *f, int32_t value);
int32_t filter_biquad_add(struct filter_biquad *f, int32_t value);
int32_t filter_median5(const int32_t values[5]);
/* One output of the low-pass filter; samples points at the oldest of 63. */
int32_t filter_low_pass(const int16_t *samples);
/* In place transform of 256 complex Q15 samples, scaled by 1/256. */
void filter_spectrum(int16_t *real, int16_t *imaginary);
uint32_t filter_root(uint32_t value);

#endif
