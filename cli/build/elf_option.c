#include "cli/build/elf_option.h"

#include "cli/common/delta_option.h"
#include "gen/image/elf_hints.h"

#include <stdlib.h>
#include <string.h>

#define ELF_MAX (1u << 30)

static enum fwd_fail read_place(const char *path, const struct fwd_bytes *image,
    struct fwd_elf_place *place, struct fwd_error *err)
{
    struct fwd_bytes elf;
    enum fwd_fail fail = fwd_file_read_as("an ELF file", path, ELF_MAX, &elf, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_elf_hints_find(path, &elf, image->data, (uint32_t)image->size, place, err);
    fwd_bytes_free(&elf);
    return fail;
}

/* new_path NULL: the new image lies where the old one does. */
static enum fwd_fail read_places(const char *old_path, const char *new_path,
    const struct fwd_build_part *part, struct fwd_hints *hints, struct fwd_error *err)
{
    struct fwd_elf_place from, to;
    enum fwd_fail fail = read_place(old_path, &part->source, &from, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    to = from;
    if (new_path != NULL)
        fail = read_place(new_path, &part->target, &to, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (from.has_isa && to.has_isa && from.isa != to.isa)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "--elf: %s holds %s code, but %s holds %s code: expected the same in both", old_path,
            fwd_delta_isa_name(from.isa), new_path, fwd_delta_isa_name(to.isa));
    hints->has_base = true;
    hints->source_base = from.base;
    hints->target_base = to.base;
    if (!hints->has_isa && (from.has_isa || to.has_isa)) {
        hints->has_isa = true;
        hints->isa = from.has_isa ? from.isa : to.isa;
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_elf_option_read(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "elf");
    if (text == NULL)
        return FWD_FAIL_NONE;
    if (fwd_args_has(args, "base"))
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--base and --elf exclude each other");
    if (spec->part_count != 1 || spec->parts[0].source.size == 0)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--elf is for a delta of one component: expected OLD and NEW");
    char *paths = strdup(text);
    if (paths == NULL)
        return fwd_error_memory(err, "--elf");
    char *comma = strchr(paths, ',');
    if (comma != NULL)
        *comma = 0;
    enum fwd_fail fail;
    if (paths[0] == 0 || (comma != NULL && comma[1] == 0))
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "--elf: expected OLD.elf, or OLD.elf,NEW.elf, found '%s'", text);
    else
        fail = read_places(
            paths, comma != NULL ? comma + 1 : NULL, &spec->parts[0], &spec->hints, err);
    free(paths);
    return fail;
}
