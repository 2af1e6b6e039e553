#!/bin/sh
# check_layers.sh accepts a small good tree and refuses it with each offence put in.
set -eu

check=$(cd "$(dirname "$0")" && pwd)/check_layers.sh
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

good_tree() {
    rm -rf "$temp/tree"
    for layer in format verify hostio keys gen module cli; do
        mkdir -p "$temp/tree/$layer"
        printf '#include <stdint.h>\n#include "format/of_format.h"\n' \
            >"$temp/tree/$layer/of_$layer.c"
    done
    : >"$temp/tree/hostio/of_hostio.c"
}

# put FILE TEXT: the tree with this line added to this file must be refused.
put() {
    good_tree
    printf '%b\n' "$2" >>"$temp/tree/$1"
    if sh "$check" "$temp/tree" >"$temp/log"; then
        echo "accepted, but should have been refused: $2 in $1"
        exit 1
    fi
}

good_tree
sh "$check" "$temp/tree"
put format/of_format.c '#include "verify/trust/plan.h"'
put verify/of_verify.c '#include "gen/package/builder.h"'
put verify/of_verify.c '#include <stdlib.h>'
put verify/of_verify.c '#  include <lzma.h>'
put hostio/of_hostio.c '#include "format/limits.h"'
put keys/of_keys.c '#include "verify/trust/plan.h"'
put keys/of_keys.c '#include "trust.h"'
put gen/of_gen.c '#include "keys/trust.h"'
put module/of_module.c '#include "gen/package/builder.h"'
put cli/of_cli.c '#include "tests/sim/flash_rig.h"'
put cli/of_cli.c '#include <openssl/evp.h>'
put cli/of_format.c '/* a name that is there already */'
put gen/of_gen.c "$(yes '\n' | head -n 460 | tr -d '\n')"
echo "each offence is found"
