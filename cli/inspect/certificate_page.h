/* What an update costs devices, on a page: the same table on every page. */
#ifndef FWD_CLI_INSPECT_CERTIFICATE_PAGE_H
#define FWD_CLI_INSPECT_CERTIFICATE_PAGE_H

#include <jansson.h>
#include <stdio.h>

/* list: certificates as fwd_certificate_out_json() makes them; each is a column. */
void fwd_certificate_page_put(FILE *out, const json_t *list);

#endif
