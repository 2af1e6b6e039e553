/* A package before and after trust: any bytes; then the same with sizes and the payload's digest
 * mended, and signed by the key that is trusted, so that manifest and structure are reached, which
 * stand behind the signature. */
#include "gen/memory_input.h"
#include "keys/crypto_port.h"
#include "keys/signing/signed_package.h"
#include "keys/trust.h"
#include "verify/codec.h"
#include "verify/trust/plan.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 65536u
#define ROOM 1024u

static struct fwd_host_crypto crypto;
static struct fwd_trust trust;
static struct fwd_keypair signer;

static void require(bool what)
{
    if (!what)
        abort();
}

static void prepare(void)
{
    struct fwd_keypair key;

    require(fwd_crypto_port_init(&crypto, NULL) == FWD_FAIL_NONE);
    require(fwd_keypair_simulated(1, &signer, NULL) == FWD_FAIL_NONE);
    require(fwd_keypair_simulated(1, &key, NULL) == FWD_FAIL_NONE);
    require(fwd_trust_add(&trust, &key, "key", NULL, NULL) == FWD_FAIL_NONE);
}

static enum fwd_reason authenticate(const uint8_t *data, size_t size)
{
    static const struct fwd_codec *const codecs[] = {&fwd_codec_stored, &fwd_codec_fwd};
    static uint8_t signed_bytes[FWD_SIGNED_MAX + FWD_SIGBLOCK_MAX], buf[ROOM];
    const struct fwd_keys_port keys = fwd_trust_port(&trust);
    const struct fwd_ports ports = {.crypto = &crypto.port, .keys = &keys};
    const struct fwd_input input = fwd_memory_input(data, (uint32_t)size);
    struct fwd_unverified unverified;
    struct fwd_trusted trusted;

    enum fwd_reason reason =
        fwd_parse(&input, 0, FWD_COMMAND_ANY, signed_bytes, FWD_SIGBLOCK_MAX, &unverified);
    if (reason != FWD_OK)
        return reason;
    require(unverified.payload_offset <= size);
    reason = fwd_authenticate(&unverified, &ports, 1, &trusted);
    if (reason == FWD_OK)
        reason = fwd_authenticate_payload(&trusted, &input, &ports, buf, sizeof buf);
    if (reason != FWD_OK)
        return reason;
    require(trusted.manifest.component_count <= FWD_COMPONENTS_MAX);
    return fwd_plan_structure(&trusted, codecs, 2);
}

/* Header, manifest, an empty signature block, payload. Returns its size. */
static size_t mend(const uint8_t *data, size_t size, uint8_t *out)
{
    struct fwd_header header;
    uint8_t digest[FWD_DIGEST_SIZE];
    uint32_t block = 0, empty = fwd_sigblock_size(NULL, 0);

    if (fwd_header_decode(data, size, &header) != FWD_OK)
        return 0;
    if (header.manifest_size > size - FWD_HEADER_SIZE)
        header.manifest_size = (uint16_t)(size - FWD_HEADER_SIZE);
    size_t at = FWD_HEADER_SIZE + header.manifest_size;
    if (fwd_sigblock_head(data + at, size - at, &block) != FWD_OK || block > size - at)
        block = 0;
    const uint8_t *payload = data + at + block;
    header.payload_size = (uint32_t)(size - at - block);
    require(fwd_crypto_port_sha256(payload, header.payload_size, digest));
    header.payload_digest = digest;
    fwd_header_encode(&header, out);
    memcpy(out + FWD_HEADER_SIZE, data + FWD_HEADER_SIZE, header.manifest_size);
    require(fwd_sigblock_encode(NULL, 0, out + at, empty));
    memcpy(out + at + empty, payload, header.payload_size);
    return at + empty + header.payload_size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t mended[2 * MOST];
    struct fwd_signed_package package;
    struct fwd_bytes out = {NULL, 0};

    if (trust.count == 0)
        prepare();
    if (size > MOST)
        return 0;
    (void)authenticate(data, size);
    size_t whole = mend(data, size, mended);
    if (whole == 0 || fwd_signed_package_divide("file", mended, whole, &package) != FWD_OK)
        return 0;
    require(fwd_signed_package_sign(&package, &signer, &out, NULL) == FWD_FAIL_NONE);
    enum fwd_reason reason = authenticate(out.data, out.size);
    require(reason != FWD_E_BAD_SIGNATURE && reason != FWD_E_PAYLOAD_DIGEST);
    fwd_bytes_free(&out);
    return 0;
}
