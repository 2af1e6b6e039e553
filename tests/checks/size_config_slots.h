/* For part_table.sh: a device with one component, which has two slots. */
#include "size_config_small.h"
#define FWD_CONFIG_IN_PLACE 0
