#!/bin/sh
# check_layers.sh accepts a small good tree and refuses it with each offence put in.
set -eu

check=$(cd "$(dirname "$0")" && pwd)/check_layers.sh
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

good_tree() {
    rm -rf "$temp/tree"
    for room in format verify verify/flash verify/trust verify/install hostio keys gen/package sim/device \
        module/modem cli/build; do
        mkdir -p "$temp/tree/$room"
        printf '#include <stdint.h>\n#include "format/of_format.h"\n' \
            >"$temp/tree/$room/of_${room#*/}.c"
    done
    : >"$temp/tree/hostio/of_hostio.c"
    for room in format hostio verify verify/flash verify/trust verify/install keys gen/package sim/device \
        module/modem cli/build; do
        echo "| $room/ | a room |"
    done >"$temp/tree/CONTRIBUTING.md"
    echo 'Start reading at `of_flash.c`, then `../install/of_install.c`.' >"$temp/tree/verify/flash/README.md"
}

# put FILE TEXT: the tree with this line added to this file must be refused.
put() {
    good_tree
    mkdir -p "$temp/tree/$(dirname "$1")"
    printf '%b\n' "$2" >>"$temp/tree/$1"
    if sh "$check" "$temp/tree" >"$temp/log"; then
        echo "accepted, but should have been refused: $2 in $1"
        exit 1
    fi
}

good_tree
sh "$check" "$temp/tree"
put format/of_format.c '#include "verify/trust/plan.h"'
put verify/of_verify.c '#include "verify/trust/plan.h"'
put verify/flash/of_flash.c '#include "verify/trust/plan.h"'
put verify/trust/of_trust.c '#include "verify/install/commit.h"'
put verify/of_verify.c '#include "gen/package/builder.h"'
put verify/flash/of_flash.c '#include <stdlib.h>'
put verify/install/of_install.c '#  include <lzma.h>'
put hostio/of_hostio.c '#include "format/limits.h"'
put keys/of_keys.c '#include "verify/trust/plan.h"'
put keys/of_keys.c '#include "trust.h"'
put gen/package/of_package.c '#include "keys/trust.h"'
put sim/device/of_device.c '#include "module/modem/modem.h"'
put module/modem/of_modem.c '#include "gen/package/builder.h"'
put cli/build/of_build.c '#include "tests/sim/flash/flash_rig.h"'
put cli/build/of_build.c '#include <openssl/evp.h>'
put cli/build/no_room/of_corner.c '#include <stdint.h>'
put cli/build/of_build.c '/* ---- too short ---- */'
put cli/build/of_format.c '/* a name that is there already */'
put gen/package/of_package.c "$(yes '\n' | head -n 460 | tr -d '\n')"
put verify/flash/README.md 'See `journal.h`.'
put gen/bsdiff/of_bsdiff.c '#include <stdint.h>'
echo "each offence is found"
