#!/bin/sh
# format/FWD.md and format/LITE.md are enough to write a decoder: tests/fwd_decode.py, written from the specification
# alone, decodes what the program makes, for every instruction set, and finds the target. So do both with
# the streams of fwdspec/vectors/, of every instruction set and RAM class, which stay as they are.
# Shows [F4] (the arena by the formula), [F5] and [F6] (both streams end as told) and [F7]; refuses.py
# changes a package against each of [F1] to [F9] and expects that clause.
#
# usage: sh tests/checks/check_fwd_spec.sh FWDELTA [FOLDER]     (FOLDER: real images, used with FWD_LONG=1)
set -eu

command -v python3 >/dev/null || {
    echo "check_fwd_spec: no python3"
    exit 77
}
tests=$(cd "$(dirname "$0")/.." && pwd)
images=$tests/../samples/images
fwdelta=$1
corpus=${2:-$tests/../build/corpus}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
checked=0
codec=fwd

# check OLD NEW ARGUMENTS...: makes a package, decodes it, compares.
check() {
    old=$1
    new=$2
    shift 2
    "$fwdelta" gen "$old" "$new" --raw --unsigned --codec "$codec" --force-delta --from-version 1 --to-version 2 \
        --force -o "$temp/package" "$@" >"$temp/log" 2>&1 || {
        cat "$temp/log"
        echo "check_fwd_spec: failed: gen $old $new $*"
        exit 1
    }
    python3 "$tests/fwd_decode.py" "$temp/package" "$old" "$temp/got" && cmp "$temp/got" "$new" || {
        echo "check_fwd_spec: the specification's decoder differs: $old $new $*"
        exit 1
    }
    checked=$((checked + 1))
}

# vector SET-CLASS: the program decodes it, too (inspect compares with the digest).
vector() {
    package=$tests/fwdspec/vectors/$1.upd
    source=$tests/fwdspec/vectors/${1%-*}.bin
    [ -e "$source" ] || source=$images/boot-1.bin
    case $1 in
    *-64k) class='0 64 KiB' ;;
    *-256k) class='1 256 KiB' ;;
    *) class='255 as the other' ;;
    esac
    case $1 in
    *-lite)
        python3 "$tests/fwd_decode.py" "$package" "$source" "$temp/got" &&
            "$(dirname "$fwdelta")/bench/fwdelta-decode-time" "$package" "$source" "$temp/got" 0 >"$temp/log" || {
            echo "check_fwd_spec: failed: the vector $1"
            exit 1
        }
        checked=$((checked + 1))
        return
        ;;
    esac
    python3 "$tests/fwd_decode.py" "$package" "$source" "$temp/got" &&
        "$fwdelta" inspect "$package" --source "$source" --raw >"$temp/log" &&
        grep -q "instruction set  *[0-9]* ${1%-*} " "$temp/log" && grep -q "RAM class  *$class" "$temp/log" || {
        echo "check_fwd_spec: failed: the vector $1"
        exit 1
    }
    checked=$((checked + 1))
}

python3 "$tests/fwdspec/same_start.py" "$tests/.." || exit 1
python3 "$tests/fwdspec/make_images.py" "$temp" "$images/demo-1.0.0.bin"

for vector in none-64k thumb-64k thumb-256k thumb-free arm-256k a32-64k a32-256k a64-64k a64-free rv32-64k rv64-64k xtensa-64k x86-64-64k x86-32-64k avr-64k mips-64k mips-be-64k powerpc-64k \
    none-lite thumb-lite arm-lite a32-lite a64-lite rv32-lite rv64-lite xtensa-lite x86-64-lite x86-32-lite \
    avr-lite mips-lite mips-be-lite powerpc-lite; do
    vector $vector
done
check "$images/boot-1.bin" "$images/boot-2.bin" --isa thumb
check "$images/boot-1.bin" "$images/boot-2.bin" --isa none
python3 "$tests/fwdspec/refuses.py" "$temp/package" "$images/boot-1.bin"
check "$temp/thumb-1" "$temp/thumb-2" --isa arm
check "$temp/thumb-1" "$temp/thumb-2" --isa thumb --ram 30000
check "$temp/a32-1" "$temp/a32-2" --isa a32
check "$temp/a64-1" "$temp/a64-2" --isa a64
check "$temp/rv32-1" "$temp/rv32-2" --isa rv32
check "$temp/rv64-1" "$temp/rv64-2" --isa rv64
check "$temp/xtensa-1" "$temp/xtensa-2" --isa xtensa
python3 "$tests/fwdspec/refuses.py" "$temp/package" "$temp/xtensa-1"
for set in mips mips-be powerpc; do
    check "$temp/$set-1" "$temp/$set-2" --isa $set --base 0x80000000
    check "$temp/$set-1" "$temp/avr-2" --isa $set
done
check "$temp/avr-1" "$temp/avr-2" --isa avr
check "$temp/x86-64-1" "$temp/x86-64-2" --isa x86-64 --base 0xFFFFFFFF81000000
check "$temp/x86-32-1" "$temp/x86-32-2" --isa x86-32 --base 0x81000000
check "$temp/x86-64-1" "$temp/thumb-2" --isa x86-64
check "$temp/x86-32-1" "$temp/thumb-2" --isa x86-32 --base 0x81000000
check "$temp/tiny-1" "$temp/tiny-2" --isa thumb

codec=lite
check "$images/boot-1.bin" "$images/boot-2.bin" --isa thumb --ram 8K
check "$images/boot-1.bin" "$images/boot-2.bin" --isa none --ram 8K
check "$temp/tiny-1" "$temp/tiny-2" --isa thumb --ram 16K
check "$temp/xtensa-1" "$temp/xtensa-2" --isa xtensa --ram 16K
for set in mips mips-be powerpc; do
    check "$temp/$set-1" "$temp/$set-2" --isa $set --base 0x80000000 --ram 8K
    check "$temp/$set-1" "$temp/avr-2" --isa $set --ram 8K
done
check "$temp/avr-1" "$temp/avr-2" --isa avr --ram 8K
check "$temp/x86-64-1" "$temp/x86-64-2" --isa x86-64 --base 0xFFFFFFFF81000000 --ram 8K
check "$temp/x86-32-1" "$temp/x86-32-2" --isa x86-32 --base 0x81000000 --ram 8K
check "$temp/x86-64-1" "$temp/thumb-2" --isa x86-64 --ram 8K
codec=fwd

if [ -n "${FWD_LONG:-}" ]; then
    check "$images/demo-1.0.0.bin" "$images/demo-1.0.1.bin"
    check "$images/demo-1.0.0.bin" "$images/demo-1.1.0.bin"
    [ ! -d "$corpus/particle" ] || {
        check "$corpus/particle/boron-bootloader@2.1.0.bin" "$corpus/particle/boron-bootloader@2.2.0.bin"
        check "$corpus/pybricks/nxt@4.0.1-firmware-base.bin" "$corpus/pybricks/nxt@7.27.0-firmware-base.bin"
        check "$corpus/pybricks/ev3@4.0.1-firmware-base.bin" "$corpus/pybricks/ev3@7.27.0-firmware-base.bin"
    }
fi
echo "$checked packages decoded by the specification alone"
