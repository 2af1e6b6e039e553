/* Devices and their keys, from files of lines. */
#include "hostio/host_file.h"
#include "manage/campaign/file/campaign_internal.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX 67108864u /* bytes of a file */

/* ---- devices --------------------------------------------------------------------------------- */

bool fwd_campaign_add_device(struct fwd_campaign *c, const char *imei, size_t size)
{
    size_t n = c->device_count;

    if (n == FWD_CAMPAIGN_DEVICES)
        return false;
    if ((n & (n - 1)) == 0) { /* a power of two: the room is used up */
        struct fwd_campaign_device *more = realloc(c->devices, (n == 0 ? 1 : 2 * n) * sizeof *more);
        if (more == NULL)
            return false;
        c->devices = more;
    }
    c->devices[n] = (struct fwd_campaign_device){0};
    size = size < FWD_CAMPAIGN_IMEI ? size : FWD_CAMPAIGN_IMEI - 1;
    memcpy(c->devices[n].imei, imei, size);
    c->device_count++;
    return true;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct fwd_campaign_device *)a)->imei,
        ((const struct fwd_campaign_device *)b)->imei);
}

size_t fwd_campaign_find(const struct fwd_campaign *c, const char *imei)
{
    struct fwd_campaign_device key = {0};
    size_t size = strlen(imei);

    if (size >= sizeof key.imei || c->device_count == 0)
        return c->device_count;
    memcpy(key.imei, imei, size);
    const struct fwd_campaign_device *found =
        bsearch(&key, c->devices, c->device_count, sizeof *c->devices, compare);
    return found != NULL ? (size_t)(found - c->devices) : c->device_count;
}

void fwd_campaign_sort(struct fwd_campaign *c)
{
    if (c->device_count > 0)
        qsort(c->devices, c->device_count, sizeof *c->devices, compare);
    for (size_t i = 0; i < c->test_count; i++) {
        size_t at = fwd_campaign_find(c, c->tests[i]);
        if (at < c->device_count)
            c->devices[at].test = true;
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The next line that is not empty and no remark; false: no more. */
static bool next_line(const char **at, const char **line, unsigned *number)
{
    const char *next = *at;
    bool found = false;

    while (*next != '\0' && !found) {
        size_t length = strcspn(next, "\r\n");

        found = length > 0 && *next != '#';
        *line = next;
        next += length;
        next += *next == '\r' ? 1 : 0;
        next += *next == '\n' ? 1 : 0;
        ++*number;
    }
    *at = next;
    return found;
}

/* Gives each line to `take`; what: the file is, as "a list of keys". What was read is wiped. */
static enum fwd_fail read_lines(struct fwd_campaign *c, const char *what, const char *path,
    enum fwd_fail (*take)(struct fwd_campaign *c, const char *path, unsigned number,
        const char *line, struct fwd_error *err),
    struct fwd_error *err)
{
    struct fwd_bytes file = {NULL, 0};
    enum fwd_fail fail = fwd_file_read_as(what, path, LIST_MAX, &file, err);
    const char *line;
    unsigned number = 0;

    if (fail != FWD_FAIL_NONE)
        return fail;
    const char *at = (const char *)file.data;
    if (strlen(at) != file.size)
        fail = fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: %s, one device a line, is expected", path, what);
    while (fail == FWD_FAIL_NONE && next_line(&at, &line, &number))
        fail = take(c, path, number, line, err);
    fwd_bytes_wipe(&file);
    return fail;
}

static enum fwd_fail take_device(struct fwd_campaign *c, const char *path, unsigned number,
    const char *line, struct fwd_error *err)
{
    if (fwd_campaign_add_device(c, line, strcspn(line, " \t,;\r\n")))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: line %u: a campaign has at most %u devices, and they need memory", path, number,
        FWD_CAMPAIGN_DEVICES);
}

enum fwd_fail fwd_campaign_read_devices(
    struct fwd_campaign *c, const char *path, struct fwd_error *err)
{
    return read_lines(c, "a list of IMEIs", path, take_device, err);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static int digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;
    int value = found != NULL ? (int)(found - digits) : -1;

    return value >= 16 ? value - 6 : value;
}

static bool take_key(struct fwd_campaign_device *d, const char *text, size_t size)
{
    if (size == 0 || size % 2 != 0 || size / 2 > sizeof d->key)
        return false;
    for (size_t i = 0; i < size / 2; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        d->key[i] = (uint8_t)(high << 4 | low);
    }
    d->key_size = (uint8_t)(size / 2);
    return true;
}

/* IMEI KEY [IDENTITY]; err: what was expected. */
static enum fwd_fail take_key_line(struct fwd_campaign *c, const char *path, unsigned number,
    const char *line, struct fwd_error *err)
{
    static const char space[] = " \t,;";
    char imei[FWD_CAMPAIGN_IMEI] = "";
    size_t size = strcspn(line, " \t,;\r\n");

    memcpy(imei, line, size < sizeof imei ? size : sizeof imei - 1);
    size_t index = fwd_campaign_find(c, imei);
    if (index == c->device_count)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: line %u: no device of the campaign has the IMEI %s", path, number, imei);
    line += size;
    line += strspn(line, space);
    size = strcspn(line, " \t,;\r\n");
    if (!take_key(&c->devices[index], line, size))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: line %u: a key of 1 to %u bytes in hexadecimal digits is expected after the IMEI",
            path, number, FWD_CAMPAIGN_PSK);
    line += size;
    line += strspn(line, space);
    size = strcspn(line, " \t\r\n");
    if (size >= FWD_CAMPAIGN_IDENTITY)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: line %u: an identity has at most %u characters", path, number,
            FWD_CAMPAIGN_IDENTITY - 1);
    free(c->devices[index].identity);
    c->devices[index].identity = size > 0 ? strndup(line, size) : NULL;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_campaign_read_keys(
    struct fwd_campaign *c, const char *path, struct fwd_error *err)
{
    return read_lines(c, "a list of keys", path, take_key_line, err);
}
