/* Devices that a rehearsal has besides those of the file. */
#include "manage/campaign/file/campaign_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SIZE 16u

/* The check digit of 14 digits (Luhn). */
static char check_digit(const char digits[14])
{
    int sum = 0;

    for (int i = 0; i < 14; i++) {
        int digit = digits[13 - i] - '0';
        digit = i % 2 == 0 ? 2 * digit : digit;
        sum += digit > 9 ? digit - 9 : digit;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

static bool add(struct fwd_campaign *c, uint64_t seed, size_t number, bool keys)
{
    char imei[FWD_CAMPAIGN_IMEI];

    (void)snprintf(imei, sizeof imei, "35%06" PRIu64 "%06zu", seed % 1000000, number % 1000000);
    imei[14] = check_digit(imei);
    imei[15] = '\0';
    if (!fwd_campaign_add_device(c, imei, 15))
        return false;
    struct fwd_campaign_device *d = &c->devices[c->device_count - 1];
    d->key_size = keys ? KEY_SIZE : 0;
    for (size_t i = 0; i < d->key_size; i++)
        d->key[i] = (uint8_t)((seed >> i % 8 * 8) + number * 31 + i * 7);
    return true;
}

/* Those that are tried first come first. */
static int by_test(const void *a, const void *b)
{
    const struct fwd_campaign_device *x = a, *y = b;

    return x->test != y->test ? (x->test ? -1 : 1) : strcmp(x->imei, y->imei);
}

enum fwd_fail fwd_campaign_make_up(
    struct fwd_campaign *c, size_t count, uint64_t seed, struct fwd_error *err)
{
    bool keys = c->device_count > 0 && c->devices[0].key_size > 0;

    if (count < c->test_count || count > FWD_CAMPAIGN_DEVICES || count == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--modules: expected %zu (the test devices) to %u, found %zu",
            c->test_count > 0 ? c->test_count : 1, FWD_CAMPAIGN_DEVICES, count);
    if (c->device_count > 0)
        qsort(c->devices, c->device_count, sizeof *c->devices, by_test);
    while (c->device_count > count)
        free(c->devices[--c->device_count].identity);
    for (size_t i = 0; c->device_count < count; i++) {
        if (!add(c, seed, i, keys))
            return fwd_error_memory(err, c->path);
    }
    fwd_campaign_sort(c);
    return FWD_FAIL_NONE;
}
