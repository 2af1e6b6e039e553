/* A boot loader for a device with one slot, updated in place: NOR flash that is mapped into
 * memory, blocks of 4 KiB, program unit 8. What the product supplies is declared at the top; the
 * rest is all that a port needs. It is only compiled, not linked. verify/PORTING.md explains it. */
#include "verify/verify.h"

/* ---- what the product has -------------------------------------------------------------------- */

bool chip_program(uint32_t address, const void *bytes, uint32_t size);
bool chip_erase_block(uint32_t address);
bool chip_wait_idle(void);
bool chip_read_failed(void); /* the ECC of the last read; clears it */
void chip_feed_watchdog(void);
_Noreturn void chip_reset(void);
_Noreturn void product_start(uint32_t address);
_Noreturn void product_recovery(struct fwd_update *update, enum fwd_reason outcome);
bool product_take_request(void); /* the application asked for an installation before its reset */
extern const struct fwd_crypto_port product_crypto;
extern const struct fwd_keys_port product_keys;
extern const struct fwd_counter_port product_counter;

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

/* ---- the device: 64 KiB of boot loader, then 448 KiB of firmware, then the areas ------------- */

#define BLOCK 4096u
#define AREA(name_, first_, count_)                                                                \
    {                                                                                              \
        .id = name_, .address = 0x08000000u + (first_)*BLOCK, .size = (count_)*BLOCK,              \
        .program_unit = 8, .erased = 0xFF, .blocks = &(const struct fwd_blocks){BLOCK, count_},    \
        .blocks_count = 1                                                                          \
    }

enum { AREA_FIRMWARE, AREA_PACKAGE, AREA_STAGING, AREA_SCRATCH, AREA_JOURNAL, AREA_VERSION };

static const struct fwd_place places[] = {{.name = "firmware",
    .role = FWD_ROLE_FIRMWARE,
    .layout = FWD_LAYOUT_IN_PLACE,
    .slots = {AREA(AREA_FIRMWARE, 16, 112)}}};

static const struct fwd_codec *const codecs[] = {&fwd_codec_stored, &fwd_codec_bsdiff_xz};

#define ARENA (3 * (4096 + 65536))       /* bsdiff-xz: three streams with dictionaries of 4 KiB */
static uint8_t memory[7 * 1024 + ARENA]; /* fwd_update_memory() says 6528 */

static const struct fwd_device device = {.ports = &ports,
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

/* ---- boot ------------------------------------------------------------------------------------ */

/* More than policy.max_attempts: then something outside the update is wrong. */
#define RESUMES_MAX 4u

_Noreturn void boot_main(void);

_Noreturn void boot_main(void)
{
    static struct fwd_update update;
    struct fwd_boot_choice choice;
    bool requested = product_take_request();
    unsigned resumes = 0;

    if (fwd_update_init(&update, &device) != FWD_OK)
        chip_reset();
    for (;;) {
        enum fwd_reason reason = fwd_boot_decide(&update, &choice);
        if (reason != FWD_OK || choice.action == FWD_BOOT_RECOVERY)
            product_recovery(&update, reason != FWD_OK ? reason : choice.outcome);
        if (choice.action == FWD_BOOT_RESUME) {
            if (resumes++ == RESUMES_MAX)
                chip_reset();
            reason = fwd_update_resume(&update);
        } else if (requested) {
            requested = false; /* once: a refused package is not tried again at each start */
            reason = fwd_update_install(&update, FWD_COMMAND_ANY);
        } else {
            product_start(places[0].slots[choice.slot[0]].address);
        }
        (void)reason; /* the journal knows it; the next decision follows from that */
    }
}
