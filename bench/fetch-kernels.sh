#!/bin/sh
# Two AArch64 kernels of Debian, for a large pair (run.sh --kernel).
#
#   sh bench/fetch-kernels.sh [DIR] [OLD NEW]      (default: build/kernels 6.1.0-47 6.1.0-50)
#
# Takes the packages linux-image-VERSION-arm64-unsigned (images of 33 MB) with apt-get download, which
# needs the architecture arm64 to be known: dpkg --add-architecture arm64 && apt-get update. Old
# packages leave Debian's mirrors; apt-cache search arm64-unsigned lists what is there.
# Prints the paths of the two images. Exit status: 0, 3 not available.
set -eu

dir=${1:-$(cd "$(dirname "$0")/.." && pwd)/build/kernels}
mkdir -p "$dir"
cd "$dir"

unpack() (
    cd "$temp" && apt-get download -q "$package:arm64" && dpkg-deb -x ./*.deb .
)

kernel() {
    package=linux-image-$1-arm64-unsigned
    if [ ! -f "$1.bin" ]; then
        temp=$(mktemp -d ./fetch.XXXXXX)
        if ! unpack >fetch.log 2>&1; then
            rm -rf "$temp"
            echo "fetch-kernels: $package:arm64 cannot be had; see $dir/fetch.log, and run:" \
                "dpkg --add-architecture arm64 && apt-get update" >&2
            exit 3
        fi
        mv "$temp/boot/vmlinuz-$1-arm64" "$1.bin"
        rm -rf "$temp"
    fi
    echo "$dir/$1.bin"
}

kernel "${2:-6.1.0-47}"
kernel "${3:-6.1.0-50}"
