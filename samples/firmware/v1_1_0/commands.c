#include "samples/firmware/common/commands.h"

#include "samples/firmware/common/console.h"
#include "samples/firmware/v1_1_0/alarm.h"
#include "samples/firmware/v1_1_0/bus.h"
#include "samples/firmware/v1_1_0/trend.h"

const struct console_command console_commands[] = {
    COMMANDS_OF_EVERY_RELEASE,
    {"alarm", "[clear | EXPRESSION]", "show, clear or define alarms", 1, command_alarm},
    {"bus", "FUNCTION REGISTER N", "send a request to the bus server", 4, command_bus},
    {"trend", "SENSOR", "does a reading rise or fall", 2, command_trend},
};

const uint32_t console_command_count = sizeof console_commands / sizeof console_commands[0];
