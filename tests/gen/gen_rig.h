/* Images that look like firmware, and a decoder's run, for the tests of gen/ and the codecs. */
#ifndef FWD_TESTS_GEN_GEN_RIG_H
#define FWD_TESTS_GEN_GEN_RIG_H

#include "gen/package/section.h"
#include "verify/codec.h"

enum rig_content { RIG_ZEROS, RIG_RANDOM, RIG_FIRMWARE };

/* The same bytes for the same arguments. The caller frees. */
struct fwd_bytes rig_image(enum rig_content content, size_t size, uint32_t seed);

/* A later release: parts moved by an insertion, operands changed, a new part at the end, cropped or
 * filled to size. */
struct fwd_bytes rig_release(const struct fwd_bytes *image, size_t size, uint32_t seed);

struct fwd_pair rig_pair(const struct fwd_bytes *source, const struct fwd_bytes *target);

/* Pairs of all shapes, for loop tests. */
struct rig_case {
    const char *name;
    enum rig_content content;
    size_t source_size, target_size;
    bool related; /* the target is a release of the source, otherwise an image of its own */
};
extern const struct rig_case rig_cases[];
extern const int rig_case_count;
struct fwd_bytes rig_case_source(const struct rig_case *c);
struct fwd_bytes rig_case_target(const struct rig_case *c, const struct fwd_bytes *source);

/* The component that a section belongs to, with arena_size by the codec's formula. */
struct fwd_component rig_component(const struct fwd_section *section, const struct fwd_pair *pair);

/* What a decoder is given; a reader may be told to fail. */
struct rig_run {
    const struct fwd_codec *codec;
    const struct fwd_component *component;
    const struct fwd_bytes *section;
    const struct fwd_pair *pair;
    uint32_t arena_size;
    enum fwd_reason section_fails; /* what reads of the section give, from the byte fails_from on */
    enum fwd_reason source_fails;
    uint32_t fails_from;
};

/* Decodes to the end in buffers of exactly the sizes given, so that a memory checker sees every
 * byte beyond. *out: what came before the end or the refusal; the caller frees. */
enum fwd_reason rig_decode(const struct rig_run *run, struct fwd_bytes *out);

#endif
