/* Writes the package vectors of tests/vectors/ and the images that they belong to.
 *
 * usage: make_vectors FOLDER; files there are replaced. */
#include "tests/vectors/vector_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void apply(void (*step)(struct vector_draft *), struct vector_draft *draft)
{
    if (step != NULL && !draft->failed)
        step(draft);
}

static void make(const struct vector_case *vector, struct vector_draft *draft)
{
    memset(draft, 0, sizeof *draft);
    draft->header = (struct fwd_header){
        .kind = FWD_KIND_DELTA, .major = FWD_FORMAT_MAJOR, .minor = FWD_FORMAT_MINOR};
    draft->signer_count = 1;
    apply(vector->begin, draft);
    apply(vector->values, draft);
    vector_encode(draft);
    apply(vector->manifest, draft);
    vector_sign(draft);
    apply(vector->signature, draft);
    vector_assemble(draft);
    apply(vector->package, draft);
}

static enum fwd_fail put(const char *folder, const char *file, const char *suffix,
    const uint8_t *bytes, size_t size, struct fwd_error *err)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s%s", folder, file, suffix);
    return fwd_file_write_atomic(path, bytes, size, 0644, true, err);
}

static enum fwd_fail write_images(const char *folder, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (int i = 0; i < VECTOR_IMAGES && fail == FWD_FAIL_NONE; i++) {
        const struct vector_image *image = vector_image((enum vector_image_id)i);
        fail = put(folder, image->name, "", image->bytes, image->size, err);
    }
    return fail;
}

static enum fwd_fail write_cases(
    const char *folder, const struct vector_case *cases, struct fwd_error *err)
{
    static struct vector_draft draft;
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (; cases->name != NULL && fail == FWD_FAIL_NONE; cases++) {
        make(cases, &draft);
        if (draft.failed)
            return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s cannot be made", cases->name);
        fail = put(folder, cases->name, ".upd", draft.package, draft.package_size, err);
    }
    return fail;
}

static enum fwd_fail write_all(const char *folder, struct fwd_error *err)
{
    static const struct vector_case *const lists[] = {
        vector_package_cases, vector_manifest_cases, vector_payload_cases};
    enum fwd_fail fail = write_images(folder, err);

    for (size_t i = 0; i < sizeof lists / sizeof *lists && fail == FWD_FAIL_NONE; i++)
        fail = write_cases(folder, lists[i], err);
    return fail;
}

int main(int argc, char **argv)
{
    struct fwd_error err = {""};
    enum fwd_fail fail;

    if (argc != 2) {
        (void)fprintf(stderr, "usage: make_vectors FOLDER\n");
        return 2;
    }
    fail = vector_begin(FWD_SOURCE_DIR "/tests/cli", &err);
    if (fail == FWD_FAIL_NONE)
        fail = write_all(argv[1], &err);
    vector_end();
    if (fail != FWD_FAIL_NONE)
        (void)fprintf(stderr, "make_vectors: %s\n", err.text);
    return fail == FWD_FAIL_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
