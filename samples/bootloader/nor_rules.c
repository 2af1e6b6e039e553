#include "nor_rules.h"

#include "board.h"
#include "console.h"
#include "device_areas.h"
#include "memory_use.h"

#include <stddef.h>
#include <string.h>

enum unit_state { UNIT_ERASED, UNIT_PROGRAMMED, UNIT_TORN };

struct chip {
    uint32_t base, size, unit, unit_shift;
    uint8_t erased;
    uint8_t has_ecc; /* a torn unit may fail to be read */
};

struct sectors {
    uint16_t chip;
    uint32_t address, size, count;
};

static const struct chip chips[] = DEVICE_CHIPS;
static const struct sectors sectors[] = DEVICE_SECTORS;

struct nor_bench *nor_bench(void)
{
    return (struct nor_bench *)(uintptr_t)board_bench;
}

/* ---- an end without a reset ------------------------------------------------------------------ */

static _Noreturn void stop(const char *why)
{
    say("bench: ");
    say(why);
    say("\n");
    for (;;)
        board_feed_watchdog();
}

static void demand(bool kept, const char *rule)
{
    if (!kept)
        stop(rule);
}

/* ---- cells and what is known about them ------------------------------------------------------ */

static volatile uint8_t *cells(const struct chip *chip, uint32_t address)
{
    return board_flash + chip->base + address;
}

/* One byte for each unit; the units of a chip begin where those of the one before it would end if
 * all had one byte, which is always room enough. */
static volatile uint8_t *state_of(const struct chip *chip, uint32_t address)
{
    uint32_t before = 0;

    for (const struct chip *other = chips; other < chip; other++)
        before += other->size >> other->unit_shift;
    return board_flash_state + before + (address >> chip->unit_shift);
}

static uint32_t random_bits(void)
{
    uint32_t x = nor_bench()->cut.seed | 1u;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    nor_bench()->cut.seed = x;
    return x >> 7;
}

void nor_start(void)
{
    uint32_t units = 0;

    for (const struct chip *chip = chips; chip < chips + sizeof chips / sizeof chips[0]; chip++)
        units += chip->size >> chip->unit_shift;
    demand(
        units <= BOARD_STATE_ROOM, "the device has more program units than this board remembers");
    nor_bench()->operations = 0;
}

void nor_takes_anew(void)
{
    struct nor_cut *cut = &nor_bench()->cut;

    if (cut->anew != 0)
        cut->at = cut->anew;
}

/* ---- operations on a unit -------------------------------------------------------------------- */

static void program_unit(const struct chip *chip, uint32_t address, const uint8_t *bytes)
{
    volatile uint8_t *cell = cells(chip, address);

    *state_of(chip, address) = UNIT_TORN;
    for (uint32_t i = 0; i < chip->unit; i++)
        cell[i] = chip->erased != 0 ? cell[i] & bytes[i] : cell[i] | bytes[i];
    *state_of(chip, address) = UNIT_PROGRAMMED;
}

static void erase_unit(const struct chip *chip, uint32_t address)
{
    volatile uint8_t *cell = cells(chip, address);

    *state_of(chip, address) = UNIT_TORN;
    for (uint32_t i = 0; i < chip->unit; i++)
        cell[i] = chip->erased;
    *state_of(chip, address) = UNIT_ERASED;
}

static void tear_unit(const struct chip *chip, uint32_t address)
{
    volatile uint8_t *cell = cells(chip, address);

    *state_of(chip, address) = UNIT_TORN;
    for (uint32_t i = 0; i < chip->unit; i++)
        cell[i] = (uint8_t)random_bits();
}

/* ---- whole operations, and cuts in them ------------------------------------------------------ */

struct operation {
    const struct chip *chip;
    uint32_t address, size;
    const uint8_t *bytes; /* NULL: an erase */
};

static void do_unit(const struct operation *op, uint32_t offset)
{
    if (op->bytes != NULL)
        program_unit(op->chip, op->address + offset, op->bytes + offset);
    else
        erase_unit(op->chip, op->address + offset);
}

