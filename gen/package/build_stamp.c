#include "gen/package/build_stamp.h"

#include <string.h>

#define TRIES     64u
#define TIME_SIZE 8u  /* hh:mm:ss */
#define NOTE_HEAD 16u /* three words and the name "GNU" with its zero */
#define ID_MAX    32u

static bool two_digits(const uint8_t *text, uint8_t tens)
{
    return text[0] >= '0' && text[0] < '0' + tens && text[1] >= '0' && text[1] <= '9';
}

static bool digit_at(const struct fwd_pair *pair, uint32_t at)
{
    return at < pair->target_size && pair->target[at] >= '0' && pair->target[at] <= '9';
}

static uint32_t time_at(const struct fwd_pair *pair, uint32_t at)
{
    const uint8_t *text = pair->target + at;

    if (pair->target_size - at < TIME_SIZE || text[2] != ':' || text[5] != ':' ||
        !two_digits(text, 3) || !two_digits(text + 3, 6) || !two_digits(text + 6, 6) ||
        digit_at(pair, at + TIME_SIZE) || (at > 0 && digit_at(pair, at - 1)))
        return 0;
    return TIME_SIZE;
}

/* A note of type 3 with the name GNU: sizes of name and id, type, name, id. */
static uint32_t id_at(const struct fwd_pair *pair, uint32_t at)
{
    static const uint8_t name_size[4] = {4}, rest[8] = {3, 0, 0, 0, 'G', 'N', 'U', 0};
    const uint8_t *note = pair->target + at;

    if (pair->target_size - at < NOTE_HEAD || memcmp(note, name_size, 4) != 0 ||
        memcmp(note + 8, rest, 8) != 0 || (note[5] | note[6] | note[7]) != 0 || note[4] < 8 ||
        note[4] > ID_MAX || pair->target_size - at - NOTE_HEAD < note[4])
        return 0;
    return note[4];
}

static bool in_source(const struct fwd_pair *pair, uint32_t at, uint32_t size)
{
    const uint8_t *next = pair->source, *end = pair->source + pair->source_size;

    while ((size_t)(end - next) >= size) {
        next = memchr(next, pair->target[at], (size_t)(end - next) - size + 1);
        if (next == NULL)
            return false;
        if (memcmp(next, pair->target + at, size) == 0)
            return true;
        next++;
    }
    return false;
}

struct fwd_stamp fwd_stamp_find(const struct fwd_pair *pair)
{
    unsigned tries = 0;

    for (uint32_t at = 0; at < pair->target_size && tries < TRIES; at++) {
        struct fwd_stamp stamp = {FWD_STAMP_TIME, at, time_at(pair, at)};
        if (stamp.size == 0) {
            stamp = (struct fwd_stamp){FWD_STAMP_ID, at + NOTE_HEAD, id_at(pair, at)};
        }
        if (stamp.size == 0)
            continue;
        if (!in_source(pair, stamp.at, stamp.size))
            return stamp;
        tries++;
    }
    return (struct fwd_stamp){FWD_STAMP_NONE, 0, 0};
}
