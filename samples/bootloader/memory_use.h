/* How much RAM the boot loader has needed: what it painted at its start and finds overwritten. */
#ifndef MEMORY_USE_H
#define MEMORY_USE_H

#include <stdint.h>

void memory_use_paint(void);
void memory_use_tell(void);
/* What the loss of power leaves in RAM; only a reset may follow. */
void memory_use_lose(uint32_t noise);

#endif
