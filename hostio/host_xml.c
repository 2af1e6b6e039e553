#include "hostio/host_xml.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character that begins here, 0: it is none of UTF-8 (RFC 3629, 4), or one that
 * XML 1.0 cannot hold (section 2.2). A zero ends it as any other wrong byte does. */
static size_t character(const unsigned char *c)
{
    size_t size = c[0] < 0x80 ? 1 : c[0] < 0xC2 ? 0 : c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t value = size < 2 ? c[0] : c[0] & (0x7Fu >> size);

    for (size_t i = 1; i < size; i++) {
        if ((c[i] & 0xC0u) != 0x80u)
            return 0;
        value = value << 6 | (c[i] & 0x3Fu);
    }
    bool wrong = value < least[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF) ||
                 value == 0xFFFE || value == 0xFFFF || (value < 0x20 && value != '\n') ||
                 value == 0x7F;
    return wrong ? 0 : size;
}

void fwd_xml_put(FILE *out, const char *text)
{
    const unsigned char *c = (const unsigned char *)text;

    while (*c != '\0') {
        size_t size = character(c);
        if (*c == '&')
            fputs("&amp;", out);
        else if (*c == '<')
            fputs("&lt;", out);
        else if (*c == '>')
            fputs("&gt;", out);
        else if (*c == '"')
            fputs("&quot;", out);
        else if (size == 0)
            fputc('?', out);
        else
            (void)fwrite(c, 1, size, out);
        c += size > 0 ? size : 1;
    }
}
