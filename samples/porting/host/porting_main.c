/* Runs boot loader and application of the example on this machine.
 *
 *     porting factory FLASH IMAGE VERSION    makes the file FLASH as the device leaves the factory
 *     porting run FLASH KEY [--cut N] [PACKAGE...]
 *         switches the device on and sends it these packages when it takes one; prints what starts
 *         and the codes; with --cut, power fails in the middle of the N-th program or erase
 *     porting memory                         what fwd_update_memory() says, and the arena
 *
 * Status: 0 the application works, 1 it waits for a package that nobody sends, 2 misuse, 3 a file,
 * 4 power failed. */
#include "format/record/version_record.h"
#include "porting_host.h"

#include <limits.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf reset;
static unsigned resets;

static char **packages; /* to be sent, NULL after the last */
static FILE *sending;

static _Noreturn void give_up(const char *what, const char *path)
{
    fprintf(stderr, "porting: %s: %s\n", path, what);
    exit(3);
}

/* ---- what the product supplies --------------------------------------------------------------- */

_Noreturn void chip_reset(void)
{
    if (++resets > 100)
        give_up("reset again and again", "device");
    longjmp(reset, 1);
}

bool product_package_waits(void)
{
    return *packages != NULL;
}

void product_wait_for_package(void)
{
    if (!product_package_waits()) {
        printf("waits for a package\n");
        exit(1);
    }
}

uint32_t product_receive(uint8_t *bytes, uint32_t size)
{
    if (sending == NULL && (sending = fopen(*packages, "rb")) == NULL)
        give_up("cannot be read", *packages);
    size_t got = fread(bytes, 1, size, sending);
    if (got == 0) {
        fclose(sending);
        sending = NULL;
        packages++;
    }
    return (uint32_t)got;
}

void product_tell(uint16_t code)
{
    printf("code %u\n", code);
}

_Noreturn void product_start(uint32_t address)
{
    printf("starts 0x%08x\n", (unsigned)address);
    app_main();
}

void product_turn(void)
{
}

_Noreturn void product_work(void)
{
    exit(0);
}

/* ---- the factory ----------------------------------------------------------------------------- */

static bool put(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *bytes, uint32_t size)
{
    static uint8_t units[8192];
    uint32_t unit = area->program_unit, whole = (size + unit - 1) / unit * unit;

    (void)ctx;
    if (whole > sizeof units)
        return false;
    memset(units, area->erased, whole);
    memcpy(units, bytes, size);
    return chip_program(area->address + offset, units, whole);
}

static uint8_t image[448 * 1024];

static uint32_t load_image(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(image, 1, sizeof image, file);

    if (size == 0)
        give_up("cannot be read", path);
    fclose(file);
    return (uint32_t)size;
}

static void write_image(uint32_t size)
{
    const struct fwd_area *slot = &example_device.places[0].slots[0];

    for (uint32_t at = 0; at < size; at += 4096) {
        if (!put(NULL, slot, at, image + at, size - at < 4096 ? size - at : 4096))
            give_up("cannot be programmed", "flash");
    }
}

/* What is pinned lies beside the flash: FLASH.otp. */
static void otp_file(const char *flash, bool write, uint32_t *size, uint8_t *digest)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s.otp", flash);
    FILE *file = fopen(path, write ? "wb" : "rb");
    bool done =
        file != NULL &&
        (write ? fwrite(size, sizeof *size, 1, file) : fread(size, sizeof *size, 1, file)) == 1 &&
        (write ? fwrite(digest, FWD_DIGEST_SIZE, 1, file)
               : fread(digest, FWD_DIGEST_SIZE, 1, file)) == 1;
    if (file == NULL || fclose(file) != 0 || !done)
        give_up("cannot be used", path);
}

/* The image in its slot, its digest pinned, the first records (PORTING section 8). */
static void make_device(
    const char *flash, uint32_t size, const char *image_path, const char *version)
{
    static uint8_t buf[4096];
    uint8_t digest[FWD_DIGEST_SIZE];
    struct fwd_version_record record = {.sequence = 1, .count = 1};

    if (!product_hash(image, size, digest))
        give_up("cannot be hashed", image_path);
    write_image(size);
    otp_file(flash, true, &size, digest);
    record.entries[0] =
        (struct fwd_version_entry){.name = fwd_text_of(example_device.places[0].name),
            .version = fwd_text_of(version),
            .set = FWD_VERSION_NO_SET,
            .size = size,
            .digest = digest};
    if (fwd_provision_factory(&example_device, &record, buf, sizeof buf, put, NULL) != FWD_OK)
        give_up("not a version, or its record cannot be programmed", version);
}

/* ---- commands -------------------------------------------------------------------------------- */

static int factory(char **args)
{
    uint32_t size = load_image(args[1]); /* before anything is made */

    if (!chip_open(args[0], true))
        give_up("cannot be made", args[0]);
    make_device(args[0], size, args[1], args[2]);
    return 0;
}

/* 0: not a number of a write. */
static unsigned write_number(const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    return *end == 0 && *text >= '0' && *text <= '9' && number <= UINT_MAX ? (unsigned)number : 0;
}

static int run(char **args)
{
    const char *wrong = product_load_key(args[1]);

    if (wrong != NULL)
        give_up(wrong, args[1]);
    if (!chip_open(args[0], false))
        give_up("cannot be opened", args[0]);
    uint32_t size = 0;
    uint8_t digest[FWD_DIGEST_SIZE];
    otp_file(args[0], false, &size, digest);
    product_pin(size, digest);
    packages = args + 2;
    if (packages[0] != NULL && packages[1] != NULL && strcmp(packages[0], "--cut") == 0) {
        unsigned number = write_number(packages[1]);
        if (number == 0) {
            fprintf(stderr, "porting: --cut: expected the number of a write from 1, found '%s'\n",
                packages[1]);
            return 2;
        }
        chip_cut_power_at(number);
        packages += 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* nothing is lost when power fails */
    (void)setjmp(reset);
    boot_main();
}

static int memory(void)
{
    uint32_t need = fwd_update_memory(&example_device);

    printf("%u bytes, arena %u\n", (unsigned)need, (unsigned)(example_device.memory_size - need));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "factory") == 0)
        return factory(argv + 2);
    if (argc >= 4 && strcmp(argv[1], "run") == 0)
        return run(argv + 2);
    if (argc == 2 && strcmp(argv[1], "memory") == 0)
        return memory();
    fprintf(stderr, "usage: porting factory FLASH IMAGE VERSION\n"
                    "       porting run FLASH KEY [--cut N] [PACKAGE...]\n"
                    "       porting memory\n");
    return 2;
}
