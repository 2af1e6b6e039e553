#include "samples/firmware/common/log.h"

#include "samples/firmware/common/clock.h"

static struct log_entry entries[LOG_ENTRIES];
static uint32_t added;

void log_add(enum log_level level, enum string_id message, int32_t value)
{
    entries[added++ % LOG_ENTRIES] = (struct log_entry){clock_ms(), level, message, value};
}

uint32_t log_count(void)
{
    return added < LOG_ENTRIES ? added : LOG_ENTRIES;
}

const struct log_entry *log_entry(uint32_t index)
{
    uint32_t first = added < LOG_ENTRIES ? 0 : added;

    return &entries[(first + index) % LOG_ENTRIES];
}

void log_clear(void)
{
    added = 0;
}

const char *log_level_name(enum log_level level)
{
    static const char *const names[] = {"info", "warning", "error"};

    return names[level];
}
