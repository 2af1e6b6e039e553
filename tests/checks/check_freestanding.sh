#!/bin/sh
# format/ and verify/ (without the codecs that need liblzma) compile for a Cortex-M4 without a C
# library, need from outside nothing but memcpy, memmove, memset, memcmp and compiler helpers, and
# have no writable globals. With clang; with FWD_LONG=1 also with arm-none-eabi-gcc; or with another
# compiler.
#
# usage: sh tests/checks/check_freestanding.sh [SOURCE-FOLDER [COMPILER FLAG...]]
set -eu

cd "${1:-$(dirname "$0")/../..}"
[ $# -eq 0 ] || shift
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failures=0

device_sources() {
    find format verify -name '*.c' | grep -vE '/(xz_.*|codec_xz|codec_bsdiff_xz)\.c$'
}

compile_all() {
    for source in $(device_sources); do
        "$@" -std=c11 -ffreestanding -Os -Wall -Wextra -Wconversion -Wshadow -Werror \
            -isystem verify/freestanding -I. -c "$source" \
            -o "$out/$(basename "$source" .c).o" || return 1
    done
}

# The example of a port, which is not part of the library. (Its crypto_*.c want the headers of a
# cryptographic library, which is compiled for the chip with them.)
compile_example() {
    for source in $(find samples/porting -maxdepth 1 -name '*.c' ! -name 'crypto_*'); do
        "$@" -std=c11 -ffreestanding -Os -Wall -Wextra -Wconversion -Wshadow -Werror \
            -isystem verify/freestanding -I. -c "$source" -o "$out/example" || return 1
    done
}

# Global symbols of all objects that no object defines.
undefined_symbols() {
    readelf -sW "$out"/*.o | awk '
        $5 == "GLOBAL" || $5 == "WEAK" { if ($7 == "UND") need[$8] = 1; else have[$8] = 1 }
        END { for (s in need) if (!(s in have)) print s }' | sort
}

unwanted_symbols() {
    undefined_symbols | grep -vxE \
        'mem(cpy|move|set|cmp)|__aeabi_[a-z0-9_]+|__gnu_thumb1_case_[a-z]+|__[a-z]+[sd]i[234]' || true
}

# Allocated and writable sections that are not empty.
writable_sections() {
    readelf -SW "$out"/*.o | sed -n 's/^File: //p; s/^ *\[ *[0-9]*\] //p' | awk '
        NF == 1 { file = $1; next }
        $7 ~ /W/ && $7 ~ /A/ && $5 !~ /^0+$/ { sub(".*/", "", file); print file ": " $1 " " $5 }'
}

report() {
    if [ -n "$2" ]; then
        echo "$compiler: $1: "$2
        failures=$((failures + 1))
    fi
}

check() {
    compiler=$1
    rm -f "$out"/*.o
    if ! compile_all "$@" || ! compile_example "$@"; then
        report 'does not compile' 'see above'
        return
    fi
    report 'needed from outside, but not allowed' "$(unwanted_symbols)"
    report 'writable globals' "$(writable_sections)"
    echo "$compiler: $(ls "$out"/*.o | wc -l) files; from outside:" $(undefined_symbols)
}

if [ $# -gt 0 ]; then
    check "$@"
    [ "$failures" -eq 0 ]
    exit
fi
check clang --target=thumbv7em-none-eabi
if [ -n "${FWD_LONG:-}" ] && command -v arm-none-eabi-gcc >/dev/null 2>&1; then
    check arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -nostdinc \
        -isystem "$(arm-none-eabi-gcc -print-file-name=include)"
fi
[ "$failures" -eq 0 ]
