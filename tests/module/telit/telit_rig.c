#include "tests/module/telit/telit_rig.h"

#include <string.h>

void telit_cycle(struct module_rig *rig)
{
    module_rig_power_cycle(rig);
    module_rig_pass(rig, 10000);
}

void telit_ends_with(const char *text, const char *end)
{
    ck_assert_msg(
        strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0,
        "'%s' does not end with '%s'", text, end);
}
