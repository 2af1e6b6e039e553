/* The last events, in RAM: a time, a message of the string table and one number. */
#ifndef DEMO_LOG_H
#define DEMO_LOG_H

#include "samples/firmware/common/strings.h"

#include <stdint.h>

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log_entry {
    uint32_t time_ms;
    enum log_level level;
    enum string_id message;
    int32_t value;
};

enum { LOG_ENTRIES = 64 };

void log_add(enum log_level level, enum string_id message, int32_t value);
uint32_t log_count(void);
/* index 0 is the oldest that is kept */
const struct log_entry *log_entry(uint32_t index);
void log_clear(void);
const char *log_level_name(enum log_level level);

#endif
