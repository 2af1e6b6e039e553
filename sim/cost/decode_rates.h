/* Written by bench/m4/rates.sh, of bench/m4/instructions.tsv. Instructions on a Cortex-M4 for each
 * byte of the target, and for each byte of the section. */
#ifndef FWD_SIM_COST_DECODE_RATES_H
#define FWD_SIM_COST_DECODE_RATES_H

#include "format/limits.h"

/* clang-format off */
#define FWD_DECODE_RATES \
    {FWD_CODEC_FWD, 230, 12018}, \
    {FWD_CODEC_LITE, 126, 1004}
/* clang-format on */

#endif
