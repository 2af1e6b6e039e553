#!/bin/sh
# What `cmake --install` leaves can be used from outside: a small program compiles, links and runs
# against it by find_package(fwdelta) and by pkg-config; the program fwdelta is there and runs.
#
# usage: sh tests/checks/check_install.sh BUILD-FOLDER [C-FLAG...]
set -eu

tests=$(cd "$(dirname "$0")/.." && pwd)
build=$1
shift
flags=$*
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
prefix=$temp/prefix

quietly() {
    if ! "$@" >"$temp/log" 2>&1; then
        cat "$temp/log"
        echo "check_install: this failed: $*"
        exit 1
    fi
}

# The program must say this, or the library that it linked is not ours.
runs() {
    said=$("$2") || said="failed with status $?"
    echo "$1: $said"
    [ "$said" = "codec 2 found" ]
}

by_find_package() {
    quietly cmake -S "$tests/consumer" -B "$temp/consumer" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_C_FLAGS="$flags"
    quietly cmake --build "$temp/consumer"
    runs find_package "$temp/consumer/consumer"
}

by_pkg_config() {
    PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name fwdelta-verify.pc)")
    export PKG_CONFIG_PATH
    quietly ${CC:-cc} $flags $(pkg-config --cflags fwdelta-verify) "$tests/consumer/consumer.c" \
        -o "$temp/by-pkg-config" $(pkg-config --static --libs fwdelta-verify)
    runs pkg-config "$temp/by-pkg-config"
}

quietly cmake --install "$build" --prefix "$prefix"
quietly "$prefix/bin/fwdelta" --version
by_find_package
by_pkg_config
