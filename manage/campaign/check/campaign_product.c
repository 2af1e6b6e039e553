#include "manage/campaign/check/campaign_product.h"

#include <string.h>

/* The first row that fits counts: a product begins with one text, and has the other one in it. */
static const struct {
    const char *begin, *within; /* NULL: anything */
    const char *profile;        /* NULL: excluded by the family's document */
} products[] = {
    {"SARA-R410M-02B-00", NULL, "sara-r410m-02b-00"},
    {"SARA-R4", "-00B", NULL},
    {"SARA-R4", "-01B", NULL},
    {"SARA-N4", "-00B", NULL},
    {"SARA-N4", "-01B", NULL},
    {"SARA-R4", NULL, "sara-r4"},
    {"SARA-N4", NULL, "sara-r4"},
    {"LARA-R6001D-00B", NULL, "lara-r6001d-00b"},
    {"LARA-R6004D-00B", NULL, "lara-r6004d-00b"},
    {"LARA-R6", "-00B", "lara-r6-00b"},
    {"LARA-R6", "-01B", "lara-r6-01b"},
    {"LARA-L6", NULL, "lara-l6"},
    {"SARA-R5", NULL, "sara-r5"},
    {"RYZ014", NULL, "ryz014"},
};

const struct fwd_profile *fwd_campaign_product(const char *product, bool *excluded)
{
    *excluded = false;
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        if (strncmp(product, products[i].begin, strlen(products[i].begin)) != 0 ||
            (products[i].within != NULL && strstr(product, products[i].within) == NULL))
            continue;
        *excluded = products[i].profile == NULL;
        return *excluded ? NULL : fwd_profile_find(products[i].profile);
    }
    return NULL;
}
