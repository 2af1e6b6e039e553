/* How much RAM the boot loader has needed: what it painted at its start and finds overwritten. */
#ifndef MEMORY_USE_H
#define MEMORY_USE_H

void memory_use_paint(void);
void memory_use_tell(void);

#endif
