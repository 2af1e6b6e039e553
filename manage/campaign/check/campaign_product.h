/* Which module family a product is: "LARA-R6001-01B" is lara-r6-01b. */
#ifndef FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_PRODUCT_H
#define FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_PRODUCT_H

#include "sim/family/profiles.h"

/* NULL: not one that campaigns are for. *excluded: it is known, and its document leaves it out. */
const struct fwd_profile *fwd_campaign_product(const char *product, bool *excluded);

#endif
