/* Text for XML. */
#ifndef FWD_HOSTIO_HOST_XML_H
#define FWD_HOSTIO_HOST_XML_H

#include <stdio.h>

/* Writes a text in UTF-8 so that it may stand in an attribute or between tags of XML or HTML. What
 * is no UTF-8, and control characters, which XML 1.0 cannot hold (section 2.2), become '?'; line
 * ends stay. */
void fwd_xml_put(FILE *out, const char *text);

#endif
