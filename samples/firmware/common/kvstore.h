/* Configuration: key-value records appended to a log area, compacted when it is full. */
#ifndef DEMO_KVSTORE_H
#define DEMO_KVSTORE_H

#include <stdbool.h>
#include <stdint.h>

enum { KVSTORE_AREA = 4096, KVSTORE_KEY_MAX = 15, KVSTORE_VALUE_MAX = 47 };

/* Writes the defaults when the area holds nothing valid. */
void kvstore_start(void);
/* NULL: no such key. The text stays until the next set. */
const char *kvstore_get(const char *key);
bool kvstore_set(const char *key, const char *value);
/* Calls visit for each current key. */
void kvstore_each(void (*visit)(const char *key, const char *value));
uint32_t kvstore_used(void);

#endif
