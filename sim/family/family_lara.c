#include "sim/family/family_lara.h"

const struct fwd_retention_rules fwd_family_lara_retention = {
    .messages = FWD_ERASED,
    .backup = {[FWD_WAY_SERVER] = true, [FWD_WAY_INSTALL] = true},
};

const struct fwd_operator fwd_family_lara_operators[] = {
    {1, "SIM ICCID select", NULL},
    {2, "ATT", NULL},
    {3, "Verizon", NULL},
    {90, "Global", NULL},
    {0, NULL, NULL},
};
