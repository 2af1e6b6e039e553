/* RISC-V with registers of 32 and of 64 bits. */
#include "gen/isa/isa_host.h"

static void embed(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    switch (ref->type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        fwd_word_put(bytes, fwd_riscv_with_jal(fwd_word_at(bytes), value));
        break;
    case FWD_REF_NEAR:
    case FWD_REF_COND:
    case FWD_REF_TEST:
        break; /* short distances say more as they are */
    case FWD_REF_HIGH:
        fwd_word_put(bytes, (fwd_word_at(bytes) & 0xFFF) | (value & 0xFFFFF000u));
        break;
    case FWD_REF_LOW:
    case FWD_REF_ADR:
        fwd_word_put(bytes, fwd_riscv_with_low(fwd_word_at(bytes), value & 0xFFF));
        break;
    default:
        fwd_host_embed_word(ref, value, bytes);
    }
}

static uint32_t length(const uint8_t *bytes, uint32_t left)
{
    return (bytes[0] & 3) == 3 && left >= 4 ? 4 : 2;
}

static bool call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(bytes);
    uint32_t d =
        (w >> 31) << 20 | (w >> 12 & 0xFF) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 0x3FF) << 1;

    *target = at + (uint32_t)fwd_ref_signed(d, 21);
    return (w & 0xFFF) == 0x0EF;
}

/* What LUI and the ADDI soon after it make. */
static uint32_t address(const uint8_t *bytes, uint32_t left)
{
    uint32_t w = left < 4 ? 0 : fwd_word_at(bytes), at = 4;

    for (unsigned i = 0; (w & 0x7F) == 0x37 && i < 6 && left >= at + 4; i++) {
        uint32_t next = fwd_word_at(bytes + at);
        if ((next & 0x707F) == 0x13 && (next >> 15 & 31) == (w >> 7 & 31))
            return (w & 0xFFFFF000u) + (uint32_t)fwd_ref_signed(next >> 20, 12);
        at += length(bytes + at, left - at);
    }
    return 0;
}

static bool pointer(uint32_t word)
{
    return word >= 0x10000;
}

static const struct fwd_ref_text texts[FWD_REF_TYPES] = {
    FWD_HOST_WORD_TEXTS, [FWD_REF_CALL] = {"JAL", "calls"}, [FWD_REF_JUMP] = {"JAL-x0", "jumps"},
    [FWD_REF_COND] = {"branches", "conditional branches"}, [FWD_REF_NEAR] = {"C.J", "near jumps"},
    [FWD_REF_TEST] = {"C.BEQZ", "near conditional branches"},
    [FWD_REF_ADR] = {"gp-relative", "variables near the global pointer"},
    [FWD_REF_HIGH] = {"LUI-AUIPC", "upper parts of addresses"},
    [FWD_REF_LOW] = {"LO12", "lower parts of addresses"}};

/* JAL ra. */
static bool scan_riscv(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b);
    uint32_t offset =
        (w >> 31) << 20 | (w >> 12 & 0xFF) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 0x3FF) << 1;

    *target = at + (uint32_t)fwd_ref_signed(offset, 21);
    return (w & 0xFFF) == 0x0EF;
}

const struct fwd_isa_host fwd_host_rv32 = {.isa = &fwd_isa_rv32,
    .name = "rv32",
    .title = "RISC-V, 32 bits",
    .embed = embed,
    .length = length,
    .makes_addresses = true,
    .call = call,
    .address = address,
    .strings = true,
    .pointer = pointer,
    .scan = {scan_riscv, 2, 2, false, 0x00000FFF, 0x000000EF},
    .texts = texts};

const struct fwd_isa_host fwd_host_rv64 = {.isa = &fwd_isa_rv64,
    .name = "rv64",
    .title = "RISC-V, 64 bits",
    .embed = embed,
    .length = length,
    .makes_addresses = true,
    .call = call,
    .strings = true,
    .texts = texts};
