/* The codecs that packages are made with: one row each, in the order in which they are tried. */
#ifndef FWD_GEN_PACKAGE_ENCODER_H
#define FWD_GEN_PACKAGE_ENCODER_H

#include "gen/package/builder.h"
#include "gen/package/section.h"
#include "verify/codec.h"

/* A component as one codec codes it. */
struct fwd_encoding {
    struct fwd_section section; /* the caller frees it, when encode() returns FWD_FAIL_NONE */
    bool descending;            /* order of its steps in place */
};

struct fwd_encoder {
    const struct fwd_codec *decoder; /* its id is the codec's number */
    bool takes_source;               /* codes deltas; else full images */
    bool usual;                      /* of a device that says nothing of its codecs */
    bool by_isa;                     /* tried for several instruction sets */
    bool uses_xz;                    /* its bytes depend on the version of liblzma */
    uint8_t params_size;             /* of the codec's parameters in the manifest */
    /* isa: FWD_ISA_*, by_isa only. options->limit may stop it: then the section has no bytes.
     * FWD_FAIL_REFUSED: options->arena_max is too small; FWD_FAIL_ENVIRONMENT: no memory. */
    enum fwd_fail (*encode)(const struct fwd_build_component *component,
        const struct fwd_section_options *options, uint8_t isa, struct fwd_encoding *encoding,
        struct fwd_error *err);
};

extern const struct fwd_encoder fwd_encoders[];
extern const size_t fwd_encoder_count;

/* NULL: packages are not made with it. */
const struct fwd_encoder *fwd_encoder_find(uint16_t codec);

/* Bit n: codec n, of those that are usual. */
uint32_t fwd_encoder_usual_mask(void);

#endif
