#include "gen/package/section.h"

#include "format/cursor.h"
#include "gen/package/xz_encode.h"
#include "verify/codec/xz_stream.h"

#include <stdlib.h>
#include <string.h>

#define STORED_ARENA 4096u
#define TUPLE_MAX    15u /* three varints */

enum { CONTROL, DIFF, EXTRA, STREAMS };

void fwd_section_free(struct fwd_section *section)
{
    fwd_bytes_free(&section->bytes);
    *section = (struct fwd_section){0};
}

static enum fwd_fail refuse_memory(uint32_t arena_max, const char *codec, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "codec %s does not fit the decoder memory of %u bytes: use another codec or allow more",
        codec, (unsigned)arena_max);
}

enum fwd_fail fwd_section_stored(const struct fwd_pair *pair,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_error *err)
{
    *section = (struct fwd_section){.codec = FWD_CODEC_STORED, .arena_size = STORED_ARENA};
    if (options->arena_max < STORED_ARENA)
        return refuse_memory(options->arena_max, "stored", err);
    section->stopped = fwd_size_limit_passed(options->limit, pair->target_size);
    if (section->stopped)
        return FWD_FAIL_NONE;
    section->bytes.data = malloc(pair->target_size);
    if (section->bytes.data == NULL)
        return fwd_error_memory(err, "the stored image");
    memcpy(section->bytes.data, pair->target, pair->target_size);
    section->bytes.size = pair->target_size;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_section_xz(const struct fwd_pair *pair, const struct fwd_section_options *options,
    struct fwd_section *section, struct fwd_error *err)
{
    struct fwd_xz_task task = {.bytes = pair->target,
        .size = pair->target_size,
        .content = FWD_XZ_CODE,
        .code = fwd_xz_code_for(pair->target_size)};

    *section = (struct fwd_section){.codec = FWD_CODEC_XZ, .params_size = 1};
    if (!fwd_xz_fit(&task, 1, options->arena_max))
        return refuse_memory(options->arena_max, "xz", err);
    const struct fwd_xz_options xz = {options->jobs, options->progress, options->limit};
    enum fwd_fail fail = fwd_xz_encode(&task, 1, &xz, &section->stopped, err);
    section->bytes = task.out;
    section->params[0] = task.code;
    (void)fwd_xz_arena_add(task.code, &section->arena_size);
    if (fail != FWD_FAIL_NONE)
        fwd_section_free(section);
    return fail;
}

/* The three streams before compression, in one piece of memory. */
struct streams {
    uint8_t *bytes;
    struct fwd_xz_task tasks[STREAMS];
};

static uint32_t write_control(const struct fwd_tuples *tuples, uint8_t *out, size_t room)
{
    struct fwd_writer w = fwd_writer_over(out, room);

    for (size_t i = 0; i < tuples->count; i++) {
        fwd_write_varint(&w, tuples->list[i].diff);
        fwd_write_varint(&w, tuples->list[i].extra);
        fwd_write_varint(&w, fwd_zigzag(tuples->list[i].seek));
    }
    return (uint32_t)w.at;
}

static bool lay_out(
    const struct fwd_pair *pair, const struct fwd_tuples *tuples, struct streams *streams)
{
    uint32_t diff, extra;
    size_t control = write_control(tuples, NULL, tuples->count * TUPLE_MAX);

    fwd_tuples_sum(tuples, &diff, &extra);
    streams->bytes = malloc((size_t)diff + extra + control + 1);
    if (streams->bytes == NULL)
        return false;
    uint8_t *at[STREAMS] = {
        streams->bytes, streams->bytes + control, streams->bytes + control + diff};
    write_control(tuples, at[CONTROL], control);
    fwd_tuples_split(tuples, pair, at[DIFF], at[EXTRA]);
    const uint32_t sizes[STREAMS] = {(uint32_t)control, diff, extra};
    const enum fwd_xz_content contents[STREAMS] = {FWD_XZ_CONTROL, FWD_XZ_DIFFERENCE, FWD_XZ_CODE};
    for (unsigned i = 0; i < STREAMS; i++)
        streams->tasks[i] = (struct fwd_xz_task){.bytes = at[i],
            .size = sizes[i],
            .content = contents[i],
            .code = fwd_xz_code_for(sizes[i])};
    return true;
}

/* Joins the compressed streams; the codec parameters say where each begins. */
static enum fwd_fail join(
    const struct fwd_xz_task *const *by_stream, struct fwd_section *section, struct fwd_error *err)
{
    struct fwd_writer params = fwd_writer_over(section->params, sizeof section->params);
    uint64_t total = 0;

    for (unsigned i = 0; i < STREAMS; i++)
        total += by_stream[i] != NULL ? by_stream[i]->out.size : 0;
    if (total > UINT32_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "the delta is larger than 4 GiB: use --full");
    section->bytes.data = malloc((size_t)total);
    if (section->bytes.data == NULL)
        return fwd_error_memory(err, "the delta");
    for (unsigned i = 0; i < STREAMS; i++) {
        size_t size = by_stream[i] != NULL ? by_stream[i]->out.size : 0;
        if (size > 0)
            memcpy(section->bytes.data + section->bytes.size, by_stream[i]->out.data, size);
        section->bytes.size += size;
        if (i != EXTRA)
            fwd_write_le32(&params, (uint32_t)size);
    }
    for (unsigned i = 0; i < STREAMS; i++) {
        uint8_t code = by_stream[i] != NULL ? by_stream[i]->code : FWD_XZ_ABSENT;
        fwd_write_u8(&params, code);
        (void)fwd_xz_arena_add(code, &section->arena_size);
    }
    section->params_size = (uint8_t)params.at;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_section_bsdiff_xz_room(
    const struct fwd_section_options *options, struct fwd_error *err)
{
    /* control, and differences or literals */
    struct fwd_xz_task least[2] = {{.size = 1}, {.size = 1}};

    return fwd_xz_fit(least, 2, options->arena_max)
               ? FWD_FAIL_NONE
               : refuse_memory(options->arena_max, "bsdiff-xz", err);
}

enum fwd_fail fwd_section_bsdiff_xz(const struct fwd_pair *pair, const struct fwd_tuples *tuples,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_error *err)
{
    struct streams streams = {0};
    struct fwd_xz_task present[STREAMS] = {{0}};
    const struct fwd_xz_task *by_stream[STREAMS] = {NULL};
    size_t count = 0;
    enum fwd_fail fail;

    *section = (struct fwd_section){.codec = FWD_CODEC_BSDIFF_XZ};
    if (!lay_out(pair, tuples, &streams))
        return fwd_error_memory(err, "the delta's streams");
    for (unsigned i = 0; i < STREAMS; i++) {
        if (streams.tasks[i].size == 0)
            continue;
        present[count] = streams.tasks[i];
        by_stream[i] = &present[count++];
    }
    if (!fwd_xz_fit(present, count, options->arena_max)) {
        fail = refuse_memory(options->arena_max, "bsdiff-xz", err);
        goto out;
    }
    const struct fwd_xz_options xz = {options->jobs, options->progress, options->limit};
    fail = fwd_xz_encode(present, count, &xz, &section->stopped, err);
    if (fail == FWD_FAIL_NONE && !section->stopped)
        fail = join(by_stream, section, err);
out:
    for (size_t i = 0; i < count; i++)
        fwd_bytes_free(&present[i].out);
    free(streams.bytes);
    if (fail != FWD_FAIL_NONE)
        fwd_section_free(section);
    return fail;
}
