/* Vectors of the package as a whole: header, signers, signatures, and bytes that were changed after
 * it was made. */
#include "tests/vectors/vector_cases.h"

/* ---- values, before the manifest is encoded -------------------------------------------------- */

static void minor_1(struct vector_draft *draft)
{
    draft->header.minor = 1;
}
static void major_2(struct vector_draft *draft)
{
    draft->header.major = 2;
}
static void kind_content(struct vector_draft *draft)
{
    draft->header.kind = FWD_KIND_FULL;
}

/* ---- signers --------------------------------------------------------------------------------- */

static void two_signers(struct vector_draft *draft)
{
    draft->signers[1] = VECTOR_KEY_OTHER;
    draft->signer_count = 2;
}
static void other_signer(struct vector_draft *draft)
{
    draft->signers[0] = VECTOR_KEY_OTHER;
}
static void same_signer(struct vector_draft *draft)
{
    draft->signers[1] = VECTOR_KEY_RELEASE;
    draft->signer_count = 2;
}
static void nobody(struct vector_draft *draft)
{
    draft->signer_count = 0;
}

/* ---- signatures, before the block and its CRC-32 are made ------------------------------------ */

static void signature(struct vector_draft *draft)
{
    draft->signature_bytes[0][20] ^= 1;
}
static void second_signature(struct vector_draft *draft)
{
    draft->signature_bytes[1][20] ^= 1;
}
static void algorithm(struct vector_draft *draft)
{
    draft->signatures[0].algorithm = FWD_ALG_ECDSA_P256;
}

/* ---- the finished package -------------------------------------------------------------------- */

static uint8_t *block(struct vector_draft *draft)
{
    return draft->package + FWD_HEADER_SIZE + draft->manifest_size;
}
static void magic(struct vector_draft *draft)
{
    draft->package[0] = 'f';
}
static void kind(struct vector_draft *draft)
{
    draft->package[3] = 'X';
}
static void manifest_size(struct vector_draft *draft)
{
    struct fwd_writer w = fwd_writer_over(draft->package + 5, 2);
    fwd_write_le16(&w, FWD_SIGNED_MAX - FWD_HEADER_SIZE + 1);
}
static void payload_size(struct vector_draft *draft)
{
    draft->package[7]++;
}
static void truncated_header(struct vector_draft *draft)
{
    draft->package_size = FWD_HEADER_SIZE - 1;
}
static void truncated_manifest(struct vector_draft *draft)
{
    draft->package_size = FWD_HEADER_SIZE + draft->manifest_size - 1;
}
static void truncated_block(struct vector_draft *draft)
{
    draft->package_size = FWD_HEADER_SIZE + draft->manifest_size + FWD_SIGBLOCK_HEAD + 30;
}
static void truncated_payload(struct vector_draft *draft)
{
    draft->package_size--;
}
static void appended(struct vector_draft *draft)
{
    draft->package[draft->package_size++] = 0;
}
static void signed_byte(struct vector_draft *draft)
{
    draft->package[FWD_HEADER_SIZE + draft->manifest_size - 1] ^= 1;
}
static void block_size(struct vector_draft *draft)
{
    struct fwd_writer w = fwd_writer_over(block(draft), 2);
    fwd_write_le16(&w, FWD_SIGBLOCK_MAX + 1);
}
static void crc(struct vector_draft *draft)
{
    block(draft)[2] ^= 1;
}
static void key_id(struct vector_draft *draft)
{
    block(draft)[FWD_SIGBLOCK_HEAD + 1] ^= 1;
}
static void payload_byte(struct vector_draft *draft)
{
    draft->package[draft->package_size - 1] ^= 1;
}

/* ---- the vectors ----------------------------------------------------------------------------- */

const struct vector_case vector_package_cases[] = {
    {"good-two-signers", vector_delta, two_signers, NULL, NULL, NULL},
    {"good-foreign-signer", vector_delta, two_signers, NULL, NULL, NULL},
    {"good-minor-1", vector_full, minor_1, NULL, NULL, NULL},
    {"unsupported-major-2", vector_full, major_2, NULL, NULL, NULL},
    {"bad-magic", vector_full, NULL, NULL, NULL, magic},
    {"bad-kind", vector_full, NULL, NULL, NULL, kind},
    {"bad-manifest-size", vector_full, NULL, NULL, NULL, manifest_size},
    {"bad-payload-size", vector_full, NULL, NULL, NULL, payload_size},
    {"bad-truncated-header", vector_full, NULL, NULL, NULL, truncated_header},
    {"bad-truncated-manifest", vector_full, NULL, NULL, NULL, truncated_manifest},
    {"bad-truncated-block", vector_full, NULL, NULL, NULL, truncated_block},
    {"bad-truncated-payload", vector_full, NULL, NULL, NULL, truncated_payload},
    {"bad-appended-byte", vector_full, NULL, NULL, NULL, appended},
    {"bad-block-size", vector_full, NULL, NULL, NULL, block_size},
    {"bad-crc", vector_full, NULL, NULL, NULL, crc},
    {"bad-key-id", vector_full, two_signers, NULL, NULL, key_id},
    {"bad-signature", vector_full, NULL, NULL, signature, NULL},
    {"bad-second-signature", vector_full, two_signers, NULL, second_signature, NULL},
    {"bad-algorithm", vector_full, NULL, NULL, algorithm, NULL},
    {"bad-signed-byte", vector_full, NULL, NULL, NULL, signed_byte},
    {"bad-unsigned", vector_full, nobody, NULL, NULL, NULL},
    {"bad-other-signer", vector_full, other_signer, NULL, NULL, NULL},
    {"bad-duplicate-signer", vector_full, same_signer, NULL, NULL, NULL},
    {"bad-one-signer-of-two", vector_full, NULL, NULL, NULL, NULL},
    {"bad-payload-byte", vector_full, NULL, NULL, NULL, payload_byte},
    {"bad-kind-content", vector_delta, kind_content, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
