#!/bin/sh
# Writes sim/cost/decode_rates.h: for each codec how many instructions a byte of the target and a byte of the
# section take to be decoded, by least squares of the relative error over bench/m4/instructions.tsv.
#
#   sh bench/m4/rates.sh           prints it, and for each pair how far the rates are off
#   sh bench/m4/rates.sh --check   compares the file with what would be written
#   sh bench/m4/rates.sh --update  writes it
#
# A line of instructions.tsv: codec, pair, bytes of the section, bytes of the target, instructions for each byte of
# the target; from sh bench/m4/run.sh --gen '--codec fwd' and '--codec lite', which prints the unsigned package's bytes
# (130 more than the section's).
# Exit status: 0, 1 the file says something else, 2 misuse.
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
header=$here/sim/cost/decode_rates.h

rates() {
    awk -F'\t' -v show="$1" '
        /^#/ { next }
        { codec[NR] = $1; pair[NR] = $2; s[NR] = $3; t[NR] = $4; y[NR] = $4 * $5; if (!seen[$1]++) list[++n] = $1 }
        END {
            for (i = 1; i <= n; i++) {
                tt = ts = ss = ty = sy = 0
                for (j in codec) if (codec[j] == list[i]) {
                    a = t[j] / y[j]; b = s[j] / y[j]
                    tt += a * a; ts += a * b; ss += b * b; ty += a; sy += b
                }
                d = tt * ss - ts * ts
                A = int((ty * ss - sy * ts) / d + .5); B = int((sy * tt - ty * ts) / d + .5)
                between = i == 1 ? "" : ", \\\n"
                if (!show) printf "%s    {FWD_CODEC_%s, %d, %d}", between, toupper(list[i]), A, B
                else for (j = 1; j <= NR; j++) if (codec[j] == list[i])
                    printf "%-5s %-26s %5d counted, %5d by the rates\n", list[i], pair[j], y[j] / t[j],
                        (A * t[j] + B * s[j]) / t[j]
            }
            if (!show) print ""
        }' "$here/bench/m4/instructions.tsv"
}

text() {
    cat <<END
/* Written by bench/m4/rates.sh, of bench/m4/instructions.tsv. Instructions on a Cortex-M4 for each
 * byte of the target, and for each byte of the section. */
#ifndef FWD_SIM_COST_DECODE_RATES_H
#define FWD_SIM_COST_DECODE_RATES_H

#include "format/limits.h"

/* clang-format off */
#define FWD_DECODE_RATES \\
$(rates 0)
/* clang-format on */

#endif
END
}

case ${1:-} in
'') text; rates 1 ;;
--check) text | diff -u "$header" - || {
    echo "rates: $header is not what bench/m4/instructions.tsv gives; run: sh bench/m4/rates.sh --update" >&2
    exit 1
} ;;
--update) text >"$header" ;;
*) echo "rates: unexpected '$1'; the head of this file says what there is" >&2; exit 2 ;;
esac
