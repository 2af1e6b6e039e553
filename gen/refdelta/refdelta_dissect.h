/* What a `fwd` section (SPEC.md section 6.4) tells without the source: its copies, and where the
 * images lie. Nothing needs to be trusted before. */
#ifndef FWD_GEN_REFDELTA_REFDELTA_DISSECT_H
#define FWD_GEN_REFDELTA_REFDELTA_DISSECT_H

#include "gen/refdelta/parse_runs.h"
#include "verify/codec.h"
#include "verify/refdelta/refdelta_params.h"

/* Bytes of the size of the runs' stream, with which a section begins. */
#define FWD_DISSECT_HEAD 4u
/* More copies are not looked at: an honest stream is far below. */
#define FWD_DISSECT_RUNS_MAX 0x1000000u

/* Classes of copies by size: 1..7, 8..15, 16..31, ... bytes; the last has no upper end. */
#define FWD_DISSECT_CLASSES 14u
/* The smallest size of a class. */
uint32_t fwd_refdelta_dissect_class_least(uint32_t index);

struct fwd_refdelta_dissection {
    struct fwd_delta_params params;
    uint32_t arena;                /* bytes of memory that the decoder needs */
    uint32_t runs_size, body_size; /* bytes of the two streams */
    struct fwd_frames frames;      /* points into segments: not to be copied */
    struct fwd_segment segments[2 * FWD_SEGMENTS_MAX];
    uint32_t copies;          /* all that the stream has */
    uint32_t copied, literal; /* bytes of the target */
    uint32_t mapped;          /* copies that are in the map */
    uint32_t classes[FWD_DISSECT_CLASSES];
};

/* The sizes of the two streams of a section. False: they contradict its size. */
bool fwd_refdelta_dissect_streams(
    const uint8_t *section, uint32_t size, uint32_t *runs_size, uint32_t *body_size);

/* section: component->section_size bytes. runs: the copies, to be freed by the caller; NULL: only
 * counted. FWD_OK, FWD_E_UNKNOWN_CODEC (another version of the stream), FWD_E_SECTION_CONTENT,
 * FWD_E_STREAM_INVALID, FWD_E_DECODER_MEMORY (no memory here for the runs). */
FWD_MUST_USE enum fwd_reason fwd_refdelta_dissect(const struct fwd_component *component,
    const uint8_t *section, struct fwd_refdelta_dissection *dissection,
    struct fwd_runs_found *runs);

#endif
