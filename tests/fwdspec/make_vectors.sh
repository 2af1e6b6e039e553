#!/bin/sh
# Makes the packages of vectors/ anew, after a change of the stream or of the package format. After the
# first release that is over: then a decoder must go on decoding them, and they stay as they are.
#
# usage: sh tests/fwdspec/make_vectors.sh FWDELTA
set -eu

here=$(cd "$(dirname "$0")" && pwd)
images=$here/../../samples/images
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 "$here/make_images.py" "$temp" "$images/demo-1.0.0.bin"

# make FWDELTA SET CLASS RAM OLD NEW
make() {
    case $2 in
    mips*) set -- "$@" --base 0x80000000 ;;
    esac
    "$1" gen "$5" "$6" --unsigned --codec fwd --force-delta --isa "$2" --ram "$4" --raw --force \
        -o "$here/vectors/$2-$3.upd" $(echo "$*" | grep -o -- '--base .*') >/dev/null 2>"$temp/notes" || {
        cat "$temp/notes"
        exit 1
    }
}

# lite FWDELTA SET RAM OLD NEW
lite() {
    case $2 in
    mips*) set -- "$@" --base 0x80000000 ;;
    esac
    "$1" gen "$4" "$5" --unsigned --codec lite --force-delta --isa "$2" --ram "$3" --raw --force \
        -o "$here/vectors/$2-lite.upd" $(echo "$*" | grep -o -- '--base .*') >/dev/null 2>"$temp/notes" || {
        cat "$temp/notes"
        exit 1
    }
}

for set in none thumb arm; do
    make "$1" $set 64k 64K "$images/boot-1.bin" "$images/boot-2.bin"
done
make "$1" thumb 256k 256K "$images/boot-1.bin" "$images/boot-2.bin"
make "$1" thumb free 400000 "$images/boot-1.bin" "$images/boot-2.bin"
make "$1" arm 256k 256K "$images/boot-1.bin" "$images/boot-2.bin"
rm -f "$here/vectors/arm-64k.upd"
for set in a32 a64 rv32 rv64 xtensa; do
    cp "$temp/$set-1" "$here/vectors/$set.bin"
    make "$1" $set 64k 64K "$temp/$set-1" "$temp/$set-2"
done
for set in x86-64 x86-32 avr mips mips-be powerpc; do
    cp "$temp/$set-1" "$here/vectors/$set.bin"
    make "$1" $set 64k 64K "$temp/$set-1" "$temp/$set-2"
done
lite "$1" none 8K "$images/boot-1.bin" "$images/boot-2.bin"
lite "$1" thumb 16K "$images/boot-1.bin" "$images/boot-2.bin"
lite "$1" arm 8K "$images/boot-1.bin" "$images/boot-2.bin"
for set in a32 a64 rv32 rv64 xtensa x86-64 x86-32 avr mips mips-be powerpc; do
    lite "$1" $set 8K "$temp/$set-1" "$temp/$set-2"
done
make "$1" a32 256k 256K "$temp/a32-1" "$temp/a32-2"
make "$1" a64 free 400000 "$temp/a64-1" "$temp/a64-2"
