#!/bin/sh
# What `cmake --install` leaves can be used from outside: programs in C and C++ compile, link and run
# against it by find_package(fwdelta), by pkg-config and by a plain Makefile, with liblzma and without.
# The links of its documents hold.
# Only public headers are there, and each can be included by itself.
#
# usage: sh tests/checks/check_install.sh BUILD-FOLDER
set -eu

tests=$(cd "$(dirname "$0")/.." && pwd)
build=$1
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
prefix=$temp/prefix
include=$prefix/include/fwdelta
: "${CC:=cc}" "${CXX:=c++}"
export CC CXX

fail() {
    echo "check_install: $*"
    exit 1
}

quietly() {
    if ! "$@" >"$temp/log" 2>&1; then
        cat "$temp/log"
        fail "this failed: $*"
    fi
}

# The program must say this, or the library that it linked is not ours.
runs() {
    said=$("$2") || fail "$1: failed with status $?"
    [ "$said" = "release $release, codec $3" ] || fail "$1: says '$said'"
    echo "$1: $said"
}

# ---- headers -------------------------------------------------------------------------------------

# Header $1 and all that it includes of ours.
closure() {
    echo "$1"
    sed -n 's/^#include "\(.*\)"/\1/p' "$include/$1" | while read -r other; do
        closure "$other"
    done
}

only_public_headers() {
    for header in verify/verify.h verify/keyring/keyring.h verify/ports.h verify/codec.h format/record/version_record.h; do
        closure "$header"
    done | sort -u >"$temp/public"
    (cd "$include" && find . -type f | sed 's|^\./||' | sort) >"$temp/installed"
    diff "$temp/public" "$temp/installed" || fail "other headers are installed than public ones"
}

# -Wpedantic and no extensions: what the headers use is not theirs to choose.
each_header_by_itself() {
    grep '\.h$' "$temp/public" | while read -r header; do
        printf '#include "%s"\nextern int not_empty;\n' "$header" >"$temp/alone.c"
        for front in "$CC -std=c11 -x c" "$CXX -std=c++11 -x c++"; do
            $front -Wall -Wextra -Wpedantic -Werror -I"$include" -fsyntax-only "$temp/alone.c" ||
                fail "$header cannot be included by itself ($front)"
        done
        # what declares data or functions
        ! grep -qE '^(extern [a-z]|[A-Za-z].*\()' "$include/$header" ||
            grep -q '^extern "C" {' "$include/$header" || fail "$header lacks extern \"C\""
    done
}

# ---- CMake -----------------------------------------------------------------------------------------

# configure FOLDER ARGUMENT...
configure() {
    folder=$1
    shift
    cmake -S "$tests/consumer" -B "$temp/$folder" -DCMAKE_PREFIX_PATH="$prefix" "$@"
}

by_find_package() {
    quietly configure cmake -DWANTED=xz
    quietly cmake --build "$temp/cmake"
    runs find_package "$temp/cmake/consumer" 3
    runs 'find_package, C++' "$temp/cmake/consumer_cxx" 3
    runs 'find_package, liblzma' "$temp/cmake/consumer_xz" 2
    runs 'find_package, older name' "$temp/cmake/consumer_verify_xz" 2
    nm "$temp/cmake/consumer" | grep -q fwd_refdelta_ || fail "codec fwd is not where it is used"
    ! nm "$temp/cmake/consumer_xz" | grep fwd_refdelta_ || fail "codec fwd is linked unasked"
    ! nm "$temp/cmake/consumer" | grep -i lzma || fail "liblzma is linked unasked"
}

# As on a machine that has no liblzma.
without_liblzma() {
    off=-DCMAKE_DISABLE_FIND_PACKAGE_LibLZMA=ON
    quietly configure without $off
    quietly cmake --build "$temp/without"
    runs 'without liblzma' "$temp/without/consumer" 3
    [ ! -e "$temp/without/consumer_xz" ] || fail "fwdelta::xz is there without liblzma"
    ! configure lacking $off -DWANTED=xz >"$temp/log" 2>&1 || fail "xz was found without liblzma"
    tr -s ' \n' ' ' <"$temp/log" | grep -q 'liblzma (at least 5.2) was not found' ||
        fail "nothing says that liblzma is missing"
}

# The example of a port is among the documents; it serves as it is.
the_example() {
    quietly cmake -S "$prefix/share/doc/fwdelta/samples/porting" -B "$temp/porting" \
        -DCMAKE_PREFIX_PATH="$prefix"
    quietly cmake --build "$temp/porting"
    quietly "$temp/porting/porting" memory
    echo "example: $(cat "$temp/log")"
}

# ---- by hand ---------------------------------------------------------------------------------------

# by_pkg_config MODULE PROGRAM CODEC
by_pkg_config() {
    quietly $CC $(pkg-config --cflags "$1") "$tests/consumer/$2.c" -o "$temp/$2" \
        $(pkg-config --static --libs "$1")
    runs "pkg-config $1" "$temp/$2" "$3"
}

# Scripts name the archives.
by_makefile() {
    cp "$tests/consumer/Makefile" "$tests/consumer/consumer.c" "$temp/prefix"
    quietly make -C "$temp/prefix" PREFIX="$prefix"
    runs make "$temp/prefix/consumer" 3
}

quietly cmake --install "$build" --prefix "$prefix"
release=$("$prefix/bin/fwdelta" --version | sed 's/^fwdelta //')
sh "$tests/checks/check_links.sh" "$prefix/share/doc/fwdelta"
only_public_headers
each_header_by_itself
by_find_package
without_liblzma
the_example
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name fwdelta-verify.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion fwdelta-verify)" = "$release" ] || fail "fwdelta-verify.pc: another version"
! pkg-config --static --libs fwdelta-verify | grep lzma || fail "fwdelta-verify.pc needs liblzma"
by_pkg_config fwdelta-verify consumer 3
by_pkg_config fwdelta-verify-xz consumer_xz 2
by_makefile
