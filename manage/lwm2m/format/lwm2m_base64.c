#include "manage/lwm2m/format/lwm2m_base64.h"

static int digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool fwd_lwm2m_base64_decode(const uint8_t *text, size_t size, uint8_t *out, size_t *out_size)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t count = 0;

    while (size > 0 && text[size - 1] == '=')
        size--;
    for (size_t i = 0; i < size; i++) {
        int d = digit(text[i]);
        if (d < 0)
            return false;
        bits = (bits << 6 | (uint32_t)d) & 0xFFFFFu;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[count++] = (uint8_t)(bits >> have);
        }
    }
    *out_size = count;
    return have < 6; /* a single left-over digit says nothing */
}

void fwd_lwm2m_base64_encode(const uint8_t *bytes, size_t size, char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t bits = 0;
    unsigned have = 0;

    for (size_t i = 0; i < size; i++) {
        bits = (bits << 8 | bytes[i]) & 0xFFFFFu;
        for (have += 8; have >= 6; have -= 6)
            *text++ = digits[bits >> (have - 6) & 63];
    }
    if (have > 0)
        *text++ = digits[bits << (6 - have) & 63];
    *text = '\0';
}
