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
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "format/record/version_record.h"
#include "porting_host.h"

static bool asked; /* survives a reset */
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

void chip_ask_for_installation(void)
{
    asked = true;
}

bool chip_take_request(void)
{
    bool was = asked;

    asked = false;
    return was;
}

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

_Noreturn void product_work(void)
{
    exit(0);
}

/* ---- the factory ----------------------------------------------------------------------------- */

static void program_area(const struct fwd_area *area, const uint8_t *bytes, uint32_t size)
{
    if (size % area->program_unit != 0 || !chip_program(area->address, bytes, size))
        give_up("cannot be programmed", "flash");
}

/* The image in its slot, and a version record in block 0 of the version area (PORTING section 11).
 */
static void make_device(const char *image_path, const char *version)
{
    static uint8_t image[448 * 1024], bytes[4096];
    uint8_t digest[FWD_DIGEST_SIZE];
    FILE *file = fopen(image_path, "rb");
    size_t size = file == NULL ? 0 : fread(image, 1, sizeof image, file);
    const struct fwd_place *place = &example_device.places[0];
    struct fwd_version_record record = {.sequence = 1, .count = 1};

    if (size == 0 || !product_hash(image, size, digest))
        give_up("cannot be read", image_path);
    fclose(file);
    memset(image + size, 0xFF, sizeof image - size);
    program_area(&place->slots[0], image, (uint32_t)(size + 7) / 8 * 8);
    record.entries[0] = (struct fwd_version_entry){.name = fwd_text_of(place->name),
        .version = fwd_text_of(version),
        .size = (uint32_t)size,
        .digest = digest};
    memset(bytes, 0xFF, sizeof bytes);
    size = fwd_version_record_encode(&record, bytes, sizeof bytes);
    if (size == 0)
        give_up("not a version", version);
    program_area(&example_device.version, bytes, (uint32_t)(size + 7) / 8 * 8);
}

/* ---- commands -------------------------------------------------------------------------------- */

static int factory(char **args)
{
    if (!chip_open(args[0], true))
        give_up("cannot be made", args[0]);
    make_device(args[1], args[2]);
    return 0;
}

static int run(char **args)
{
    if (!product_load_key(args[1]))
        give_up("not a public Ed25519 key", args[1]);
    if (!chip_open(args[0], false))
        give_up("cannot be opened", args[0]);
    packages = args + 2;
    if (packages[0] != NULL && packages[1] != NULL && strcmp(packages[0], "--cut") == 0) {
        chip_cut_power_at((unsigned)strtoul(packages[1], NULL, 10));
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
