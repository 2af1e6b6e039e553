/* The numbers of the package format. SPEC.md gives the reason for each; a test compares the two. */
#ifndef FWD_FORMAT_LIMITS_H
#define FWD_FORMAT_LIMITS_H

#define FWD_FORMAT_MAJOR 1u
#define FWD_FORMAT_MINOR 0u

#define FWD_HEADER_SIZE 43u
/* header + manifest: read once into one buffer, verified and parsed there */
#define FWD_SIGNED_MAX         4096u
#define FWD_SIGBLOCK_HEAD      6u
#define FWD_SIGBLOCK_MAX       16384u
#define FWD_SIGNATURE_HEAD     11u
#define FWD_SIGNATURE_MAX      8192u
#define FWD_SIGNATURES_MAX     4u
#define FWD_KEY_ID_SIZE        8u
#define FWD_DIGEST_SIZE        32u
#define FWD_SOURCE_DIGEST_SIZE 16u
#define FWD_COMPONENTS_MAX     16u
#define FWD_PRODUCTS_MAX       8u
#define FWD_NAME_MAX           31u
#define FWD_VERSION_MAX        63u
#define FWD_PRODUCT_MAX        63u
#define FWD_NOTE_MAX           127u
#define FWD_CODEC_PARAMS_MAX   64u
#define FWD_SESSION_SIZE       16u
#define FWD_GEOMETRY_SIZE      8u
#define FWD_CERTIFICATE_MAX    98u

#define FWD_KIND_DELTA 0x44u /* 'D' */
#define FWD_KIND_FULL  0x46u /* 'F' */
#define FWD_KIND_TRUST 0x54u /* 'T' */

/* The name of a component that a package states by leaving it empty. */
#define FWD_USUAL_NAME "firmware"

/* Signature algorithms (u8). */
#define FWD_ALG_ED25519     1u
#define FWD_ALG_ECDSA_P256  2u /* SHA-256, DER */
#define FWD_ALG_ECDSA_P384  3u /* SHA-384, DER */
#define FWD_ALG_RSA3072_PSS 4u /* SHA-256, MGF1 SHA-256, salt 32 */
#define FWD_ALG_LMS         5u /* reserved, with HSS */
#define FWD_ALG_ML_DSA      6u /* reserved */
#define FWD_ALG_SLH_DSA     7u /* reserved */
#define FWD_ALG_HYBRID      8u /* reserved: one entry, two signatures that both must be valid */

/* Codecs (u8). */
#define FWD_CODEC_STORED    0u
#define FWD_CODEC_XZ        1u
#define FWD_CODEC_BSDIFF_XZ 2u
#define FWD_CODEC_FWD       3u
#define FWD_CODEC_LITE      4u

/* Roles of a component (u8). */
#define FWD_ROLE_FIRMWARE        0u
#define FWD_ROLE_CARRIER_PROFILE 1u
#define FWD_ROLE_BOOT            2u
#define FWD_ROLE_ROT             3u
#define FWD_ROLE_DATA            4u
#define FWD_ROLE_COUNT           5u
/* Of a key, not of a component: it may sign trust sets. */
#define FWD_ROLE_TRUST  31u
#define FWD_ROLES_KNOWN (((1u << FWD_ROLE_COUNT) - 1u) | (1u << FWD_ROLE_TRUST))

/* Manifest entries (u8): number in bits 6..0, critical bit 7. */
#define FWD_ENTRY_CRITICAL     0x80u
#define FWD_ENTRY_PRODUCT      0x01u
#define FWD_ENTRY_HARDWARE     0x02u
#define FWD_ENTRY_LABEL        0x03u
#define FWD_ENTRY_MIN_TOOL     0x05u
#define FWD_ENTRY_TIMESTAMP    0x06u
#define FWD_ENTRY_TOOL         0x07u
#define FWD_ENTRY_ENCRYPTION   0x08u /* reserved */
#define FWD_ENTRY_DEPENDENCIES 0x09u
#define FWD_ENTRY_EXPIRY       0x0Au
#define FWD_ENTRY_SUIT         0x0Bu /* reserved */
#define FWD_ENTRY_TRIAL        0x0Cu /* reserved */
#define FWD_ENTRY_TRUST        0x0Du
#define FWD_ENTRY_COMPONENT    0x10u
#define FWD_ENTRY_CERTIFICATE  0x20u
#define FWD_ENTRY_VENDOR_FIRST 0x70u
#define FWD_ENTRY_VENDOR_LAST  0x7Fu

/* Extensions of a component (u8), same shape as manifest entries. */
#define FWD_EXT_COUNTER     0x01u
#define FWD_EXT_ALTERNATIVE 0x02u /* reserved */
#define FWD_EXT_RELEASE     0x03u

/* Flags of a component, in the byte with its role. */
#define FWD_COMPONENT_ROLE       0x0Fu
#define FWD_COMPONENT_HAS_SOURCE 0x10u
#define FWD_COMPONENT_DESCENDING 0x20u /* preferred step order */
#define FWD_COMPONENT_FLAGS      0x30u

#endif
