#!/bin/sh
# The device library builds inside somebody else's CMake project (tests/embed) by add_subdirectory, and
# looks for nothing but a compiler.
#
# usage: sh tests/checks/check_embed.sh [--arm]
#
#   --arm   for Cortex-M by cmake/arm-none-eabi.cmake, with a C library and without one, and installed
#           from verify/ alone for such a project
#
# exit status: 0, 1 something does not work, 77 no arm-none-eabi-gcc
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

fail() {
    echo "check_embed: $*"
    exit 1
}

quietly() {
    if ! "$@" >"$temp/log" 2>&1; then
        cat "$temp/log"
        fail "this failed: $*"
    fi
}

# build FOLDER ARGUMENT...: tests/embed
build() {
    folder=$temp/$1
    shift
    quietly cmake -S "$root/tests/embed" -B "$folder" "$@"
    quietly cmake --build "$folder" -j 2
    ! grep -iE '^[^#/]*(pkg_config|lzma|openssl|jansson|curl|check_)' "$folder/CMakeCache.txt" ||
        fail "it looks for what a device does not have"
}

# From a copy that has only what a device needs.
in_this_machine() {
    mkdir "$temp/third-party"
    cp -R "$root/cmake" "$root/format" "$root/verify" "$temp/third-party"
    build native -DFWD_SOURCE="$temp/third-party"
    "$temp/native/embed" || fail "the program ends with $?"
    echo "native: builds, links, runs"
    ! cmake -S "$root/tests/embed" -B "$temp/c++" -DFWD_SOURCE="$root" -DLANGUAGE=CXX >"$temp/log" 2>&1 &&
        grep -q 'fwdelta is written in C' "$temp/log" || fail "a project without C is not told so"
}

arm() {
    name=$1
    shift
    build "$name" --toolchain "$root/cmake/arm-none-eabi.cmake" "$@"
    readelf -h "$temp/$name/embed" | grep -q 'Machine: *ARM' || fail "$name: not for Arm"
    undefined=$(readelf -sW "$temp/$name/embed" | awk '$7 == "UND" && $8 != ""')
    [ -z "$undefined" ] || fail "$name: not defined: $undefined"
    echo "$name: $(size "$temp/$name/embed" | awk 'NR == 2 { print $1 }') bytes of code and constants"
}

on_arm() {
    command -v arm-none-eabi-gcc >/dev/null || {
        echo "check_embed: no arm-none-eabi-gcc (package gcc-arm-none-eabi)"
        exit 77
    }
    arm cortex-m4 -DFWD_SOURCE="$root" -DCMAKE_BUILD_TYPE=MinSizeRel
    arm cortex-m0plus -DFWD_SOURCE="$root" -DCMAKE_BUILD_TYPE=MinSizeRel -DFWD_CPU=cortex-m0plus
    (
        CFLAGS="-nostdinc -isystem $(arm-none-eabi-gcc -print-file-name=include)"
        export CFLAGS
        arm without-c-library -DFWD_SOURCE="$root" -DCMAKE_BUILD_TYPE=MinSizeRel
    )
    quietly cmake -S "$root/samples/porting" -B "$temp/porting" \
        --toolchain "$root/cmake/arm-none-eabi.cmake"
    quietly cmake --build "$temp/porting" -j 2
    quietly cmake -S "$root/verify" -B "$temp/alone" --toolchain "$root/cmake/arm-none-eabi.cmake"
    quietly cmake --build "$temp/alone" -j 2
    quietly cmake --install "$temp/alone" --prefix "$temp/prefix"
    arm installed -DCMAKE_BUILD_TYPE=MinSizeRel -Dfwdelta_DIR="$temp/prefix/lib/cmake/fwdelta"
    # The version file of a library that was built for this machine refuses no other.
    quietly cmake -S "$root/verify" -B "$temp/host"
    cp "$temp/host/fwdeltaConfigVersion.cmake" "$temp/prefix/lib/cmake/fwdelta/"
    arm version-file -DCMAKE_BUILD_TYPE=MinSizeRel -Dfwdelta_DIR="$temp/prefix/lib/cmake/fwdelta"
}

case ${1:-} in
'') in_this_machine ;;
--arm) on_arm ;;
*)
    echo "check_embed: '$1' is not known; usage: check_embed.sh [--arm]" >&2
    exit 2
    ;;
esac
