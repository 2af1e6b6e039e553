#include "verify/codec/xz_stream.h"

#include <string.h>

#define CODE_MAX  40u /* 4 GiB - 1 */
#define INDEX_MAX 32u

bool fwd_xz_dictionary(uint8_t code, uint32_t *size)
{
    if (code > CODE_MAX)
        return false;
    *size = code == CODE_MAX ? UINT32_MAX : (2u | (code & 1u)) << (code / 2u + 11u);
    return true;
}

bool fwd_xz_arena_add(uint8_t code, uint32_t *total)
{
    uint32_t dictionary;
    uint64_t sum;

    if (code == FWD_XZ_ABSENT)
        return true;
    if (!fwd_xz_dictionary(code, &dictionary))
        return false;
    sum = (uint64_t)*total + dictionary + FWD_XZ_MARGIN;
    if (sum > UINT32_MAX)
        return false;
    *total = (uint32_t)sum;
    return true;
}

void *fwd_xz_arena_take(struct fwd_xz_arena *arena, size_t size)
{
    uint32_t left = arena->size - arena->used;
    void *place = arena->bytes + arena->used;

    if (size > left)
        return NULL;
    /* rounding up may leave the arena by less than 16 bytes: then it is simply full */
    uint32_t rounded = ((uint32_t)size + 15u) & ~15u;
    arena->used += rounded < size || rounded > left ? left : rounded;
    return place;
}

static void *take_items(void *opaque, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return fwd_xz_arena_take(opaque, count * size);
}

static void give_back(void *opaque, void *place)
{
    (void)opaque;
    (void)place;
}

static enum fwd_reason refill(struct fwd_xz_stream *s)
{
    uint32_t left = s->end - s->at;
    uint32_t size = left < FWD_XZ_INPUT ? left : FWD_XZ_INPUT;
    enum fwd_reason reason = fwd_input_read(s->input, s->at, s->bytes, size);

    if (reason != FWD_OK)
        return reason;
    s->at += size;
    s->lzma.next_in = s->bytes;
    s->lzma.avail_in = size;
    return FWD_OK;
}

/* Bytes of the container, as they are. */
static enum fwd_reason read_raw(struct fwd_xz_stream *s, uint8_t *buf, size_t size)
{
    while (size > 0) {
        if (s->lzma.avail_in == 0) {
            if (s->at == s->end)
                return FWD_E_STREAM_INVALID;
            enum fwd_reason reason = refill(s);
            if (reason != FWD_OK)
                return reason;
        }
        size_t part = size < s->lzma.avail_in ? size : s->lzma.avail_in;
        memcpy(buf, s->lzma.next_in, part);
        s->lzma.next_in += part;
        s->lzma.avail_in -= part;
        buf += part;
        size -= part;
    }
    return FWD_OK;
}

static enum fwd_reason read_stream_header(struct fwd_xz_stream *s)
{
    uint8_t bytes[LZMA_STREAM_HEADER_SIZE];
    enum fwd_reason reason = read_raw(s, bytes, sizeof bytes);

    if (reason != FWD_OK)
        return reason;
    if (lzma_stream_header_decode(&s->flags, bytes) != LZMA_OK)
        return FWD_E_STREAM_INVALID;
    if (s->flags.check != LZMA_CHECK_NONE && s->flags.check != LZMA_CHECK_CRC32)
        return FWD_E_STREAM_INVALID;
    return FWD_OK;
}

/* The only filter must be LZMA2 with the dictionary that the arena was sized for: it is what
 * liblzma is about to allocate. */
static bool filters_allowed(const struct fwd_xz_stream *s)
{
    const lzma_options_lzma *options = s->filters[0].options;

    return s->filters[0].id == LZMA_FILTER_LZMA2 && s->filters[1].id == LZMA_VLI_UNKNOWN &&
           options->dict_size == s->dictionary;
}

static enum fwd_reason read_block_header(struct fwd_xz_stream *s)
{
    uint8_t bytes[LZMA_BLOCK_HEADER_SIZE_MAX];
    enum fwd_reason reason = read_raw(s, bytes, 1);

    if (reason != FWD_OK)
        return reason;
    if (bytes[0] == 0) /* the index: no block at all */
        return FWD_E_STREAM_INVALID;
    s->block.version = 1;
    s->block.check = s->flags.check;
    s->block.filters = s->filters;
    s->block.header_size = lzma_block_header_size_decode(bytes[0]);
    reason = read_raw(s, bytes + 1, s->block.header_size - 1);
    if (reason != FWD_OK)
        return reason;
    if (lzma_block_header_decode(&s->block, &s->allocator, bytes) != LZMA_OK)
        return FWD_E_STREAM_INVALID;
    return filters_allowed(s) ? FWD_OK : FWD_E_STREAM_INVALID;
}

