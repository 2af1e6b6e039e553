#include "gen/locate/call_scan.h"
#include "gen/locate/locate.h"

#define LEAST_SHARE 512u /* calls that agree cover at least one byte in so many */
#define NEAR        16u  /* what has so many times fewer calls than the first is not near it */
#define WORD        4u

struct sight {
    uint8_t isa;
    enum fwd_call_form form;
    uint32_t shared; /* 0: not seen */
};

static const struct sight sights[] = {{FWD_ISA_THUMB, FWD_CALL_THUMB, 0},
    {FWD_ISA_A32, FWD_CALL_A32, 0}, {FWD_ISA_A64, FWD_CALL_A64, 0},
    {FWD_ISA_RV32, FWD_CALL_RISCV, 0}, {FWD_ISA_XTENSA, FWD_CALL_XTENSA, 0}};
#define SIGHTS (sizeof sights / sizeof sights[0])

/* False: no memory. */
static bool look(struct sight *sight, const uint8_t *bytes, uint32_t size)
{
    struct fwd_call_count count;

    if (!fwd_call_scan(sight->form, bytes, size, &count))
        return false;
    bool enough = (uint64_t)count.shared * WORD * LEAST_SHARE >= size || size > FWD_CALL_SCAN_WHOLE;
    if (fwd_call_scan_credible(&count) && enough)
        sight->shared = count.shared;
    return true;
}

static void sort(struct sight *list)
{
    for (size_t i = 1; i < SIGHTS; i++)
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

bool fwd_locate_isas(
    const uint8_t *bytes, uint32_t size, uint8_t ids[FWD_LOCATE_ISAS_MAX], size_t *count)
{
    struct sight list[SIGHTS];
    bool a32 = false, thumb = false;

    *count = 0;
    for (size_t i = 0; i < SIGHTS; i++) {
        list[i] = sights[i];
        if (!look(&list[i], bytes, size))
            return false;
    }
    sort(list);
    for (size_t i = 0; i < SIGHTS && list[i].shared * NEAR > list[0].shared; i++) {
        *count = add(ids, *count, list[i].isa);
        a32 |= list[i].isa == FWD_ISA_A32;
        thumb |= list[i].isa == FWD_ISA_THUMB;
    }
    if (a32 && thumb)
        *count = add(ids, *count, FWD_ISA_ARM);
    return true;
}
