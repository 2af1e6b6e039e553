#include "gen/isa/isa_host.h"

static const struct fwd_ref_text texts[FWD_REF_TYPES] = {FWD_HOST_WORD_TEXTS};

const struct fwd_isa_host fwd_host_none = {
    .isa = &fwd_isa_none, .name = "none", .title = "none", .texts = texts};
