#include "device.h"

#include "board.h"
#include "device_areas.h"
#include "nor_rules.h"

/* ---- ports ----------------------------------------------------------------------------------- */

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    (void)ctx;
    return nor_read(area->chip, area->address + offset, buf, size) ? FWD_IO_OK
                                                                   : FWD_IO_UNCORRECTABLE;
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    (void)ctx;
    nor_program(area->chip, area->address + offset, buf, size);
    return FWD_IO_OK;
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    (void)ctx;
    nor_erase(area->chip, area->address + offset, size);
    return FWD_IO_OK;
}

/* What this flash has done is in its cells when it returns. */
static enum fwd_io flash_sync(void *ctx)
{
    (void)ctx;
    return FWD_IO_OK;
}

static bool counter_read(void *ctx, uint8_t component, uint32_t *value)
{
    (void)ctx;
    *value = nor_bench()->counters[component];
    return true;
}

static bool counter_advance(void *ctx, uint8_t component, uint32_t at_least)
{
    (void)ctx;
    if (nor_bench()->counters[component] < at_least)
        nor_bench()->counters[component] = at_least;
    return true;
}

static void host_alive(void *ctx)
{
    (void)ctx;
    board_feed_watchdog();
}

static const struct fwd_flash_port flash = {
    .read = flash_read, .program = flash_program, .erase = flash_erase, .sync = flash_sync};
static const struct fwd_counter_port counter = {.read = counter_read, .advance = counter_advance};
static const struct fwd_host_port host = {.alive = host_alive};
static const struct fwd_ports ports = {.flash = &flash,
    .crypto = &product_crypto,
    .keys = &product_keys,
    .counter = &counter,
    .host = &host};

/* ---- the device ------------------------------------------------------------------------------ */

static const struct fwd_place places[] = DEVICE_PLACES;

static _Alignas(16) uint8_t memory[DEVICE_MEMORY];

static const struct fwd_codec *const codecs[] = DEVICE_CODECS;

const struct fwd_device boot_device = {.ports = &ports,
    .trial = DEVICE_TRIAL,
    .undo = DEVICE_UNDO,
    .package = DEVICE_PACKAGE,
    .staging = DEVICE_STAGING,
    .scratch = DEVICE_SCRATCH,
    .journal = DEVICE_JOURNAL,
    .version = DEVICE_VERSION,
    .places = places,
    .place_count = DEVICE_PLACE_COUNT,
    .codecs = codecs,
    .codec_count = sizeof codecs / sizeof codecs[0],
    .product = DEVICE_PRODUCT,
    .hardware_revision = DEVICE_HARDWARE,
    .policy = {.threshold = DEVICE_THRESHOLD,
        .max_attempts = DEVICE_MAX_ATTEMPTS,
        .package_max = DEVICE_PACKAGE_MAX,
        .refuse_downgrade = DEVICE_REFUSE_DOWNGRADE,
        .trial_starts = DEVICE_TRIAL_STARTS},
    .sigblock_max = DEVICE_SIGBLOCK_MAX,
    .memory = memory,
    .memory_size = sizeof memory};
