#include "samples/firmware/common/battery.h"
#include "samples/firmware/common/checksum.h"
#include "samples/firmware/common/clock.h"
#include "samples/firmware/common/commands.h"
#include "samples/firmware/common/console.h"
#include "samples/firmware/common/kvstore.h"
#include "samples/firmware/common/log.h"
#include "samples/firmware/common/sched.h"
#include "samples/firmware/common/sensor.h"
#include "samples/firmware/common/sha256.h"
#include "samples/firmware/common/text.h"
#include "samples/firmware/common/uart.h"
#include "samples/firmware/common/version.h"

#include <string.h>

enum { PEEK_MAX = 256 };

extern const uint8_t image_data_load[];

static void print_digest(const void *bytes, size_t size)
{
    struct sha256 s;
    uint8_t digest[SHA256_SIZE];

    sha256_start(&s);
    sha256_add(&s, bytes, size);
    sha256_finish(&s, digest);
    for (int i = 0; i < SHA256_SIZE; i++)
        console_print("%02x", digest[i]);
    console_print("\n");
}

void command_version(int count, char **words)
{
    const struct version_info *info = &version_info;

    (void)count;
    (void)words;
    console_print(
        "%s %s (%u.%u.%u)\n", info->product, version_text, info->major, info->minor, info->patch);
}

void command_uptime(int count, char **words)
{
    uint32_t seconds = clock_ms() / 1000;

    (void)count;
    (void)words;
    console_print("%u d %02u:%02u:%02u\n", seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60,
        seconds % 60);
}

void command_tasks(int count, char **words)
{
    (void)count;
    (void)words;
    for (uint32_t i = 0; i < sched_count(); i++) {
        const struct sched_task *task = sched_task(i);
        const struct sched_usage *use = sched_usage(i);

        console_print("%-10s every %5u ms, %7u runs, longest %u ms\n", task->name, task->period_ms,
            use->runs, use->longest_ms);
    }
    console_print("%u bytes dropped by the serial port\n", uart_dropped());
}

void command_log(int count, char **words)
{
    if (count > 1 && text_same(words[1], "clear")) {
        log_clear();
        console_say(STRING_LOG_CLEARED);
        return;
    }
    if (log_count() == 0)
        console_say(STRING_LOG_EMPTY);
    for (uint32_t i = 0; i < log_count(); i++) {
        const struct log_entry *e = log_entry(i);

        console_print("%10m %-8s %s: %d\n", (int32_t)e->time_ms, log_level_name(e->level),
            string_text(e->message), e->value);
    }
}

static void print_pair(const char *key, const char *value)
{
    console_print("%-12s %s\n", key, value);
}

void command_config(int count, char **words)
{
    if (count == 1) {
        kvstore_each(print_pair);
        console_print("%u / %u\n", kvstore_used(), (uint32_t)KVSTORE_AREA);
    } else if (count == 2) {
        const char *value = kvstore_get(words[1]);

        if (value == NULL)
            console_say(STRING_KEY_UNKNOWN);
        else
            console_print("%s\n", value);
    } else {
        console_say(kvstore_set(words[1], console_rest(count, words, 2)) ? STRING_KEY_SET
                                                                         : STRING_STORE_FULL);
    }
}

void command_language(int count, char **words)
{
    (void)count;
    if (!string_set_language(words[1]))
        console_say(STRING_OUT_OF_RANGE);
    console_print("%s\n", string_language_name());
}

static void print_sensor(uint32_t index)
{
    const struct sensor *s = sensor_at(index);
    const struct sensor_reading *r = sensor_reading(index);

    console_print("%-10s %12m %-5s [%m .. %m]%s\n", s->name, r->value, s->unit, s->low, s->high,
        r->alarm ? " !" : "");
}

void command_sensors(int count, char **words)
{
    if (count > 1) {
        if (sensor_find(words[1]) == SENSOR_COUNT)
            console_say(STRING_SENSOR_UNKNOWN);
        else
            print_sensor(sensor_find(words[1]));
        return;
    }
    for (uint32_t i = 0; i < SENSOR_COUNT; i++)
        print_sensor(i);
}

void command_battery(int count, char **words)
{
    int32_t millivolt = 3840;
    struct battery_state state;

    if (count > 1 && !text_number(words[1], &millivolt)) {
        console_say(STRING_BAD_NUMBER);
        return;
    }
    state = battery_from_millivolt(millivolt, sensor_reading(3)->value / 1000);
    console_print(
        "%m V, %d %%, %d d\n", state.millivolt, state.percent, battery_days_left(state, 1500));
    if (state.percent < 20)
        console_say(state.percent < 5 ? STRING_BATTERY_EMPTY : STRING_BATTERY_LOW);
    if (state.percent >= 100)
        console_say(STRING_BATTERY_FULL);
}

void command_hash(int count, char **words)
{
    const char *text = console_rest(count, words, 1);
    size_t size = strlen(text);

    console_print("crc-32       %08x\n", checksum_crc32(0, text, size));
    console_print("crc-16 bus   %04x\n", (uint32_t)checksum_crc16_modbus(text, size));
    console_print("crc-16 ccitt %04x\n", (uint32_t)checksum_crc16_ccitt(0xFFFF, text, size));
    console_print("fletcher-16  %04x\n", (uint32_t)checksum_fletcher16(text, size));
    console_print("adler-32     %08x\n", checksum_adler32(text, size));
    console_print("sha-256      ");
    print_digest(text, size);
}

void command_peek(int count, char **words)
{
    int32_t address, size = 64;

    if (!text_number(words[1], &address) || (count > 2 && !text_number(words[2], &size))) {
        console_say(STRING_BAD_NUMBER);
        return;
    }
    /* Only the image itself: nothing there has a side effect when it is read. */
    if (address < 0 || size < 0 || size > PEEK_MAX ||
        address + size > (int32_t)(uintptr_t)image_data_load) {
        console_say(STRING_OUT_OF_RANGE);
        return;
    }
    for (int32_t i = 0; i < size; i++) {
        if (i % 16 == 0)
            console_print("%s%08x ", i == 0 ? "" : "\n", (uint32_t)(address + i));
        console_print(" %02x", *(const volatile uint8_t *)(uintptr_t)(address + i));
    }
    console_print("\n");
}
