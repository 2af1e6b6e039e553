/* Takes the only component out of a package, for count.c: its parameters, then its section.
 *
 *   count_input PACKAGE > FILE
 *
 * Exit status: 0; 2 misuse; 3 the package is not as needed. */
#include "bench/m4/count.h"
#include "format/manifest.h"
#include "keys/signing/signed_package.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX (256u << 20)

static bool take(const char *name, const struct fwd_bytes *file, struct fwd_error *err)
{
    struct fwd_signed_package package;
    struct fwd_manifest manifest;

    if (fwd_signed_package_open(name, file->data, file->size, &package, err) != FWD_FAIL_NONE)
        return false;
    if (fwd_manifest_decode(package.signed_bytes + FWD_HEADER_SIZE,
            package.signed_size - FWD_HEADER_SIZE, package.header.payload_size,
            &manifest) != FWD_OK ||
        manifest.component_count != 1 || manifest.sections != FWD_OK ||
        manifest.components[0].codec_params_size > FWD_COUNT_PARAMS) {
        fwd_error_set(err, "%s: expected a manifest with one component", name);
        return false;
    }
    const struct fwd_component *c = &manifest.components[0];
    struct fwd_count_head head = {.codec = c->codec,
        .source_size = c->source.size,
        .target_size = c->target.size,
        .section_size = c->section_size,
        .params_size = c->codec_params_size};
    if (head.params_size > 0)
        memcpy(head.params, c->codec_params, head.params_size);
    fwrite(&head, sizeof head, 1, stdout);
    fwrite(package.payload + c->section_offset, 1, c->section_size, stdout);
    if (fflush(stdout) == 0)
        return true;
    fwd_error_set(err, "standard output: cannot be written");
    return false;
}

int main(int argc, char **argv)
{
    struct fwd_bytes file = {0};
    struct fwd_error err = {{0}};

    if (argc != 2) {
        fputs("usage: count_input PACKAGE > FILE\n", stderr);
        return 2;
    }
    bool ok = fwd_file_read(argv[1], FILE_MAX, &file, &err) == FWD_FAIL_NONE &&
              take(argv[1], &file, &err);
    if (!ok)
        fprintf(stderr, "count_input: %s\n", err.text);
    fwd_bytes_free(&file);
    return ok ? 0 : 3;
}
