#include "samples/firmware/v1_1_0/bus.h"

#include "samples/firmware/common/checksum.h"
#include "samples/firmware/common/console.h"
#include "samples/firmware/common/sensor.h"
#include "samples/firmware/common/text.h"

enum { FUNCTION_READ_HOLDING = 3, FUNCTION_READ_INPUT = 4, FUNCTION_WRITE_ONE = 6 };
enum { ERROR_FUNCTION = 1, ERROR_ADDRESS = 2, ERROR_VALUE = 3 };
enum { HOLDING_COUNT = 32, READ_MAX = 125 };

static uint16_t holding[HOLDING_COUNT] = {250, 1000, 17, 9600, 0, 1};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static size_t refuse(uint8_t *answer, uint8_t function, uint8_t error)
{
    answer[1] = function | 0x80;
    answer[2] = error;
    return 3;
}

/* Two registers for each sensor: the reading in thousandths, high word first. */
static uint16_t input_register(uint32_t index)
{
    uint32_t value = (uint32_t)sensor_reading(index / 2)->value;

    return (uint16_t)(index % 2 == 0 ? value >> 16 : value);
}

static size_t read_registers(const uint8_t *request, uint8_t *answer)
{
    uint8_t function = request[1];
    uint32_t first = get16(request + 2), count = get16(request + 4);
    uint32_t limit = function == FUNCTION_READ_INPUT ? 2 * SENSOR_COUNT : HOLDING_COUNT;

    if (count == 0 || count > READ_MAX)
        return refuse(answer, function, ERROR_VALUE);
    if (first + count > limit)
        return refuse(answer, function, ERROR_ADDRESS);
    answer[2] = (uint8_t)(2 * count);
    for (uint32_t i = 0; i < count; i++) {
        put16(answer + 3 + 2 * i,
            function == FUNCTION_READ_INPUT ? input_register(first + i) : holding[first + i]);
    }
    return 3 + 2 * count;
}

static size_t write_register(const uint8_t *request, uint8_t *answer)
{
    uint32_t index = get16(request + 2);

    if (index >= HOLDING_COUNT)
        return refuse(answer, FUNCTION_WRITE_ONE, ERROR_ADDRESS);
    holding[index] = get16(request + 4);
    for (int i = 2; i < 6; i++)
        answer[i] = request[i];
    return 6;
}

size_t bus_answer(const uint8_t *request, size_t size, uint8_t answer[BUS_FRAME_MAX])
{
    size_t made;
    uint16_t crc;

    if (size != 8 || request[0] != BUS_ADDRESS || checksum_crc16_modbus(request, size) != 0)
        return 0;
    answer[0] = request[0];
    answer[1] = request[1];
    if (request[1] == FUNCTION_READ_HOLDING || request[1] == FUNCTION_READ_INPUT)
        made = read_registers(request, answer);
    else if (request[1] == FUNCTION_WRITE_ONE)
        made = write_register(request, answer);
    else
        made = refuse(answer, request[1], ERROR_FUNCTION);
    crc = checksum_crc16_modbus(answer, made);
    answer[made] = (uint8_t)crc;
    answer[made + 1] = (uint8_t)(crc >> 8);
    return made + 2;
}

/* The console stands in for the wire: function, register, count or value. */
void command_bus(int count, char **words)
{
    uint8_t request[8] = {BUS_ADDRESS}, answer[BUS_FRAME_MAX];
    int32_t numbers[3];
    uint16_t crc;
    size_t size;

    for (int i = 0; i < 3; i++) {
        if (i + 1 >= count || !text_number(words[i + 1], &numbers[i])) {
            console_say(STRING_BAD_NUMBER);
            return;
        }
    }
    request[1] = (uint8_t)numbers[0];
    put16(request + 2, (uint16_t)numbers[1]);
    put16(request + 4, (uint16_t)numbers[2]);
    crc = checksum_crc16_modbus(request, 6);
    request[6] = (uint8_t)crc;
    request[7] = (uint8_t)(crc >> 8);
    size = bus_answer(request, sizeof request, answer);
    if (size == 5)
        console_say(answer[2] == ERROR_FUNCTION ? STRING_BUS_BAD_FUNCTION : STRING_BUS_BAD_ADDRESS);
    for (size_t i = 0; i < size; i++)
        console_print("%02x ", answer[i]);
    console_print("\n");
}
