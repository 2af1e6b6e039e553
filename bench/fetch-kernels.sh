#!/bin/sh
# Two kernels of Debian, for large pairs (run.sh --kernel, ratios.sh --kernel).
#
#   sh bench/fetch-kernels.sh [--amd64] [DIR] [OLD NEW]      (default: build/kernels 6.1.0-47 6.1.0-50)
#
# The images of arm64 (33 MB); with --amd64 the code of those for amd64 (section .text, 15 MB, which
# takes xz and objcopy). Takes the packages linux-image-VERSION-ARCHITECTURE-unsigned with apt-get
# download, which needs the architecture to be known: dpkg --add-architecture arm64 && apt-get update.
# Old packages leave Debian's mirrors; apt-cache search arm64-unsigned lists what is there.
# Prints the paths of the two images. Exit status: 0, 3 not available.
set -eu

arch=arm64
if [ "${1:-}" = --amd64 ]; then
    arch=amd64
    shift
fi
dir=${1:-$(cd "$(dirname "$0")/.." && pwd)/build/kernels}
mkdir -p "$dir"
cd "$dir"

unpack() (
    cd "$temp" && apt-get download -q "$package:$arch" && dpkg-deb -x ./*.deb .
)

# number FILE OFFSET BYTES
number() {
    od -An -v -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# The code of a bzImage: what its header says is packed is an ELF file by xz.
code_of() {
    start=$(($(number "$1" 497 1) * 512 + 512 + $(number "$1" 584 4)))
    tail -c "+$((start + 1))" "$1" | head -c "$(($(number "$1" 588 4) - 4))" | xz -dc >"$temp/elf" &&
        objcopy -O binary --only-section=.text "$temp/elf" "$2"
}

take() {
    if [ $arch = amd64 ]; then
        code_of "$1" "$temp/image"
    else
        mv "$1" "$temp/image"
    fi
}

kernel() {
    package=linux-image-$1-$arch-unsigned
    image=$1.bin
    [ $arch = arm64 ] || image=$1.$arch.text
    if [ ! -f "$image" ]; then
        temp=$(mktemp -d ./fetch.XXXXXX)
        if ! { unpack && take "$temp/boot/vmlinuz-$1-$arch"; } >fetch.log 2>&1; then
            rm -rf "$temp"
            echo "fetch-kernels: $package:$arch cannot be had; see $dir/fetch.log, and run:" \
                "dpkg --add-architecture $arch && apt-get update" >&2
            exit 3
        fi
        mv "$temp/image" "$image"
        rm -rf "$temp"
    fi
    echo "$dir/$image"
}

kernel "${2:-6.1.0-47}"
kernel "${3:-6.1.0-50}"
