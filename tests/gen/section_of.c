/* Prints the section that codec fwd makes for a pair, after its parameters; links neither OpenSSL
 * nor anything else that is hard to have for another machine.
 *
 *   section_of SOURCE TARGET [THREADS]
 *
 * Exit status: 0, 1 refused, 2 misuse, 3 a file cannot be read. */
#include "gen/package/section.h"
#include "hostio/host_file.h"

#include <stdio.h>
#include <stdlib.h>

static int fail(const struct fwd_error *err, int status)
{
    fprintf(stderr, "section_of: %s\n", err->text);
    return status;
}

int main(int argc, char **argv)
{
    struct fwd_bytes source = {NULL, 0}, target = {NULL, 0};
    struct fwd_section section;
    struct fwd_tuples runs = {0};
    struct fwd_error err;

    if (argc < 3) {
        fputs("usage: section_of SOURCE TARGET [THREADS]\n", stderr);
        return 2;
    }
    const struct fwd_section_options options = {
        .jobs = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1};
    if (fwd_file_read(argv[1], SIZE_MAX, &source, &err) != FWD_FAIL_NONE ||
        fwd_file_read(argv[2], SIZE_MAX, &target, &err) != FWD_FAIL_NONE)
        return fail(&err, 3);
    const struct fwd_pair pair = {
        source.data, target.data, (uint32_t)source.size, (uint32_t)target.size};
    if (fwd_section_fwd(&pair, &options, &section, &runs, &err) != FWD_FAIL_NONE)
        return fail(&err, 1);
    fwrite(section.params, 1, section.params_size, stdout);
    fwrite(section.bytes.data, 1, section.bytes.size, stdout);
    fwd_section_free(&section);
    fwd_tuples_free(&runs);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
    return fflush(stdout) == 0 ? 0 : 3;
}
