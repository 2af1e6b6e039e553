/* The two places an application can be started from. */
#ifndef DEMO_SLOTS_H
#define DEMO_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

struct slot_limits {
    uint32_t count;
    uint32_t first;   /* address of slot 0 */
    uint32_t size;    /* bytes of each slot */
    uint32_t ram_low; /* a stack pointer must lie in here */
    uint32_t ram_high;
    const char *release;
};

/* Each release has its own limits. */
extern const struct slot_limits slot_limits;

uint32_t slot_address(uint32_t slot);
bool slot_is_bootable(uint32_t slot);
void slot_start(uint32_t slot);

/* A command that only this release knows; false: not known. */
bool slot_command(const char *line, void (*print)(const char *format, ...));

#endif