/* As after the loss of power: RAM holds nothing, it starts, and the next cut is the one to come. */
static _Noreturn void lose_power(void)
{
    struct nor_bench *bench = nor_bench();

    say("bench: cut\n");
    if (bench->followed < NOR_BENCH_CUTS)
        bench->cut = bench->follow[bench->followed++];
    else
        bench->cut.at = 0;
    memory_use_lose(random_bits());
    board_reset();
}

/* The supply fails in the middle of this operation. */
static _Noreturn void cut(const struct operation *op, uint32_t tear)
{
    uint32_t half = op->size / 2 & ~(op->chip->unit - 1);

    for (uint32_t at = 0; at < op->size && tear != NOR_TEAR_BEFORE; at += op->chip->unit) {
        uint32_t what = tear == NOR_TEAR_SCATTER ? random_bits() % 3 : at == half;

        if (tear == NOR_TEAR_AFTER || (tear == NOR_TEAR_HALF && at < half) ||
            (tear == NOR_TEAR_SCATTER && what == 0))
            do_unit(op, at);
        else if (what == 1)
            tear_unit(op->chip, op->address + at);
    }
    lose_power();
}

static void perform(const struct operation *op)
{
    struct nor_bench *bench = nor_bench();

    bench->operations++;
    if (bench->operations == bench->cut.at)
        cut(op, bench->cut.tear);
    for (uint32_t at = 0; at < op->size; at += op->chip->unit)
        do_unit(op, at);
}

/* ---- the chip's commands --------------------------------------------------------------------- */

static const struct chip *find_chip(uint16_t number, uint32_t address, uint32_t size)
{
    demand(number < sizeof chips / sizeof chips[0], "a chip that does not exist");
    demand(address <= chips[number].size && size <= chips[number].size - address,
        "an address behind the end of the chip");
    return &chips[number];
}

/* Bytes of a unit that was torn. False: they cannot be read at all, this time. */
static bool read_torn(const struct chip *chip, uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        bytes[i] ^= (uint8_t)(random_bits() & random_bits());
    return chip->has_ecc == 0 || random_bits() % 2 != 0;
}

bool nor_read(uint16_t number, uint32_t address, void *bytes, uint32_t size)
{
    const struct chip *chip = find_chip(number, address, size);
    uint8_t *to = bytes;
    bool readable = true;

    memcpy(to, nor_mapped(number, address), size);
    for (uint32_t done = 0; done < size;) {
        uint32_t left = chip->unit - ((address + done) & (chip->unit - 1));
        uint32_t part = left < size - done ? left : size - done;
        if (*state_of(chip, address + done) == UNIT_TORN)
            readable = read_torn(chip, to + done, part) && readable;
        done += part;
    }
    return readable;
}

void nor_program(uint16_t number, uint32_t address, const void *bytes, uint32_t size)
{
    struct operation op = {
        .chip = find_chip(number, address, size), .address = address, .size = size, .bytes = bytes};

    demand(size > 0 && ((address | size) & (op.chip->unit - 1)) == 0,
        "flash rule broken: programs are whole units");
    for (uint32_t at = 0; at < size; at += op.chip->unit)
        demand(*state_of(op.chip, address + at) == UNIT_ERASED,
            "flash rule broken: a unit is programmed once after an erase");
    perform(&op);
}

static bool is_sector(uint16_t number, uint32_t address, uint32_t size)
{
    for (uint32_t i = 0; i < sizeof sectors / sizeof sectors[0]; i++)
        if (sectors[i].chip == number && sectors[i].size == size && address >= sectors[i].address &&
            address - sectors[i].address < size * sectors[i].count &&
            (address - sectors[i].address) % size == 0)
            return true;
    return false;
}

void nor_erase(uint16_t number, uint32_t address, uint32_t size)
{
    struct operation op = {
        .chip = find_chip(number, address, size), .address = address, .size = size};

    demand(
        is_sector(number, address, size), "flash rule broken: an erase is one block of the chip");
    perform(&op);
}

const uint8_t *nor_mapped(uint16_t number, uint32_t address)
{
    return board_flash + find_chip(number, address, 0)->base + address;
}
