/* The limits of one_component.h on a device whose places all have two slots. */
#include "one_component.h"
#define FWD_CONFIG_IN_PLACE 0
