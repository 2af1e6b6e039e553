/* The codec `lite` (LITE.md): parameters, memory and state of its coder, which decodes on a device
 * and encodes on a host. The coder itself is in lite_coder.h. */
#ifndef FWD_VERIFY_LITE_LITE_H
#define FWD_VERIFY_LITE_LITE_H

#include "verify/codec.h"
#include "verify/refdelta/correction_cache.h"
#include "verify/refdelta/reference/ref.h"

#define FWD_LITE_VERSION     1u
#define FWD_LITE_PARAMS_SIZE 9u
/* Source and target; the map has shifts of 24 bits. */
#define FWD_LITE_IMAGE_MAX 0x7FFFFFu
#define FWD_LITE_HEAD      3u /* the size of the runs' stream, at the start of the section */

/* For what is done for each bit: also where size is asked for. */
#define FWD_LITE_HOT static inline __attribute__((always_inline))

/* What the arena begins with: LITE.md specifies these numbers, and the decoder checks that its
 * state fits. */
#define FWD_LITE_STATE   560u
#define FWD_LITE_VIEW    48u /* without the upper parts of addresses */
#define FWD_LITE_SEGMENT 16u
#define FWD_LITE_SLOT    3u /* bytes for each hashed context */
#define FWD_LITE_MAP     6u /* bytes of an interval: start and shift, 24 bits each */
#define FWD_LITE_RUN     12u

/* Contexts of a number: of its length, then of the bit below its highest, by length. */
#define FWD_LITE_LENGTHS 18u
#define FWD_LITE_LOWS    12u
#define FWD_LITE_NUMBER  (FWD_LITE_LENGTHS + FWD_LITE_LOWS)
#define FWD_LITE_CLASSES 4u
#define FWD_LITE_RUN_SET (FWD_LITE_LOWS + 2 * FWD_LITE_CLASSES * FWD_LITE_LENGTHS)

/* Contexts of the runs' stream. */
enum {
    FWD_LITE_RUN_NUMBERS = 0, /* gap, jump after a gap, jump, size */
    FWD_LITE_RUN_SIGN = FWD_LITE_RUN_NUMBERS + 4 * (int)FWD_LITE_RUN_SET, /* 2 */
    FWD_LITE_RUN_SAME = FWD_LITE_RUN_SIGN + 2,                            /* 4 x 2 x 4 */
    FWD_LITE_RUN_MAPPED = FWD_LITE_RUN_SAME + 32,                         /* 8 x 2 */
    FWD_LITE_RUN_CONTEXTS = FWD_LITE_RUN_MAPPED + 16
};

/* Contexts of the body. */
enum {
    FWD_LITE_SINCE = 0,                                    /* 26 x 4 */
    FWD_LITE_PLACE = FWD_LITE_SINCE + 104,                 /* 9 x 9 */
    FWD_LITE_SURE = FWD_LITE_PLACE + 81,                   /* types x 8 */
    FWD_LITE_CHANGE = FWD_LITE_SURE + FWD_REF_TYPES * 8,   /* types x 3 x 4 x 2 */
    FWD_LITE_OLD = FWD_LITE_CHANGE + FWD_REF_TYPES * 24,   /* types x 4 */
    FWD_LITE_POSSIBLE = FWD_LITE_OLD + FWD_REF_TYPES * 4,  /* types x 2 */
    FWD_LITE_SIGN = FWD_LITE_POSSIBLE + FWD_REF_TYPES * 2, /* 5 */
    FWD_LITE_REST = FWD_LITE_SIGN + 5,                     /* 16 */
    FWD_LITE_REPEAT = FWD_LITE_REST + 16,                  /* 2 */
    FWD_LITE_NUMBERS = FWD_LITE_REPEAT + 2, /* 5 distances, 1 of units, 2 of repeats */
    FWD_LITE_CONTEXTS = FWD_LITE_NUMBERS + 8 * (int)FWD_LITE_NUMBER
};

struct fwd_lite_params {
    uint8_t isa;
    uint8_t slots_log;   /* 2^this hashed contexts, 8..14 */
    uint8_t history_log; /* 2^this bytes of the last output, 6..12 */
    uint8_t horizon;     /* runs that are known at once, 2..64 */
    uint8_t corrections; /* entries of each of the two tables */
    uint8_t segments;    /* of both images together, 2..2 * FWD_SEGMENTS_MAX */
    uint16_t intervals;  /* of the map */
};

/* Where everything is in the arena: offsets, each a multiple of 4. */
struct fwd_lite_layout {
    uint32_t view, segments, moved, data, ring, runs, body, slots, checks, history, map;
    uint32_t end; /* the arena's size, a multiple of 16 */
};

