#include "hostio/host_xml.h"

void fwd_xml_put(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '&')
            fputs("&amp;", out);
        else if (c == '<')
            fputs("&lt;", out);
        else if (c == '>')
            fputs("&gt;", out);
        else if (c == '"')
            fputs("&quot;", out);
        else
            fputc((c < 0x20 && c != '\n') || c == 0x7F ? '?' : c, out);
    }
}
