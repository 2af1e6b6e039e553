#!/bin/sh
# The encoder makes the same bytes on a 32-bit machine: it is compiled for i386 and run by an emulator
# (most kernels of today run no such program), and compared with this build's.
#
# usage: sh tests/checks/check_32_bits.sh SECTION-OF [CORPUS-FOLDER]
#
# SECTION-OF: this build's program of tests/gen/section_of.c. Needs gcc-multilib, qemu-user and the
# architecture i386: dpkg --add-architecture i386 && apt-get update.
#
# exit status: 0, 1 other bytes, 77 something is not there
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
native=$1
corpus=${2:-}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

lacking() {
    echo "check_32_bits: $*"
    exit 77
}

command -v qemu-i386 >/dev/null || lacking "no qemu-i386 (package qemu-user)"
echo 'int main(void) { return 0; }' >"$temp/try.c"
gcc -m32 "$temp/try.c" -o "$temp/try" 2>/dev/null || lacking "gcc -m32 fails (package gcc-multilib)"
mkdir "$temp/packages"
(
    cd "$temp/packages"
    apt-get download -q libdivsufsort3:i386 libdivsufsort-dev:i386 libbz2-1.0:i386 libbz2-dev:i386 \
        liblzma5:i386 liblzma-dev:i386 >../log 2>&1
    for package in *.deb; do dpkg-deb -x "$package" ../root; done
) || lacking "no libraries of architecture i386: $(tail -n 1 "$temp/log")"

cd "$root"
libraries=$temp/root/usr/lib/i386-linux-gnu
gcc -m32 -O2 -std=c11 -I. -I"$temp/root/usr/include" -I"$temp/root/usr/include/i386-linux-gnu" \
    -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE \
    $(find format verify hostio gen -name "*.c" ! -name "*_sse2.c") tests/gen/section_of.c -o "$temp/section_of" \
    -L"$libraries" -ldivsufsort -l:libbz2.a -l:liblzma.a -lpthread
made=0

compare() {
    "$native" "$1" "$2" 2 >"$temp/64"
    qemu-i386 -E LD_LIBRARY_PATH="$libraries" "$temp/section_of" "$1" "$2" 1 >"$temp/32"
    cmp "$temp/64" "$temp/32" || {
        echo "32-bit and 64-bit programs make other bytes of $1 and $2"
        exit 1
    }
    made=$((made + 1))
}

compare samples/images/demo-1.0.0.bin samples/images/demo-1.0.1.bin
compare samples/images/demo-1.0.0.bin samples/images/demo-1.1.0.bin
if [ -n "$corpus" ] && [ -d "$corpus" ]; then
    compare "$corpus/particle/boron-bootloader@2.1.0.bin" "$corpus/particle/boron-bootloader@2.2.0.bin"
    compare "$corpus/particle/electron-system-part2@2.1.0.bin" \
        "$corpus/particle/electron-system-part2@2.2.0.bin"
    compare "$corpus/pybricks/nxt@4.0.1-firmware-base.bin" \
        "$corpus/pybricks/nxt@7.27.0-firmware-base.bin"
fi
echo "$made sections, the same on 32 and 64 bits"
