#!/bin/sh
# check_exports.sh accepts a small good tree and refuses it with each offence put in.
set -eu

check=$(cd "$(dirname "$0")" && pwd)/check_exports.sh
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
tree=$temp/tree

good_tree() {
    rm -rf "$tree"
    mkdir -p "$tree/cmake" "$tree/keys" "$tree/verify" "$tree/tests/keys"
    for folder in format hostio gen sim module cli; do mkdir "$tree/$folder"; done
    echo '        verify/verify.h' >"$tree/cmake/install_device.cmake"
    echo 'int fwd_update_offer(void);' >"$tree/verify/verify.h"
    echo 'int fwd_update_offer(void) { return 0; }' >"$tree/verify/offer.c"
    printf '#define DECLARE(name) int fwd_ring_##name(void);\nDECLARE(open)\n' >"$tree/keys/ring.h"
    echo 'int fwd_ring_shared(void);' >"$tree/keys/ring_internal.h"
    echo 'int fwd_ring_open(void) { return 1; }' >"$tree/keys/ring.c"
    echo 'int fwd_ring_shared(void) { return 2; }' >"$tree/keys/ring_parts.c"
    printf 'int fwd_ring_open(void); int fwd_ring_shared(void); int main(void);\n' >"$tree/tests/keys/test_ring.c"
    printf 'int main(void) { return fwd_ring_open() + fwd_ring_shared(); }\n' >>"$tree/tests/keys/test_ring.c"
}

verdict() {
    (cd "$tree" && find . -name '*.c' | while read -r source; do
        folder=$(dirname "$source")
        mkdir -p "$tree/build/$folder/CMakeFiles/part.dir"
        ${CC:-cc} -c "$source" -o "$tree/build/$folder/CMakeFiles/part.dir/$(basename "$source").o"
    done)
    sh "$check" "$tree/build" "$tree"
}

# put FILE TEXT EXPECTED: the tree with this line added to this file must be refused with this sentence.
put() {
    good_tree
    printf '%s\n' "$2" >>"$tree/$1"
    if verdict >"$temp/log" || ! grep -qF "$3" "$temp/log"; then
        cat "$temp/log"
        echo "expected was: $3"
        exit 1
    fi
}

good_tree
verdict
put keys/ring.c 'int ring_close(void) { return 0; }' 'ring_close does not start with fwd_'
put keys/ring.c 'int fwd_ring_close(void) { return 0; }' 'fwd_ring_close is declared in no header'
put keys/ring.c 'int fwd_ring_count = 1;' 'fwd_ring_count is used in no other file'
put keys/chain.c 'int fwd_ring_more(void) { return 0; }' 'fwd_ring_more is declared in no header'
good_tree
echo 'int fwd_chain(void);' >>"$tree/keys/ring.h"
echo 'int fwd_chain(void) { return 0; }' >"$tree/keys/chain.c"
if verdict >"$temp/log" || ! grep -qF 'fwd_chain is declared in keys/ring.h' "$temp/log"; then
    cat "$temp/log"
    echo 'accepted, but should have been refused: a declaration in the header of another file'
    exit 1
fi
echo "each offence is found"
