#include "samples/firmware/common/kvstore.h"

#include "samples/firmware/common/checksum.h"
#include "samples/firmware/common/log.h"

#include <string.h>

struct record {
    char key[KVSTORE_KEY_MAX + 1];
    char value[KVSTORE_VALUE_MAX + 1];
    uint32_t crc;
};

enum { RECORDS = KVSTORE_AREA / sizeof(struct record) };

static struct record area[RECORDS];
static uint32_t used;

static const char *const defaults[][2] = {
    {"name", "field-node"},
    {"lang", "en"},
    {"baud", "115200"},
    {"period", "1000"},
    {"apn", "internet"},
    {"server", "telemetry.example"},
    {"port", "8883"},
    {"lat", "47.3769"},
    {"lon", "8.5417"},
    {"alt", "408"},
    {"unit-temp", "degC"},
    {"unit-press", "hPa"},
    {"log", "info"},
    {"echo", "1"},
};

static uint32_t crc_of(const struct record *r)
{
    return checksum_crc32(0, r, offsetof(struct record, crc));
}

static struct record *find(const char *key)
{
    for (uint32_t i = used; i > 0; i--) {
        if (strcmp(area[i - 1].key, key) == 0)
            return &area[i - 1];
    }
    return NULL;
}

static bool append(const char *key, const char *value)
{
    struct record *r = &area[used];

    if (used == RECORDS)
        return false;
    memset(r, 0, sizeof *r);
    strncpy(r->key, key, KVSTORE_KEY_MAX);
    strncpy(r->value, value, KVSTORE_VALUE_MAX);
    r->crc = crc_of(r);
    used++;
    return true;
}

/* Keeps the last record of each key, in their order. */
static void compact(void)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < used; i++) {
        if (find(area[i].key) == &area[i])
            area[kept++] = area[i];
    }
    used = kept;
    log_add(LOG_INFO, STRING_STORE_COMPACTED, (int32_t)kept);
}

void kvstore_start(void)
{
    while (used < RECORDS && area[used].key[0] != '\0' && area[used].crc == crc_of(&area[used]))
        used++;
    for (uint32_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (find(defaults[i][0]) == NULL)
            append(defaults[i][0], defaults[i][1]);
    }
}

const char *kvstore_get(const char *key)
{
    const struct record *r = find(key);

    return r == NULL ? NULL : r->value;
}

bool kvstore_set(const char *key, const char *value)
{
    if (strlen(key) > KVSTORE_KEY_MAX || strlen(value) > KVSTORE_VALUE_MAX)
        return false;
    if (used == RECORDS)
        compact();
    return append(key, value);
}

void kvstore_each(void (*visit)(const char *key, const char *value))
{
    for (uint32_t i = 0; i < used; i++) {
        if (find(area[i].key) == &area[i])
            visit(area[i].key, area[i].value);
    }
}

uint32_t kvstore_used(void)
{
    return used * (uint32_t)sizeof(struct record);
}
