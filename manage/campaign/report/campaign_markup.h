/* Text in XML and HTML. */
#ifndef FWD_MANAGE_CAMPAIGN_REPORT_CAMPAIGN_MARKUP_H
#define FWD_MANAGE_CAMPAIGN_REPORT_CAMPAIGN_MARKUP_H

#include <stdio.h>

/* Writes text with the characters escaped that markup gives a meaning; what is not printable ASCII
 * becomes '?'. */
void fwd_campaign_markup(FILE *out, const char *text);

#endif
