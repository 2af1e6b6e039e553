#!/bin/sh
# The unsigned package depends on images and options only: made twice, with one and two threads, and
# by the programs that other compilers and optimization levels built, it is the same, byte for byte.
#
# usage: sh tests/checks/check_same_bytes.sh FWDELTA
#
# FWD_OTHER_PROGRAMS names the other builds' programs; tests/run.sh sets it.
set -eu

images=$(cd "$(dirname "$0")/../../samples/images" && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
made=0

# gen NAME PROGRAM ARGUMENTS...: the digest of what it makes must be that of the first of that name.
gen() {
    name=$1
    program=$2
    shift 2
    "$program" gen "$@" --unsigned --to-version 2 --product demo --force -o "$temp/package" \
        >"$temp/log" 2>&1 || {
        cat "$temp/log"
        echo "failed: $program gen $*"
        exit 1
    }
    [ -e "$temp/$name" ] || cp "$temp/package" "$temp/$name"
    cmp "$temp/$name" "$temp/package" || {
        echo "these bytes differ from those before: $program gen $*"
        exit 1
    }
    made=$((made + 1))
}

for program in "$1" "$1" ${FWD_OTHER_PROGRAMS:-}; do
    for jobs in 1 2; do
        gen fix "$program" "$images/demo-1.0.0.bin" "$images/demo-1.0.1.bin" --from-version 1 \
            --jobs $jobs
        gen feature "$program" "$images/demo-1.0.0.bin" "$images/demo-1.1.0.bin" --from-version 1 \
            --jobs $jobs
        gen full "$program" --full "$images/demo-1.1.0.bin" --jobs $jobs
    done
done
echo "$made packages, each the same as the others of its kind"
