/* The certificate of a package (SPEC.md section 4.5): what its installation costs a device of one
 * geometry, found by installing it on a simulated one. A manifest may hold several. */
#ifndef FWD_FORMAT_CERTIFICATE_H
#define FWD_FORMAT_CERTIFICATE_H

#include "format/manifest.h"

struct fwd_certificate {
    uint8_t geometry[FWD_GEOMETRY_SIZE]; /* verify/trust/geometry.h */
    uint32_t staging_room;               /* size of the staging area that was measured on */
    uint32_t staged_bytes;               /* of it that the update filled */
    uint32_t staging_least;              /* with less no order of steps fits; 0: none needed */
    uint32_t sigblock_size;              /* of the package that was measured */
    uint32_t scratch_copies;             /* blocks saved before they were overwritten */
    uint32_t erases;                     /* of all areas */
    uint32_t erases_max;                 /* of one block */
    uint32_t milliseconds;               /* on the device, without the version area */
    uint32_t programmed;                 /* bytes, without the version area */
    uint32_t decode_again_ms;            /* what a start after a power cut decodes again, at most */
    uint32_t memory;       /* of the installer, with the decoder's arena; without room for slices */
    uint32_t rehearsal_ms; /* of milliseconds: what an application does while firmware runs */
    uint32_t action_ms;    /* of milliseconds: what is left then */
    /* Of a start that verifies what it starts, once the package is installed: */
    uint32_t start_signatures;  /* checks of a signature */
    uint32_t start_hashed;      /* bytes, of the images that have to be right */
    uint32_t start_ms;          /* 0: the description does not say */
    uint32_t start_kilo_cycles; /* thousands of cycles, about instructions; 0: it does not say */
    bool has_kept;              /* the device keeps old blocks for a trial in place: */
    uint32_t kept_bytes;        /* that it keeps for this update; 0: it has no way back from it */
};

/* The value of the entry. Returns its size. */
size_t fwd_certificate_encode(
    const struct fwd_certificate *certificate, uint8_t out[FWD_CERTIFICATE_MAX]);

/* False when the bytes are not exactly those of a certificate: of another version, to be ignored.
 */
bool fwd_certificate_decode(const uint8_t *bytes, size_t size, struct fwd_certificate *certificate);

/* The next certificate of a manifest that can be read; start with *at = 0. False: no more. */
bool fwd_certificate_next(
    const uint8_t *manifest, size_t size, size_t *at, struct fwd_certificate *certificate);

#endif