/* Rules of an instruction set. */
struct fwd_lite_isa {
    uint8_t id;         /* FWD_ISA_* */
    uint8_t unit;       /* bytes of a copied unit that is no reference: 1, 2 or 4 */
    bool wide;          /* addresses have 64 bits */
    bool split;         /* addresses in two parts: registers are remembered */
    bool loads;         /* Thumb's loads of literals are expected in order */
    bool big;           /* words have their highest byte first */
    bool looks;         /* find leaves the size of a unit in view->unit */
    fwd_ref_find *find; /* NULL: no references */
    fwd_ref_read *read;
    fwd_ref_write *write;
    /* Fields of a first halfword with these upper bits: a bit for the lowest bit of each. NULL: of
     * four bits. */
    uint32_t (*fields)(uint32_t half);
    /* Does a longer instruction begin with this halfword? NULL: none does. */
    bool (*longer)(uint32_t half);
    /* fwd_thumb_plain() for this set; NULL: each unit is looked at by itself. */
    fwd_ref_plain *plain;
    /* Bytes of the instruction that begins with this byte; NULL: units have one size. */
    uint32_t (*length)(uint32_t first);
    /* A word that is a branch, with `by` added to where it leads; others as they are. NULL: none.
     */
    uint32_t (*move)(uint32_t word, uint32_t by);
    /* A reference of four bytes was written at `at`; NULL: nothing follows from it. */
    void (*wrote)(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at);
};

struct fwd_lite_run {
    uint32_t to, from, size;
};

#define FWD_LITE_SECTION_BUFFER 16u
#define FWD_LITE_SOURCE_BUFFER  64u
#define FWD_LITE_PIECE          16u /* bytes that are coded at once, at most */
#define FWD_LITE_CHUNK          128u

/* A stream that is read. */
struct fwd_lite_stream {
    uint32_t range, code;
    uint32_t at, end;       /* in the section; at may pass the end */
    uint32_t have_at, have; /* what the buffer holds */
    uint8_t buffer[FWD_LITE_SECTION_BUFFER];
};

struct fwd_lite {
    struct fwd_lite_params params;
    const struct fwd_lite_isa *isa;
    const struct fwd_decode_job *job;
    void *writer; /* of an encoder */
    enum fwd_reason failed;
    struct fwd_lite_stream runs_stream, body_stream, *stream;
    struct fwd_frames frames;
    struct fwd_ref_view *view;
    struct fwd_correction_cache moved, data;
    uint16_t *runs, *body, *slots; /* contexts: probability in 1/4096, times seen in bits 3..0 */
    uint8_t *checks, *map;
    uint8_t
        *history; /* ring of the last output, and after its end room for a piece that passes it */
    struct fwd_lite_run *ring;
    uint32_t source_size, target_size;
    /* runs */
    uint32_t left;             /* that are still to come */
    uint32_t run_to, run_from; /* ends of the run before */
    uint32_t run_size, run_gap, run_jump;
    int32_t recent[4];
    bool repeated, mapped;
    bool refers;             /* there may be references */
    uint8_t unit;            /* of isa */
    uint32_t known, current; /* runs read, and done */
    struct fwd_lite_run run; /* the current one */
    uint32_t intervals;      /* of the map */
    /* body */
    uint32_t at, gap, copying;
    uint32_t repeat, repeat_distance; /* bytes of a repetition that are left */
    uint32_t since; /* units as predicted in this run since the last that was not */
    uint32_t calm;  /* 1 + units as predicted before one that is not; 0: not known */
    uint32_t past;  /* outcomes of units, 1: missed */
    uint32_t literal_target;
    bool repeated_before;
    uint8_t ref_past[FWD_REF_TYPES];
    uint8_t *out;       /* the chunk that is made, in the ring */
    uint8_t used, room; /* bytes of it, and how many begin no other piece */
    uint8_t window[FWD_LITE_SOURCE_BUFFER];
};

/* FWD_OK; FWD_E_UNKNOWN_CODEC for another version; FWD_E_SECTION_CONTENT when they are malformed.
 */
FWD_MUST_USE enum fwd_reason fwd_lite_params_decode(
    const uint8_t *bytes, uint8_t size, struct fwd_lite_params *params);

void fwd_lite_layout(
    const struct fwd_lite_params *params, bool split, struct fwd_lite_layout *layout);

/* Divides the arena, whose first bytes are *z, and sets all to its start but the streams. */
void fwd_lite_divide(struct fwd_lite *z, const struct fwd_lite_params *params,
    const struct fwd_lite_isa *isa, const struct fwd_input *source, uint32_t target_size);

/* Contexts of the body and hashed ones start anew. */
void fwd_lite_reset(uint16_t *contexts, uint32_t count);

/* What starts at a cell (2 bytes) of the source moved by `shift`; so did what follows, up to the
 * next start. False: the map is full. */
bool fwd_lite_map_put(struct fwd_lite *z, uint32_t start, int32_t shift);
/* The target offset of a source offset; *confidence: FWD_LITE_FAR or _MAPPED. */
uint32_t fwd_lite_map_find(const struct fwd_lite *z, uint32_t offset, uint32_t *confidence);

/* How sure a mapped offset is. */
enum { FWD_LITE_FAR = 0, FWD_LITE_MAPPED = 2, FWD_LITE_RUN_ITSELF = 3 };

/* One of all instruction sets; NULL: there is none. */
const struct fwd_lite_isa *fwd_lite_isa_find(uint8_t id);

#endif
