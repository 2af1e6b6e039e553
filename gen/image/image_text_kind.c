/* Text is never a firmware image; which kind it is tells what went wrong. */
#include "gen/image/image_internal.h"

#include <string.h>

#define GIVE "give the image itself"

/* What stands in a text file and in no text: other controls than white space, backspace, escape. */
static bool is_control(uint8_t c)
{
    return (c < 0x20 && (c < 8 || c > 13) && c != 0x1A && c != 0x1B) || c == 0x7F;
}

/* Most of a text is ASCII, in any of the usual codings of one byte or UTF-8. */
static bool is_text(const uint8_t *data, size_t size)
{
    size_t high = 0;

    for (size_t i = 0; i < size; i++) {
        if (is_control(data[i]))
            return false;
        high += data[i] >= 0x80;
    }
    return high <= size / 2;
}

/* With a byte order mark, as Windows tools write it. */
static bool is_utf16(const uint8_t *data, size_t size)
{
    if (size < 8 || size % 2 != 0)
        return false;
    bool big = data[0] == 0xFE && data[1] == 0xFF;
    size_t plain = 0;

    if (!big && (data[0] != 0xFF || data[1] != 0xFE))
        return false;
    for (size_t i = 2; i < size; i += 2) {
        uint8_t high = data[i + (big ? 0 : 1)], low = data[i + (big ? 1 : 0)];
        if (high == 0 && is_control(low))
            return false;
        plain += high == 0;
    }
    return plain >= size / 4;
}

static bool in_set(uint8_t c, const char *more)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '\n' || c == '\r' || (c != 0 && strchr(more, c) != NULL);
}

static bool is_base64(const uint8_t *at, const uint8_t *end)
{
    size_t size = (size_t)(end - at);
    size_t digits = 0;

    for (size_t i = 0; i < size; i++) {
        if (!in_set(at[i], "+/-_="))
            return false;
        digits += in_set(at[i], "+/-_=") && at[i] != '\n' && at[i] != '\r';
    }
    return digits >= 64;
}

static bool is_hex_digits(const uint8_t *at, const uint8_t *end)
{
    for (; at < end; at++) {
        uint8_t c = *at;
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') ||
                c == ' ' || c == ':' || c == '\n' || c == '\r' || c == '\t' || c == ',' ||
                c == 'x' || c == 'X'))
            return false;
    }
    return true;
}

/* By how a text begins. */
static const struct {
    const char *begin;
    const char *what, *advice;
} beginnings[] = {
    {"version https://git-lfs.github.com/spec/", "a pointer of Git LFS",
        "fetch the file itself with 'git lfs pull'"},
    {"version https://hawser.github.com/spec/", "a pointer of Git LFS",
        "fetch the file itself with 'git lfs pull'"},
    {"/annex/objects/", "a pointer of git-annex", "fetch the file itself with 'git annex get'"},
    {"<!DOCTYPE html", "a page of HTML (was a download answered with an error page?)",
        "download it again"},
    {"<!doctype html", "a page of HTML (was a download answered with an error page?)",
        "download it again"},
    {"<html", "a page of HTML (was a download answered with an error page?)", "download it again"},
    {"<HTML", "a page of HTML (was a download answered with an error page?)", "download it again"},
    {"<?xml", "a text file (XML)", GIVE},
    {"<svg", "a picture (SVG)", GIVE},
    {"{", "a text file (JSON)", GIVE},
    {"[", "a text file (JSON or settings)", GIVE},
    {"-----BEGIN PGP", "a file of PGP", GIVE},
    {"-----BEGIN", "a key, a certificate or a signature (PEM)", GIVE},
    {"untrusted comment:", "a key or a signature of minisign", GIVE},
    {"ssh-", "a public key of SSH", GIVE},
    {"ecdsa-sha2-", "a public key of SSH", GIVE},
    {"age-encryption.org/", "encrypted with age", "decrypt it first"},
    {"begin ", "a text file (perhaps uuencoded)", "decode it first"},
    {"#!", "a script", GIVE},
    {"From ", "a mail", GIVE},
    {"diff ", "a patch of text", GIVE},
    {"@", "a text file (perhaps TI-TXT or a Verilog memory file)",
        "convert it first, for instance with srec_cat"},
    {"%", "a text file (perhaps Tektronix hex)", "convert it first, for instance with srec_cat"},
    {":", "a text file (perhaps Intel HEX, but damaged)", GIVE},
    {"00000000: ", "a hex dump", "turn it back with xxd -r"},
    {"0000000 ", "a dump (od or hexdump)", GIVE},
    {"00000000 ", "a hex dump", GIVE},
};

static const char *kind_of_text(const uint8_t *at, const uint8_t *end, const char **advice)
{
    const uint8_t *first = at;

    while (first < end && (*first == ' ' || *first == '\n' || *first == '\r' || *first == '\t'))
        first++;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        size_t length = strlen(beginnings[i].begin);
        if ((size_t)(end - first) >= length && memcmp(first, beginnings[i].begin, length) == 0) {
            *advice = beginnings[i].advice;
            return beginnings[i].what;
        }
    }
    if (is_hex_digits(at, end)) {
        *advice = "turn it back, for instance with xxd -r -p";
        return "a text file of hex digits";
    }
    if (is_base64(at, end)) {
        *advice = "decode it first, with base64 -d";
        return "encoded in base64";
    }
    return "a text file";
}

const char *fwd_image_text_kind(const uint8_t *data, size_t size, const char **advice)
{
    *advice = GIVE;
    if (is_utf16(data, size))
        return "a text file (UTF-16)";
    return is_text(data, size) ? kind_of_text(fwd_image_text_begin(data, size), data + size, advice)
                               : NULL;
}
