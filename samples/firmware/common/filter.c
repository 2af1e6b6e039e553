#include "samples/firmware/common/filter.h"

#include "samples/firmware/common/tables.h"

void filter_average_start(struct filter_average *f, int32_t value)
{
    for (int i = 0; i < FILTER_AVERAGE_SIZE; i++)
        f->values[i] = value;
    f->sum = value * FILTER_AVERAGE_SIZE;
    f->next = 0;
}

int32_t filter_average_add(struct filter_average *f, int32_t value)
{
    f->sum += value - f->values[f->next];
    f->values[f->next] = value;
    f->next = (f->next + 1) % FILTER_AVERAGE_SIZE;
    return f->sum / FILTER_AVERAGE_SIZE;
}

int32_t filter_biquad_add(struct filter_biquad *f, int32_t value)
{
    int64_t sum = (int64_t)f->b[0] * value + (int64_t)f->b[1] * f->x[0] +
                  (int64_t)f->b[2] * f->x[1] - (int64_t)f->a[0] * f->y[0] -
                  (int64_t)f->a[1] * f->y[1];

    f->x[1] = f->x[0];
    f->x[0] = value;
    f->y[1] = f->y[0];
    f->y[0] = (int32_t)(sum >> 15);
    return f->y[0];
}

int32_t filter_median5(const int32_t values[5])
{
    int32_t v[5];

    for (int i = 0; i < 5; i++) {
        int k = i;

        for (; k > 0 && v[k - 1] > values[i]; k--)
            v[k] = v[k - 1];
        v[k] = values[i];
    }
    return v[2];
}

int32_t filter_low_pass(const int16_t *samples)
{
    int32_t sum = 0;

    for (size_t i = 0; i < sizeof table_fir_low_pass / sizeof table_fir_low_pass[0]; i++)
        sum += samples[i] * table_fir_low_pass[i];
    return sum >> 15;
}

static void bit_reverse(int16_t *real, int16_t *imaginary)
{
    for (uint32_t i = 0, k = 0; i < FILTER_SPECTRUM_SIZE; i++) {
        if (i < k) {
            int16_t r = real[i], m = imaginary[i];

            real[i] = real[k];
            imaginary[i] = imaginary[k];
            real[k] = r;
            imaginary[k] = m;
        }
        for (uint32_t bit = FILTER_SPECTRUM_SIZE / 2; (k ^= bit) < bit && bit > 0;)
            bit >>= 1;
    }
}

static void butterfly(int16_t *real, int16_t *imaginary, uint32_t a, uint32_t b, uint32_t angle)
{
    int32_t c = table_sine[(angle + 256) % 1024], s = -table_sine[angle];
    int32_t r = (real[b] * c - imaginary[b] * s) >> 15;
    int32_t m = (real[b] * s + imaginary[b] * c) >> 15;

    real[b] = (int16_t)((real[a] - r) >> 1);
    imaginary[b] = (int16_t)((imaginary[a] - m) >> 1);
    real[a] = (int16_t)((real[a] + r) >> 1);
    imaginary[a] = (int16_t)((imaginary[a] + m) >> 1);
}

void filter_spectrum(int16_t *real, int16_t *imaginary)
{
    bit_reverse(real, imaginary);
    for (uint32_t half = 1; half < FILTER_SPECTRUM_SIZE; half *= 2) {
        for (uint32_t first = 0; first < FILTER_SPECTRUM_SIZE; first += 2 * half) {
            for (uint32_t i = 0; i < half; i++)
                butterfly(real, imaginary, first + i, first + i + half, i * 512 / half);
        }
    }
}

uint32_t filter_root(uint32_t value)
{
    uint32_t root = 0;

    for (uint32_t bit = 1u << 15; bit > 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= value)
            root += bit;
    }
    return root;
}
