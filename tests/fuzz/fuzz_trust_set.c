/* Trust packages: any bytes as a set, and as a chain; then the bytes as a set that is signed by the
 * keys before it, so that what is behind the signatures is reached. A set that decodes must be
 * encoded to the same bytes; a chain that passes must end in a set with a higher version. */
#include "format/header.h"
#include "format/trust_set.h"
#include "gen/memory_input.h"
#include "keys/crypto_port.h"
#include "keys/signing/signed_package.h"
#include "keys/trust_package.h"
#include "verify/keyring/keyring_chain.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST     3000u
#define LINK_MAX 8192u

static struct fwd_host_crypto crypto;
static struct fwd_keypair signer;
static struct fwd_bytes built_in;
static struct fwd_keyring keyring;
static struct fwd_keyring_config config;
static struct fwd_ports ports;
static struct fwd_device device;
static struct fwd_update update;
static uint8_t memory[3 * LINK_MAX];

static void require(bool what)
{
    if (!what)
        abort();
}

static void prepare(void)
{
    struct fwd_trust trust = {0};
    struct fwd_trust_package_options options = {.version = 1, .threshold = 1};
    struct fwd_keypair key;
    struct fwd_header header;

    require(fwd_crypto_port_init(&crypto, NULL) == FWD_FAIL_NONE);
    fwd_crypto_port_trust_keys(&crypto);
    require(fwd_keypair_simulated(1, &signer, NULL) == FWD_FAIL_NONE);
    require(fwd_keypair_simulated(1, &key, NULL) == FWD_FAIL_NONE);
    require(fwd_trust_add(&trust, &key, "key", NULL, NULL) == FWD_FAIL_NONE);
    require(fwd_trust_package_make(&trust, &options, &built_in, NULL) == FWD_FAIL_NONE);
    fwd_trust_free(&trust);
    require(fwd_header_decode(built_in.data, built_in.size, &header) == FWD_OK);
    ports = (struct fwd_ports){.crypto = &crypto.port, .keys = &keyring.port};
    device = (struct fwd_device){.ports = &ports};
    update.device = &device;
    config = (struct fwd_keyring_config){.device = &device,
        .built_in = built_in.data,
        .built_in_size = FWD_HEADER_SIZE + (uint32_t)header.manifest_size,
        .link_max = LINK_MAX,
        .memory = memory};
    require(fwd_keyring_open(&keyring, &config, &update) == FWD_OK);
}

static void walk(const uint8_t *bytes, size_t size)
{
    const struct fwd_input input = fwd_memory_input(bytes, (uint32_t)size);
    struct fwd_chain chain;

    if (fwd_chain_walk(&keyring, &input, 0, &update.trusted, &chain) != FWD_OK)
        return;
    require(chain.count > 0 && chain.root < chain.count);
    require(chain.root == 0 || keyring.other.set.version > keyring.newest.set.version);
}

static void decode(const uint8_t *bytes, size_t size)
{
    static uint8_t again[MOST];
    struct fwd_trust_set set;

    if (!fwd_trust_set_decode(bytes, size, &set))
        return;
    require(set.key_count >= set.threshold && set.key_count <= FWD_TRUST_KEYS_MAX);
    require(fwd_trust_set_encode(&set, again, sizeof again) == size);
    require(memcmp(again, bytes, size) == 0);
}

/* The bytes as the set of a package after the built-in one. */
static void walk_signed(const uint8_t *bytes, size_t size)
{
    static uint8_t package[2 * FWD_SIGNED_MAX];
    struct fwd_manifest manifest = {.trust = bytes, .trust_size = (uint16_t)size};
    struct fwd_header header = {.kind = FWD_KIND_TRUST, .major = FWD_FORMAT_MAJOR};
    struct fwd_signed_package divided;
    struct fwd_bytes out = {NULL, 0};
    uint8_t digest[FWD_DIGEST_SIZE];

    header.manifest_size = (uint16_t)fwd_manifest_encode(
        &manifest, package + FWD_HEADER_SIZE, FWD_SIGNED_MAX - FWD_HEADER_SIZE);
    if (header.manifest_size == 0)
        return;
    require(fwd_crypto_port_sha256(built_in.data, built_in.size, digest));
    header.payload_size = (uint32_t)built_in.size;
    header.payload_digest = digest;
    fwd_header_encode(&header, package);
    size_t at = FWD_HEADER_SIZE + header.manifest_size;
    require(fwd_sigblock_encode(NULL, 0, package + at, FWD_SIGBLOCK_HEAD));
    at += FWD_SIGBLOCK_HEAD;
    memcpy(package + at, built_in.data, built_in.size);
    at += built_in.size;
    require(fwd_signed_package_divide("file", package, at, &divided) == FWD_OK);
    require(fwd_signed_package_sign(&divided, &signer, &out, NULL) == FWD_FAIL_NONE);
    walk(out.data, out.size);
    fwd_bytes_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (config.memory == NULL)
        prepare();
    if (size > MOST)
        return 0;
    decode(data, size);
    walk(data, size);
    walk_signed(data, size);
    return 0;
}
