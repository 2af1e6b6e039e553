/* From images to the bytes of an unsigned package. The same input gives the same bytes, for any
 * number of threads. */
#ifndef FWD_GEN_PACKAGE_BUILDER_H
#define FWD_GEN_PACKAGE_BUILDER_H

#include "format/certificate.h"
#include "format/dependency.h"
#include "format/limits.h"
#include "gen/package/memory_plan.h"
#include "gen/package/section.h"
#include "verify/ports.h"

/* Let the builder choose: the smallest. */
#define FWD_BUILD_AUTO 0xFFFFu
/* Decoder memory when no device is given: 1.5 MiB. */
#define FWD_BUILD_ARENA 1572864u
/* Buffer for fwd_builder_tool_note(). */
#define FWD_BUILD_NOTE_SIZE 64u

struct fwd_build_component {
    const char *name; /* 1..FWD_NAME_MAX of A-Z a-z 0-9 . _ - */
    uint8_t role;     /* FWD_ROLE_* */
    struct fwd_pair pair;
    const char *source_version; /* NULL: not stated */
    const char *target_version; /* NULL: not stated */
    uint16_t codec;             /* FWD_CODEC_* or FWD_BUILD_AUTO */
    bool full;                  /* no delta even where there is a source */
    bool force_delta;           /* a delta even where it is larger than the full image */
    bool has_counter;
    uint32_t counter;
    uint32_t release;                       /* 0: not stated */
    const struct fwd_segments *segments[2]; /* of source and target; NULL or empty: not known */
    const struct fwd_tuples
        *tuples; /* a delta made elsewhere, valid for the pair; NULL: make one */
};

struct fwd_build_options {
    const struct fwd_build_component *components;
    size_t component_count; /* 1..FWD_COMPONENTS_MAX */
    const char *const *products;
    size_t product_count; /* 0..FWD_PRODUCTS_MAX; 0: any product */
    const char *label;    /* NULL: none */
    bool has_hardware;
    uint32_t hardware_min, hardware_max;
    const char *min_tool; /* NULL: none */
    const char *tool;     /* a note of what built it; NULL: none */
    const char *tool_xz;  /* the note where a section holds .xz streams; NULL: the same */
    bool has_timestamp;
    uint64_t timestamp;
    const struct fwd_dependency *dependencies;
    uint8_t dependency_count;
    bool expires;
    uint64_t not_after;
    bool full; /* a full package: no component has a source */
    /* What the devices decode, of deltas and of full images: bit n is codec n. Without codecs_known
     * each of the default class: fwd, bsdiff-xz, xz, stored. */
    bool codecs_known;
    uint32_t delta_codecs, full_codecs;
    uint32_t arena_max;      /* 0: FWD_BUILD_ARENA */
    uint32_t full_arena_max; /* for full images; 0: the same */
    uint32_t delta_memory;   /* of codec fwd's decoder; 0: fwd_refdelta_fit_usual() */
    enum fwd_effort effort;
    struct fwd_memory_limit memory;
    const struct fwd_hints *hints;            /* of all components; NULL: none */
    unsigned jobs;                            /* 0: 1 */
    const struct fwd_progress_sink *progress; /* NULL: none */
    const struct fwd_crypto_port *crypto;     /* for SHA-256 */
};

/* What became of a coding that was tried. */
enum fwd_attempt_end {
    FWD_ATTEMPT_CHOSEN,
    FWD_ATTEMPT_LARGER,  /* complete, but not smaller than the chosen one */
    FWD_ATTEMPT_STOPPED, /* given up when it was larger than another */
    FWD_ATTEMPT_SKIPPED, /* of a large image: an estimate was enough; or for want of memory */
    FWD_ATTEMPT_REFUSED, /* not possible with this memory or these images */
};

struct fwd_build_attempt {
    uint16_t codec;
    uint8_t isa;   /* of codec fwd: FWD_ISA_* */
    uint8_t end;   /* FWD_ATTEMPT_* */
    uint32_t size; /* bytes of the package, or more than so many when it was stopped */
};

#define FWD_BUILD_ATTEMPTS_MAX (FWD_REFDELTA_ISAS_MAX + 3u)

/* What became of a component. */
struct fwd_build_outcome {
    uint16_t codec;
    uint8_t isa;           /* of codec fwd: FWD_ISA_* */
    bool replaced_by_full; /* the delta was not smaller: tell the user */
    bool descending;
    uint32_t section_size;
    uint32_t arena_size;
    struct fwd_build_attempt attempts[FWD_BUILD_ATTEMPTS_MAX];
    size_t attempt_count;
};

struct fwd_build {
    struct fwd_bytes package; /* header, manifest, signature block without entries, payload */
    uint8_t kind;             /* FWD_KIND_* */
    struct fwd_build_outcome outcomes[FWD_COMPONENTS_MAX];
    size_t certificates_at; /* where they are in the package: the end of the manifest */
    size_t certificates_size;
};

/* A delta package is one whose installation may depend on what is installed: unless options->full
 * is set, or a delta was possible and the full image came out smaller for all, the kind is delta
 * (a new carrier profile alone travels as a delta package).
 * FWD_FAIL_USAGE: the options contradict each other or a text is outside its limits.
 * FWD_FAIL_REFUSED: the images do not fit the format, or the decoder's memory is too small.
 * FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_builder_make(
    const struct fwd_build_options *options, struct fwd_build *build, struct fwd_error *err);

/* Gives a package that is not signed yet these certificates, in place of those that it has. Their
 * size depends on what is in them. FWD_FAIL_REFUSED: the manifest would be too large. */
enum fwd_fail fwd_builder_certify(struct fwd_build *build,
    const struct fwd_certificate *certificates, uint8_t count, struct fwd_error *err);

/* NULL-safe for a zeroed struct. */
void fwd_builder_free(struct fwd_build *build);

/* The note that this tool writes by default: its version; xz: and that of liblzma. */
void fwd_builder_tool_note(bool xz, char out[FWD_BUILD_NOTE_SIZE]);

#endif
