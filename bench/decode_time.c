/* Times the decoder that devices run, in memory: no flash, no digest, no signature.
 *
 *   decode_time PACKAGE SOURCE TARGET [SECONDS]
 *
 * For packages of one component. Decodes once and compares with TARGET, then again until SECONDS of
 * CPU time (default 0.3) are used, and prints "CPU-SECONDS ARENA-BYTES" of one decoding: the
 * fastest one, which is least disturbed by what else the machine does. Exit status: 0; 1 when the
 * result is not TARGET; 2 misuse; 3 a file or memory is not as needed. */
#include "format/manifest.h"
#include "gen/memory_input.h"
#include "gen/package/decoders.h"
#include "keys/signing/signed_package.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALIGNMENT 16u
#define FILE_MAX  (256u << 20)

struct subject {
    struct fwd_bytes files[3]; /* package, source, target */
    struct fwd_manifest manifest;
    const struct fwd_codec *codec;
    struct fwd_decode_job job;
};

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Is the next piece what is at `done` of the target? NULL: nobody asks. */
static bool is_next(const struct fwd_bytes *target, size_t done, const struct fwd_chunk *chunk)
{
    return target == NULL || (chunk->size <= target->size - done &&
                                 memcmp(target->data + done, chunk->bytes, chunk->size) == 0);
}

/* Decodes all of it. */
static bool decode(const struct subject *s, const struct fwd_bytes *target)
{
    struct fwd_chunk chunk = {0};
    void *state = NULL;
    size_t done = 0;
    enum fwd_reason reason = s->codec->open(&s->job, &state);

    while (
        reason == FWD_OK && (reason = s->codec->next(state, &chunk)) == FWD_OK && chunk.size > 0) {
        if (!is_next(target, done, &chunk))
            break;
        done += chunk.size;
    }
    if (state != NULL && s->codec->close != NULL)
        s->codec->close(state);
    return reason == FWD_OK && done == s->files[2].size;
}

/* Fills the job for the package's only component. */
static bool prepare(struct subject *s, const char *name, struct fwd_error *err)
{
    struct fwd_signed_package package;
    if (fwd_signed_package_open(name, s->files[0].data, s->files[0].size, &package, err) !=
        FWD_FAIL_NONE)
        return false;
    const uint8_t *manifest = package.signed_bytes + FWD_HEADER_SIZE;
    if (fwd_manifest_decode(manifest, package.signed_size - FWD_HEADER_SIZE,
            package.header.payload_size, &s->manifest) != FWD_OK ||
        s->manifest.component_count != 1 || s->manifest.sections != FWD_OK) {
        fwd_error_set(err, "%s: expected a manifest with one component", name);
        return false;
    }
    const struct fwd_component *c = &s->manifest.components[0];
    uint32_t arena = 0;
    s->codec = fwd_codec_find(fwd_decoders, fwd_decoders_count, c->codec);
    if (s->codec == NULL || s->codec->arena(c, &arena) != FWD_OK) {
        fwd_error_set(err, "%s: its codec or the codec's parameters are not known", name);
        return false;
    }
    s->job = (struct fwd_decode_job){.component = c,
        .section = fwd_memory_input(package.payload + c->section_offset, c->section_size),
        .source = fwd_memory_input(s->files[1].data, (uint32_t)s->files[1].size),
        .arena = aligned_alloc(ALIGNMENT, (arena / ALIGNMENT + 1) * ALIGNMENT),
        .arena_size = arena};
    if (s->job.arena == NULL)
        fwd_error_set(err, "%s: there is not enough memory for its decoder", name);
    return s->job.arena != NULL;
}

static double fastest(const struct subject *s, double limit)
{
    double best = 1e9;
    double begin = cpu_seconds();
    double now = begin;

    do {
        double before = now;
        if (!decode(s, NULL))
            return -1;
        now = cpu_seconds();
        best = now - before < best ? now - before : best;
    } while (now - begin < limit);
    return best;
}

static int run(struct subject *s, char **argv, double limit, struct fwd_error *err)
{
    for (int i = 0; i < 3; i++)
        if (fwd_file_read(argv[1 + i], FILE_MAX, &s->files[i], err) != FWD_FAIL_NONE)
            return 3;
    if (!prepare(s, argv[1], err))
        return 3;
    if (!decode(s, &s->files[2])) {
        fwd_error_set(err, "%s: does not become %s", argv[1], argv[3]);
        return 1;
    }
    printf("%.6f %u\n", fastest(s, limit), (unsigned)s->job.arena_size);
    return 0;
}

int main(int argc, char **argv)
{
    static struct subject subject;
    struct fwd_error err = {{0}};

    if (argc < 4 || argc > 5) {
        fputs("usage: decode_time PACKAGE SOURCE TARGET [SECONDS]\n", stderr);
        return 2;
    }
    int status = run(&subject, argv, argc == 5 ? strtod(argv[4], NULL) : 0.3, &err);
    if (status != 0)
        fprintf(stderr, "decode_time: %s\n", err.text);
    free(subject.job.arena);
    for (int i = 0; i < 3; i++)
        fwd_bytes_free(&subject.files[i]);
    return status;
}
