#include "sim/family/traits.h"

const char *fwd_port_name(enum fwd_port port)
{
    static const char *const names[FWD_PORTS] = {"uart", "aux", "usb"};

    return names[port];
}

const char fwd_traits_speeds[] = "9600,19200,38400,57600,115200,230400,460800,921600,3000000";

bool fwd_traits_speed(uint32_t baud)
{
    static const uint32_t speeds[] = {
        9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600, 3000000};

    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        if (speeds[i] == baud)
            return true;
    }
    return false;
}
