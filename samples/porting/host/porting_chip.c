/* A chip whose flash is a file, mapped where the chip has it. It holds the driver to the rules of
 * NOR flash: whole units, erased before they are programmed. */
#include "porting_host.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FLASH_BASE ((uintptr_t)0x08000000)
#define FLASH_SIZE 0x100000u
#define OTP_SIZE   0x1000u /* after the flash: bits that only ever become 0 */
#define BLOCK_SIZE 4096u
#define UNIT_SIZE  8u

static unsigned operations_left; /* 0: power does not fail */

bool chip_open(const char *path, bool create)
{
    int file = open(path, O_RDWR | (create ? O_CREAT | O_EXCL : 0), 0644);
    void *at = MAP_FAILED;

    if (file >= 0 && (!create || ftruncate(file, FLASH_SIZE + OTP_SIZE) == 0))
        at = mmap((void *)FLASH_BASE, FLASH_SIZE + OTP_SIZE, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0);
    if (file >= 0)
        close(file);
    if (at == MAP_FAILED)
        return false;
    if (create)
        memset(at, 0xFF, FLASH_SIZE + OTP_SIZE);
    return true;
}

void chip_cut_power_at(unsigned operation)
{
    operations_left = operation;
}

static bool power_fails_now(void)
{
    return operations_left > 0 && --operations_left == 0;
}

static _Noreturn void broken_rule(const char *rule, uint32_t address)
{
    fprintf(stderr, "chip: %s at 0x%08x\n", rule, (unsigned)address);
    abort();
}

static uint8_t *flash_at(uint32_t address, uint32_t size)
{
    if (address < FLASH_BASE || size > FLASH_SIZE || address - FLASH_BASE > FLASH_SIZE - size)
        broken_rule("no flash", address);
    return (uint8_t *)(uintptr_t)address;
}

bool chip_program(uint32_t address, const void *bytes, uint32_t size)
{
    uint8_t *at = flash_at(address, size);

    if (address % UNIT_SIZE != 0 || size % UNIT_SIZE != 0)
        broken_rule("a part of a unit is programmed", address);
    for (uint32_t i = 0; i < size; i++)
        if (at[i] != 0xFF)
            broken_rule("a unit is programmed that is not erased", address + i);
    if (power_fails_now()) {
        memcpy(at, bytes, size / 2);
        _exit(POWER_FAILED);
    }
    memcpy(at, bytes, size);
    return true;
}

bool chip_erase_block(uint32_t address)
{
    uint8_t *at = flash_at(address, BLOCK_SIZE);

    if (address % BLOCK_SIZE != 0)
        broken_rule("a part of a block is erased", address);
    if (power_fails_now()) {
        memset(at, 0xFF, BLOCK_SIZE / 2);
        _exit(POWER_FAILED);
    }
    memset(at, 0xFF, BLOCK_SIZE);
    return true;
}

bool chip_wait_idle(void)
{
    return true;
}

bool chip_read_failed(void)
{
    return false;
}

void chip_feed_watchdog(void)
{
}

/* ---- the security counter: how many bits of the OTP memory are 0 ----------------------------- */

static uint8_t *otp(void)
{
    return (uint8_t *)(FLASH_BASE + FLASH_SIZE);
}

static bool counter_read(void *ctx, uint8_t component, uint32_t *value)
{
    (void)ctx;
    (void)component; /* the device has one */
    *value = 0;
    for (uint32_t bit = 0; bit < OTP_SIZE * 8; bit++)
        *value += (otp()[bit / 8] >> bit % 8 & 1) == 0;
    return true;
}

/* Bit after bit: a power cut leaves a value between the old one and the new one, and the library
 * asks again. */
static bool counter_advance(void *ctx, uint8_t component, uint32_t at_least)
{
    (void)ctx;
    (void)component;
    if (at_least > OTP_SIZE * 8)
        return false;
    for (uint32_t bit = 0; bit < at_least; bit++)
        otp()[bit / 8] &= (uint8_t) ~(1u << bit % 8);
    return true;
}

const struct fwd_counter_port product_counter = {.read = counter_read, .advance = counter_advance};
