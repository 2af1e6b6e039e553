#include "samples/firmware/common/commands.h"

#include "samples/firmware/common/console.h"

const struct console_command console_commands[] = {
    COMMANDS_OF_EVERY_RELEASE,
};

const uint32_t console_command_count = sizeof console_commands / sizeof console_commands[0];
