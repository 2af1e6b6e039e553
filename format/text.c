#include "format/text.h"

#include "format/manifest.h"

#include <string.h>

struct fwd_text fwd_text_of(const char *string)
{
    size_t size = 0;

    /* A longer string is outside every limit; 255 characters of it are enough to be refused. */
    while (string != NULL && string[size] != '\0' && size < UINT8_MAX)
        size++;
    return (struct fwd_text){.bytes = string, .size = (uint8_t)size};
}

bool fwd_text_equal(struct fwd_text a, struct fwd_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool fwd_text_printable(struct fwd_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < 0x20 || text.bytes[i] > 0x7E)
            return false;
    }
    return true;
}

static bool name_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool fwd_text_is_name(struct fwd_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!name_character(text.bytes[i]))
            return false;
    }
    return text.size >= 1 && text.size <= FWD_NAME_MAX;
}

bool fwd_text_is_version(struct fwd_text text)
{
    return text.size <= FWD_VERSION_MAX && fwd_text_printable(text);
}

void fwd_text_write(struct fwd_writer *w, struct fwd_text text)
{
    fwd_write_u8(w, text.size);
    fwd_write_bytes(w, text.bytes, text.size);
}

void fwd_text_read(struct fwd_reader *r, struct fwd_text *text)
{
    uint8_t size = fwd_read_u8(r);

    text->bytes = (const char *)fwd_read_bytes(r, size);
    text->size = text->bytes != NULL ? size : 0;
}
