/* Ports and description of a device with one slot, updated in place: NOR flash that is mapped into
 * memory, blocks of 4 KiB, program unit 8. Boot loader and application both compile this file. */
#include "device_example.h"

/* ---- ports ----------------------------------------------------------------------------------- */

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    const volatile uint8_t *from = (const volatile uint8_t *)(uintptr_t)(area->address + offset);
    uint8_t *to = buf;

    (void)ctx;
    for (uint32_t i = 0; i < size; i++)
        to[i] = from[i];
    return chip_read_failed() ? FWD_IO_UNCORRECTABLE : FWD_IO_OK;
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    (void)ctx;
    return chip_program(area->address + offset, buf, size) ? FWD_IO_OK : FWD_IO_ERROR;
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    (void)ctx;
    (void)size; /* a whole block: all of this chip's have one size */
    return chip_erase_block(area->address + offset) ? FWD_IO_OK : FWD_IO_ERROR;
}

static enum fwd_io flash_sync(void *ctx)
{
    (void)ctx;
    return chip_wait_idle() ? FWD_IO_OK : FWD_IO_ERROR;
}

static void host_alive(void *ctx)
{
    (void)ctx;
    chip_feed_watchdog();
}

static const struct fwd_flash_port flash = {
    .read = flash_read, .program = flash_program, .erase = flash_erase, .sync = flash_sync};
static const struct fwd_host_port host = {.alive = host_alive};
static const struct fwd_ports ports = {.flash = &flash,
    .crypto = &product_crypto,
    .keys = &product_keys,
    .counter = &product_counter,
    .host = &host};

/* ---- the flash: 64 KiB of boot loader, 448 KiB of firmware, then the areas ------------------- */

#define FLASH 0x08000000u
#define BLOCK 4096u
#define AREA(name_, first_, count_)                                                                \
    {                                                                                              \
        .id = name_, .address = FLASH + (first_)*BLOCK, .size = (count_)*BLOCK, .program_unit = 8, \
        .erased = 0xFF, .blocks = &(const struct fwd_blocks){BLOCK, count_}, .blocks_count = 1     \
    }

enum { AREA_FIRMWARE, AREA_PACKAGE, AREA_STAGING, AREA_SCRATCH, AREA_JOURNAL, AREA_VERSION };

static const struct fwd_place places[] = {{.name = "firmware",
    .role = FWD_ROLE_FIRMWARE,
    .layout = FWD_LAYOUT_IN_PLACE,
    .slots = {AREA(AREA_FIRMWARE, 16, 112)}}};

/* ---- what packages it takes ------------------------------------------------------------------ */

/* `fwd` is what gen makes of two images; `stored` is what it makes of one with --full --ram 64K,
 * for recovery. fwd_codec_fwd knows more instruction sets than this processor has. */
static const struct fwd_codec *const codecs[] = {&fwd_codec_stored, &fwd_codec_fwd_thumb};

#define ARENA (64u * 1024u) /* gen uses no more unless --ram allows it */
/* Without the arena fwd_update_memory() says 8256; the application's slices take 0.9 KB of the
 * rest.
 */
static uint8_t memory[10u * 1024u + ARENA];

const struct fwd_device example_device = {.ports = &ports,
    .pinned = &fwd_pinned, /* a factory image starts without a package; NULL where each has one */
    .package = AREA(AREA_PACKAGE, 128, 64),
    .staging = AREA(AREA_STAGING, 192, 56),
    .scratch = AREA(AREA_SCRATCH, 248, 2),
    .journal = AREA(AREA_JOURNAL, 250, 3),
    .version = AREA(AREA_VERSION, 253, 2),
    .places = places,
    .place_count = 1,
    .codecs = codecs,
    .codec_count = sizeof codecs / sizeof codecs[0],
    .product = "X100",
    .hardware_revision = 1,
    .policy = {.threshold = 1},
    .sigblock_max = 1024,
    .memory = memory,
    .memory_size = sizeof memory};

/* ---- the package area ------------------------------------------------------------------------ */

enum fwd_reason example_take_package(struct fwd_update *update)
{
    uint8_t piece[256];
    uint32_t size;
    enum fwd_reason reason = fwd_download_begin(update, 0);

    while (reason == FWD_OK && (size = product_receive(piece, sizeof piece)) > 0)
        reason = fwd_download_write(update, piece, size);
    return reason == FWD_OK ? fwd_download_end(update) : reason;
}
