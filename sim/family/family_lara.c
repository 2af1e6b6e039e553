#include "sim/family/family_lara.h"

const struct fwd_retention_rules fwd_family_lara_retention = {
    .messages = FWD_ERASED,
    .backup = {[FWD_WAY_SERVER] = true, [FWD_WAY_INSTALL] = true},
};

/* R171: not every operator's profile has LwM2M in it. */
const struct fwd_operator fwd_family_lara_operators[] = {
    {0, "Undefined / regulatory", NULL, true},
    {1, "SIM ICCID select", NULL, false},
    {2, "ATT", NULL, false},
    {3, "Verizon", NULL, false},
    {90, "Global", NULL, false},
    {100, "Standard Europe", NULL, true},
    {0, NULL, NULL, false},
};

const char fwd_family_lara_more[] =
    "[{\"n\": \"10\", \"ov\": \"11:0\"}, {\"n\": \"30000/1\", \"v\": 30}, "
    "{\"n\": \"30000/0\", \"v\": 0}, {\"n\": \"12\", \"v\": 0}, {\"n\": \"18\", \"v\": 30}, "
    "{\"n\": \"17\", \"v\": 4}, {\"n\": \"16\", \"bv\": false}]";

const char fwd_family_lara_objects[] =
    "\"/1/10\", \"/2/1\", \"/2/2\", \"/2/3\", \"/2/4\", \"/2/5\", \"/2/6\", \"/2/7\", \"/2/8\", "
    "\"/2/9\", \"/2/10\", \"/2/11\", \"/2/0\", \"/3/0\", \"/4/0\", \"/5/0\", \"/7/0\", \"/11/1\", "
    "\"/11/2\", \"/11/3\", \"/11/4\", \"/11/0\", \"/14/0\", \"/16/0\", \"/10308\", \"/0/10\"";
