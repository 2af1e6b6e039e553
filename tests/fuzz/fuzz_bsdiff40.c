/* The import of a BSDIFF40 patch. The first byte says what follows: 0: a patch as it is. Else two
 * sizes (control, difference; two bytes each) and the content of the three blocks, which are
 * compressed here, so that what is behind bzip2 is reached. */
#include "gen/bsdiff/bsdiff40.h"

#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD   32u
#define MOST   65536u
#define SOURCE 512u
#define TARGET 1u /* byte of the input that says the new size, in units of four */

static void require(bool what)
{
    if (!what)
        abort();
}

static void import(const uint8_t *data, size_t size)
{
    static uint8_t old[SOURCE];
    const struct fwd_bytes patch = {(uint8_t *)(uintptr_t)data, size}, source = {old, sizeof old};
    struct fwd_bytes target = {NULL, 0};
    struct fwd_tuples tuples = {0};
    struct fwd_error err = {""};

    for (size_t i = 0; i < sizeof old; i++)
        old[i] = (uint8_t)(i * 7);
    if (size > MOST)
        return;
    enum fwd_fail fail = fwd_bsdiff40_import("file", &patch, &source, &target, &tuples, &err);
    require(fail == FWD_FAIL_NONE || strncmp(err.text, "file: ", 6) == 0);
    fwd_bytes_free(&target);
    fwd_tuples_free(&tuples);
}

static void put_le64(uint8_t *at, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* Appends a block; returns its size. */
static size_t pack(uint8_t *patch, size_t at, const uint8_t *bytes, size_t size)
{
    unsigned room = MOST - (unsigned)at;

    require(BZ2_bzBuffToBuffCompress((char *)patch + at, &room, (char *)(uintptr_t)bytes,
                (unsigned)size, 1, 0, 0) == BZ_OK);
    return room;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t patch[MOST];

    if (size == 0 || data[0] == 0 || size < 6 || size > MOST / 2) {
        import(data + (size > 0), size - (size > 0));
        return 0;
    }
    size_t left = size - 6, control = (size_t)(data[2] | data[3] << 8);
    size_t diff = (size_t)(data[4] | data[5] << 8);
    control = control < left ? control : left;
    diff = diff < left - control ? diff : left - control;
    memcpy(patch, "BSDIFF40", 8);
    size_t first = pack(patch, HEAD, data + 6, control);
    size_t second = pack(patch, HEAD + first, data + 6 + control, diff);
    size_t third =
        pack(patch, HEAD + first + second, data + 6 + control + diff, left - control - diff);
    put_le64(patch + 8, first);
    put_le64(patch + 16, second);
    put_le64(patch + 24, 4u * data[TARGET]);
    import(patch, HEAD + first + second + third);
    return 0;
}
