/* The commands that every release has. */
#ifndef DEMO_COMMANDS_H
#define DEMO_COMMANDS_H

void command_version(int count, char **words);
void command_uptime(int count, char **words);
void command_tasks(int count, char **words);
void command_log(int count, char **words);
void command_config(int count, char **words);
void command_language(int count, char **words);
void command_sensors(int count, char **words);
void command_battery(int count, char **words);
void command_hash(int count, char **words);
void command_peek(int count, char **words);

void command_calc(int count, char **words);
void command_convert(int count, char **words);
void command_distance(int count, char **words);
void command_sun(int count, char **words);
void command_weather(int count, char **words);
void command_date(int count, char **words);
void command_position(int count, char **words);
void command_spectrum(int count, char **words);

/* For the table of a release. */
#define COMMANDS_OF_EVERY_RELEASE                                                                  \
    {"help", "[NAME]", "list the commands, or tell about one", 1, console_help},                   \
        {"version", "", "release and digest of this image", 1, command_version},                   \
        {"uptime", "", "time since the last reset", 1, command_uptime},                            \
        {"tasks", "", "what the scheduler runs, how often and how long", 1, command_tasks},        \
        {"log", "[clear]", "show or clear the last events", 1, command_log},                       \
        {"config", "[KEY [VALUE]]", "show or change the configuration", 1, command_config},        \
        {"lang", "en|de|fr|es|it", "language of the messages", 2, command_language},               \
        {"sensors", "[NAME]", "readings, limits and alarms", 1, command_sensors},                  \
        {"battery", "[MV]", "state of charge", 1, command_battery},                                \
        {"hash", "TEXT", "checksums and SHA-256 of a text", 2, command_hash},                      \
        {"peek", "ADDRESS [SIZE]", "memory as hexadecimal bytes", 2, command_peek},                \
        {"calc", "EXPRESSION", "calculate; names of sensors stand for readings", 2, command_calc}, \
        {"convert", "VALUE FROM TO", "convert between units", 4, command_convert},                 \
        {"distance", "LAT LON LAT LON", "distance and bearing of two places", 5,                   \
            command_distance},                                                                     \
        {"sun", "YYYY-MM-DD", "sunrise and sunset at the configured place", 2, command_sun},       \
        {"weather", "", "dew point, heat index, wind chill, sea level pressure", 1,                \
            command_weather},                                                                      \
        {"date", "YYYY-MM-DD", "weekday, day and week of the year", 2, command_date},              \
        {"position", "$SENTENCE", "read an NMEA sentence", 2, command_position},                   \
    {                                                                                              \
        "spectrum", "[BIN]", "spectrum of the simulated pump current", 1, command_spectrum         \
    }

#endif
