#include "gen/locate/call_scan.h"
#include "gen/locate/locate.h"

#define LEAST_SHARE 512u /* calls that agree cover at least one byte in so many */
#define NEAR        16u  /* what has so many times fewer calls than the first is not near it */
#define WORD        4u

#define SIGHTS 16u

struct sight {
    uint8_t isa;
    uint32_t shared; /* 0: not seen */
};

/* False: no memory. */
static bool look(
    const struct fwd_isa_host *host, struct sight *sight, const uint8_t *bytes, uint32_t size)
{
    struct fwd_call_count count;

    if (!fwd_call_scan(&host->scan, bytes, size, &count))
        return false;
    bool enough = (uint64_t)count.shared * WORD * LEAST_SHARE >= size || size > FWD_CALL_SCAN_WHOLE;
    if (fwd_call_scan_credible(&count) && enough)
        sight->shared = count.shared;
    return true;
}

static void sort(struct sight *list, size_t sights)
{
    for (size_t i = 1; i < sights; i++)
        for (size_t at = i; at > 0 && list[at - 1].shared < list[at].shared; at--) {
            struct sight swap = list[at];
            list[at] = list[at - 1];
            list[at - 1] = swap;
        }
}

static size_t add(uint8_t *ids, size_t count, uint8_t isa)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == isa)
            return count;
    if (count < FWD_LOCATE_ISAS_MAX)
        ids[count++] = isa;
    return count;
}

/* 64-bit code has REX.W before moves and additions everywhere; there are about as many of these as
 * calls of 32-bit code. */
static size_t add_x86(uint8_t *ids, size_t count, const uint8_t *bytes, uint32_t size)
{
    uint32_t calls = 0, rex = 0;

    for (uint32_t at = 0; size - at >= 2; at++) {
        uint8_t next = bytes[at + 1];
        calls += bytes[at] == 0xE8;
        rex += (bytes[at] & 0xF8) == 0x48 &&
               (next == 0x89 || next == 0x8B || next == 0x8D || next == 0x83);
    }
    if (rex > calls / 4)
        count = add(ids, count, FWD_ISA_X86_64);
    return rex < calls ? add(ids, count, FWD_ISA_X86_32) : count;
}

/* Code saves registers of 64 bits on its stack by C.SDSP where that of 32 bits has C.SWSP. */
static size_t add_riscv(uint8_t *ids, size_t count, const uint8_t *bytes, uint32_t size)
{
    uint32_t narrow = 0, wide = 0;

    for (uint32_t at = 0; size - at >= 2; at += 2) {
        uint32_t h = fwd_half_at(bytes + at);
        narrow += (h & 0xE003) == 0xC002;
        wide += (h & 0xE003) == 0xE002;
    }
    if (wide > narrow / 4)
        count = add(ids, count, FWD_ISA_RV64);
    return narrow > wide / 4 ? add(ids, count, FWD_ISA_RV32) : count;
}

/* Numbers look like calls with an address; but functions of MIPS begin with ADDIU sp, sp, -n. */
static bool has_mips_frames(const uint8_t *bytes, uint32_t size, bool big, uint32_t calls)
{
    uint32_t frames = 0;

    for (uint32_t at = 0; size - at >= 4; at += 4)
        frames += big ? bytes[at] == 0x27 && bytes[at + 1] == 0xBD && bytes[at + 2] >= 0x80
                      : bytes[at + 3] == 0x27 && bytes[at + 2] == 0xBD && bytes[at + 1] >= 0x80;
    return frames >= 8 && frames >= calls / 64;
}

bool fwd_locate_isas(
    const uint8_t *bytes, uint32_t size, uint8_t ids[FWD_LOCATE_ISAS_MAX], size_t *count)
{
    struct sight list[SIGHTS];
    size_t sights = 0;
    bool a32 = false, thumb = false;

    *count = 0;
    for (unsigned i = 0; fwd_isa_host_at(i) != NULL && sights < SIGHTS; i++) {
        const struct fwd_isa_host *host = fwd_isa_host_at(i);
        if (host->scan.read == NULL)
            continue;
        list[sights] = (struct sight){host->isa->id, 0};
        if (!look(host, &list[sights++], bytes, size))
            return false;
    }
    sort(list, sights);
    for (size_t i = 0; i < sights && list[i].shared * NEAR > list[0].shared; i++) {
        if (list[i].isa == FWD_ISA_X86_64)
            *count = add_x86(ids, *count, bytes, size);
        else if ((list[i].isa == FWD_ISA_MIPS || list[i].isa == FWD_ISA_MIPS_BIG) &&
                 !has_mips_frames(bytes, size, list[i].isa == FWD_ISA_MIPS_BIG, list[i].shared))
            continue;
        else if (list[i].isa == FWD_ISA_RV32)
            *count = add_riscv(ids, *count, bytes, size);
        else
            *count = add(ids, *count, list[i].isa);
        a32 |= list[i].isa == FWD_ISA_A32;
        thumb |= list[i].isa == FWD_ISA_THUMB;
    }
    if (a32 && thumb)
        *count = add(ids, *count, FWD_ISA_ARM);
    return true;
}
