#include "verify/trust/parse.h"

static enum fwd_reason check_kind(uint8_t kind, enum fwd_command command)
{
    if (kind == FWD_KIND_TRUST)
        return FWD_E_UNKNOWN_KIND; /* that is for the keyring */
    /* A delta given to a command for full packages is refused later, after the signature. */
    return command == FWD_COMMAND_DELTA && kind == FWD_KIND_FULL ? FWD_E_FULL_NOT_DELTA : FWD_OK;
}

/* The stored length may exceed the package by less than a transport block, never fall short. */
static enum fwd_reason check_length(
    uint32_t stored, const struct fwd_unverified *package, uint32_t padding)
{
    uint32_t payload = package->header.payload_size, room = stored - package->payload_offset;

    return stored >= package->payload_offset && room >= payload && room - payload <= padding
               ? FWD_OK
               : FWD_E_STORED_LENGTH;
}

static enum fwd_reason read_header(const struct fwd_input *package, enum fwd_command command,
    uint8_t *buf, struct fwd_header *header)
{
    uint32_t at_hand = package->size < FWD_HEADER_SIZE ? package->size : FWD_HEADER_SIZE;
    enum fwd_reason reason = fwd_input_read(package, 0, buf, at_hand);

    if (reason != FWD_OK)
        return reason;
    reason = fwd_header_decode(buf, at_hand, header);
    /* V1 with the kind comes before V2 with the version, which decode has looked at already. */
    if (reason == FWD_OK || reason == FWD_E_FORMAT_VERSION || reason == FWD_E_MANIFEST_SIZE) {
        enum fwd_reason kind = check_kind(header->kind, command);
        reason = kind != FWD_OK ? kind : reason;
    }
    return reason;
}

static enum fwd_reason read_sigblock(const struct fwd_input *package, uint32_t at, uint8_t *buf,
    uint32_t sigblock_max, struct fwd_sigblock *block)
{
    uint32_t block_size;
    enum fwd_reason reason;

    if (package->size - at < FWD_SIGBLOCK_HEAD)
        return FWD_E_SIGBLOCK_SIZE;
    reason = fwd_input_read(package, at, buf, FWD_SIGBLOCK_HEAD);
    if (reason == FWD_OK)
        reason = fwd_sigblock_head(buf, FWD_SIGBLOCK_HEAD, &block_size);
    if (reason != FWD_OK)
        return reason;
    if (block_size > sigblock_max || block_size > package->size - at)
        return FWD_E_SIGBLOCK_SIZE;
    reason = fwd_input_read(package, at, buf, block_size);
    return reason == FWD_OK ? fwd_sigblock_decode(buf, block_size, block) : reason;
}

enum fwd_reason fwd_parse_head(const struct fwd_input *package, enum fwd_command command,
    uint8_t *buf, uint32_t sigblock_max, struct fwd_unverified *out)
{
    enum fwd_reason reason = read_header(package, command, buf, &out->header);

    if (reason != FWD_OK)
        return reason;
    out->signed_bytes = buf;
    out->signed_size = FWD_HEADER_SIZE + (uint32_t)out->header.manifest_size;
    if (out->signed_size > package->size)
        return FWD_E_MANIFEST_SIZE;
    reason =
        fwd_input_read(package, FWD_HEADER_SIZE, buf + FWD_HEADER_SIZE, out->header.manifest_size);
    if (reason == FWD_OK)
        reason = read_sigblock(
            package, out->signed_size, buf + out->signed_size, sigblock_max, &out->sigblock);
    if (reason == FWD_OK)
        out->payload_offset = out->signed_size + out->sigblock.block_size;
    return reason;
}

enum fwd_reason fwd_parse(const struct fwd_input *package, uint32_t padding,
    enum fwd_command command, uint8_t *buf, uint32_t sigblock_max, struct fwd_unverified *out)
{
    enum fwd_reason reason = fwd_parse_head(package, command, buf, sigblock_max, out);

    return reason == FWD_OK ? check_length(package->size, out, padding) : reason;
}

enum fwd_reason fwd_parse_stored(
    const uint8_t *bytes, uint32_t signed_size, uint32_t sigblock_size, struct fwd_unverified *out)
{
    enum fwd_reason reason = fwd_header_decode(bytes, signed_size, &out->header);

    if (reason == FWD_OK && signed_size != FWD_HEADER_SIZE + (uint32_t)out->header.manifest_size)
        reason = FWD_E_MANIFEST_SIZE;
    if (reason == FWD_OK)
        reason = fwd_sigblock_decode(bytes + signed_size, sigblock_size, &out->sigblock);
    out->signed_bytes = bytes;
    out->signed_size = signed_size;
    out->payload_offset = signed_size + sigblock_size;
    return reason;
}