enum fwd_reason fwd_xz_stream_open(struct fwd_xz_stream *s, const struct fwd_input *input,
    uint32_t offset, uint32_t size, uint8_t code, struct fwd_xz_arena *arena)
{
    static const lzma_stream initial = LZMA_STREAM_INIT;
    enum fwd_reason reason;

    memset(s, 0, sizeof *s);
    if (!fwd_xz_dictionary(code, &s->dictionary) || offset > input->size ||
        size > input->size - offset)
        return FWD_E_STREAM_INVALID;
    s->input = input;
    s->at = offset;
    s->end = offset + size;
    s->allocator = (lzma_allocator){.alloc = take_items, .free = give_back, .opaque = arena};
    s->lzma = initial;
    s->lzma.allocator = &s->allocator;
    reason = read_stream_header(s);
    if (reason == FWD_OK)
        reason = read_block_header(s);
    if (reason != FWD_OK)
        return reason;
    const uint8_t *next_in = s->lzma.next_in;
    size_t avail_in = s->lzma.avail_in;
    if (lzma_block_decoder(&s->lzma, &s->block) != LZMA_OK)
        return FWD_E_STREAM_INVALID;
    s->lzma.next_in = next_in;
    s->lzma.avail_in = avail_in;
    return FWD_OK;
}

enum fwd_reason fwd_xz_stream_read(struct fwd_xz_stream *s, void *buf, uint32_t size)
{
    s->lzma.next_out = buf;
    s->lzma.avail_out = size;
    while (s->lzma.avail_out > 0) {
        if (s->ended)
            return FWD_E_STREAM_INVALID;
        if (s->lzma.avail_in == 0 && s->at < s->end) {
            enum fwd_reason reason = refill(s);
            if (reason != FWD_OK)
                return reason;
        }
        /* LZMA_BUF_ERROR ends this loop on a truncated stream: the second call without input
         * makes no progress */
        lzma_ret result = lzma_code(&s->lzma, LZMA_RUN);
        if (result != LZMA_OK && result != LZMA_STREAM_END)
            return FWD_E_STREAM_INVALID;
        s->ended = result == LZMA_STREAM_END;
    }
    return FWD_OK;
}

/* Lets the decoder reach the end of its block; it must not have another byte. */
static enum fwd_reason end_block(struct fwd_xz_stream *s)
{
    uint8_t surplus;

    if (s->ended)
        return FWD_OK;
    enum fwd_reason reason = fwd_xz_stream_read(s, &surplus, 1);
    if (reason == FWD_OK)
        return FWD_E_STREAM_INVALID;
    return s->ended ? FWD_OK : reason;
}

/* The xz format leaves one way to write the index of one block; it is written here. */
static size_t build_index(const lzma_block *block, uint8_t out[INDEX_MAX])
{
    lzma_vli unpadded = lzma_block_unpadded_size(block);
    size_t size = 2;

    memset(out, 0, INDEX_MAX);
    out[1] = 1; /* records */
    if (unpadded == 0 || lzma_vli_encode(unpadded, NULL, out, &size, INDEX_MAX) != LZMA_OK ||
        lzma_vli_encode(block->uncompressed_size, NULL, out, &size, INDEX_MAX) != LZMA_OK)
        return 0;
    size = (size + 3u) & ~(size_t)3u;
    uint32_t crc = lzma_crc32(out, size, 0);
    for (unsigned i = 0; i < 4; i++)
        out[size++] = (uint8_t)(crc >> (8 * i));
    return size;
}

static enum fwd_reason read_index(struct fwd_xz_stream *s, size_t *size)
{
    uint8_t expected[INDEX_MAX], found[INDEX_MAX];
    enum fwd_reason reason;

    *size = build_index(&s->block, expected);
    if (*size == 0)
        return FWD_E_STREAM_INVALID;
    reason = read_raw(s, found, *size);
    if (reason != FWD_OK)
        return reason;
    return memcmp(expected, found, *size) == 0 ? FWD_OK : FWD_E_STREAM_INVALID;
}

static enum fwd_reason read_footer(struct fwd_xz_stream *s, size_t index_size)
{
    uint8_t bytes[LZMA_STREAM_HEADER_SIZE];
    lzma_stream_flags footer;
    enum fwd_reason reason = read_raw(s, bytes, sizeof bytes);

    if (reason != FWD_OK)
        return reason;
    if (lzma_stream_footer_decode(&footer, bytes) != LZMA_OK ||
        lzma_stream_flags_compare(&s->flags, &footer) != LZMA_OK ||
        footer.backward_size != index_size)
        return FWD_E_STREAM_INVALID;
    return FWD_OK;
}

enum fwd_reason fwd_xz_stream_finish(struct fwd_xz_stream *s)
{
    size_t index_size;
    enum fwd_reason reason = end_block(s);

    if (reason == FWD_OK)
        reason = read_index(s, &index_size);
    if (reason == FWD_OK)
        reason = read_footer(s, index_size);
    if (reason != FWD_OK)
        return reason;
    return s->at == s->end && s->lzma.avail_in == 0 ? FWD_OK : FWD_E_STREAM_INVALID;
}
