#include "samples/firmware/common/sha256.h"

#include "samples/firmware/common/tables.h"

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void schedule(uint32_t w[64], const uint8_t block[64])
{
    for (int i = 0; i < 16; i++) {
        const uint8_t *p = block + 4 * i;

        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];

        w[i] = w[i - 16] + w[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
               (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

static void compress(struct sha256 *s)
{
    uint32_t w[64], v[8];

    schedule(w, s->block);
    for (int i = 0; i < 8; i++)
        v[i] = s->state[i];
    for (int i = 0; i < 64; i++) {
        uint32_t big1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t choose = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t t1 = v[7] + big1 + choose + table_sha256_round[i] + w[i];
        uint32_t big0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t major = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

        for (int k = 7; k > 0; k--)
            v[k] = v[k - 1];
        v[4] += t1;
        v[0] = t1 + big0 + major;
    }
    for (int i = 0; i < 8; i++)
        s->state[i] += v[i];
}

void sha256_start(struct sha256 *s)
{
    for (int i = 0; i < 8; i++)
        s->state[i] = table_sha256_start[i];
    s->size = 0;
}

void sha256_add(struct sha256 *s, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;

    while (size-- > 0) {
        s->block[s->size++ % 64] = *p++;
        if (s->size % 64 == 0)
            compress(s);
    }
}

void sha256_finish(struct sha256 *s, uint8_t digest[SHA256_SIZE])
{
    uint64_t bits = s->size * 8;
    uint8_t length[8];

    sha256_add(s, "\x80", 1);
    while (s->size % 64 != 56)
        sha256_add(s, "", 1);
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_add(s, length, sizeof length);
    for (int i = 0; i < SHA256_SIZE; i++)
        digest[i] = (uint8_t)(s->state[i / 4] >> (24 - 8 * (i % 4)));
}
