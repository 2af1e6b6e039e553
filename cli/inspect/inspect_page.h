/* What inspect says as a page for a browser; made from what --json prints. */
#ifndef FWD_CLI_INSPECT_INSPECT_PAGE_H
#define FWD_CLI_INSPECT_INSPECT_PAGE_H

#include <jansson.h>
#include <stdio.h>

/* report: of fwd_inspect_json(). */
void fwd_inspect_page_put(FILE *out, const json_t *report);

/* Where the bytes of one delta went: its member "costs"; nothing when that is null. */
void fwd_inspect_page_costs(FILE *out, const json_t *costs);

#endif
