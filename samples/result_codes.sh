#!/bin/sh
# Each documented result code from its cause, on a simulated device: F1 to F30, one line a row. What
# is wrong is in the package, which is edited and signed again with openssl where a signature has to
# be right, or in the device, which 'fwdelta device fault' breaks.
#
# usage: sh samples/result_codes.sh [FWDELTA]        (default: build/release/fwdelta)
#
# Needs openssl and gzip. Exit status: 0 every row gave its code on its channel, and left what it
# says; 1 one did not; 3 something is missing. tests/sim/test_codes.c has the same rows with more looks.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
fwdelta=${1:-$root/build/release/fwdelta}
if [ ! -x "$fwdelta" ] || [ -d "$fwdelta" ]; then
    echo "result_codes: there is no program $fwdelta; build it: sh samples/walkthrough.sh, or cmake" \
        "--preset release && cmake --build --preset release" >&2
    exit 3
fi
fwdelta=$(realpath "$fwdelta")
images=$root/samples/images
description=$root/samples/devices/inplace-4k.json
old=$images/demo-1.0.0.bin
new=$images/demo-1.0.1.bin
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-codes.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
cd "$work"
failed=0

for tool in "$fwdelta" openssl gzip; do
    command -v "$tool" >/dev/null || { echo "result_codes: $tool is missing" >&2; exit 3; }
done

quiet() {
    "$fwdelta" "$@" >log 2>&1 || { cat log >&2; echo "result_codes: failed: fwdelta $*" >&2; exit 1; }
}

# ---- packages -----------------------------------------------------------------------------------

# le FILE OFFSET BYTES: a little-endian number.
le() {
    od -An -tu1 -j "$2" -N "$3" "$1" | awk '{ for (i = NF; i > 0; i--) n = n * 256 + $i } END { print n }'
}

# put FILE OFFSET VALUE BYTES: writes such a number.
put() {
    value=$3
    i=0
    while [ "$i" -lt "$4" ]; do
        printf "\\$(printf '%03o' $((value % 256)))"
        value=$((value / 256))
        i=$((i + 1))
    done | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# splice FILE OFFSET PART: the bytes of PART replace those at the offset.
splice() {
    dd if="$3" of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# flipped OFFSET: b.upd is a.upd with a bit turned.
flipped() {
    cp a.upd b.upd
    put b.upd "$1" $(($(le a.upd "$1" 1) ^ 1)) 1
}

# offset FILE FIELD: where 'fwdelta inspect' finds it.
offset() {
    "$fwdelta" inspect "$1" | awk -v field="$2" 'index($0, "  " field "  ") { print $1; exit }'
}

signed_size() {
    echo $((43 + $(le "$1" 5 2)))
}

payload_at() {
    echo $(($(signed_size "$1") + $(le "$1" "$(signed_size "$1")" 2)))
}

# sign FILE KEY ORIGINAL: the payload's digest, the signature, its check sum; the key id stays as it
# is. What ORIGINAL was before it was edited into FILE says where they are.
sign() {
    at=$(signed_size "$1")
    tail -c +$(($(payload_at "$1") + 1)) "$1" | openssl dgst -sha256 -binary >digest
    splice "$1" "$(offset "$3" 'payload digest')" digest
    head -c "$at" "$1" >signed
    openssl pkeyutl -sign -inkey "$2" -rawin -in signed -out signature
    splice "$1" $((at + 6 + 11)) signature
    { tail -c +$((at + 1)) "$1" | head -c 2; tail -c +$((at + 7)) "$1" | head -c 11; cat signature; } |
        gzip -c | tail -c 8 | head -c 4 >sum
    splice "$1" $((at + 2)) sum
}

# ---- devices ------------------------------------------------------------------------------------

# device [IMAGE VERSION]: fresh, and results go to port 3 at 57600.
device() {
    rm -rf dev
    quiet device create dev --description "$description" --image firmware="${1:-$old}" \
        --version "${2:-1.0.0}" --trust key.pub.pem
    fault --channel 3:57600
}

fault() {
    quiet device fault dev "$@"
}

# with RAM: the description of a device with so little memory
with() {
    sed "s/\"ram_budget\": [0-9]*/\"ram_budget\": $1/" "$root/samples/devices/inplace-4k.json" >small.json
    description=small.json
    device
    description=$root/samples/devices/inplace-4k.json
}

value() {
    sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" out | head -n 1
}

# row NAME WHAT CODE AFTERWARDS PACKAGE [OPTIONS]: installs, and starts the device until it has ended.
row() {
    name=$1 what=$2 code=$3 then=$4
    shift 4
    "$fwdelta" install "$@" --device dev --json >out 2>log || true
    starts=0
    while [ "$(value next)" = resume ] && [ "$starts" -lt 5 ]; do
        "$fwdelta" boot dev --json >out 2>log || true
        starts=$((starts + 1))
    done
    channel='3 57600'
    case $code in 130 | 131 | 132) channel='1 115200' ;; esac
    next=$(value next)
    [ "$next" != run ] || next=$(value version)
    found="$(value code), port $(value port) $(value baud), then $next"
    wanted="$code, port $channel, then $then"
    if [ "$found" = "$wanted" ]; then
        printf '%-4s %-48s %s (%s)\n' "$name" "$what" "$found" "$(value reason)"
    else
        printf '%-4s %-48s %s; EXPECTED %s\n' "$name" "$what" "$found" "$wanted"
        failed=1
    fi
}

# ---- the rows -----------------------------------------------------------------------------------

quiet keygen -o key.pem
quiet keygen -o other.pem
versions='--from-version 1.0.0 --to-version 1.0.1'
# shellcheck disable=SC2086
{
    quiet gen "$old" "$new" --key key.pem $versions -o a.upd
    quiet gen "$old" "$new" --key key.pem $versions --product another -o product.upd
    quiet gen "$old" "$new" --key key.pem $versions --name modem -o component.upd
    quiet gen "$old" "$new" --key key.pem $versions -o two.upd \
        --component boot,role=boot,from=1,to=2="$images/boot-1.bin:$images/boot-2.bin"
}
quiet gen --full "$new" --to-version 1.0.1 --key key.pem -o full.upd

device
row F1 'the package of this firmware' 128 1.0.1 a.upd
row F2 'installed already' 128 1.0.1 a.upd
device "$images/demo-1.1.0.bin" 1.1.0
row F3 'the device runs another firmware' 168 1.1.0 a.upd
device
flipped 0
row F4 'a byte of the magic' 158 1.0.0 b.upd
cp a.upd b.upd
put b.upd 4 $(($(le a.upd 4 1) + 16)) 1
sign b.upd key.pem a.upd
row F5 'format version + 1, signed' 174 1.0.0 b.upd
flipped $(($(payload_at a.upd) - 1))
row F6 'a byte of the signature' 173 1.0.0 b.upd
flipped $(($(payload_at a.upd) + 50))
row F7 'a byte of the payload' 173 1.0.0 b.upd
cp a.upd b.upd
sign b.upd other.pem a.upd
row F8 'signed with another key' 173 1.0.0 b.upd
device
fault --remove keys
row F9 'no public key' 227 1.0.0 a.upd
device
head -c $(($(wc -c <a.upd) - 1)) a.upd >b.upd
row F10 'a byte too short' 180 1.0.0 b.upd
{ cat a.upd; printf '\032'; } >b.upd
row F10 'a byte too long' 180 1.0.0 b.upd
row F11 'padded by Xmodem' 128 1.0.1 a.upd --transport xmodem
device
cp a.upd b.upd
put b.upd "$(offset a.upd 'firmware section size')" 1 1
sign b.upd key.pem a.upd
row F12 'the last section states a size, signed' 148 1.0.0 b.upd
cp a.upd b.upd
head -c 20 /dev/zero >zeros
splice b.upd $(($(payload_at a.upd) + 40)) zeros
sign b.upd key.pem a.upd
row F13 'a stream that is damaged, signed' 140 1.0.0 b.upd
with 40000
row F14 'less memory than the decoder needs' 141 1.0.0 a.upd
with 4000
row F15 'less memory than the installer needs' 131 null a.upd
device
fault --destroy partition-table
row F16 'no partition table' 132 1.0.0 a.upd
device
fault --remove flash
row F17 'no flash' 130 null a.upd
device
fault --destroy bad-block-table
row F18 'no bad-block table' 134 1.0.0 a.upd
device
fault --destroy file-store
row F19 'no file system' 145 1.0.0 a.upd
device
row F20 'a component that the device lacks' 144 1.0.0 component.upd
fault --fault program,fail,area=firmware,skip=20
row F21 'a program that fails' 160 recovery a.upd
device
fault --fault program,fail,area=journal
row F22 'a journal that cannot be written' 230 1.0.0 a.upd
device
fault --fault program,silent,area=firmware,skip=20
row F23 'other bytes than were written' 195 recovery a.upd
device
fault --hook finalization=finalize
row F24 'finalization fails (hook)' 224 1.0.0 a.upd
device
fault --hook validation=canary
row F25 'memory is overwritten (hook)' 178 1.0.0 a.upd
device
fault --hook validation=internal
row F26 'nothing that has a code of its own (hook)' 129 1.0.0 a.upd
device
cp two.upd b.upd
put b.upd "$(offset two.upd 'firmware section size')" $((0x7FFF)) 2
sign b.upd key.pem two.upd
row F27 'sections larger than the payload, signed' 247 1.0.0 b.upd
row F28 'a full package' 158 1.0.0 full.upd
row F30 'for another product' 247 1.0.0 product.upd

# F29 is all of F1, with power that fails at each write.
"$fwdelta" torture a.upd --device "$description" --image firmware="$old" --version 1.0.0 \
    --trust key.pub.pem --tears before >out 2>log || failed=1
printf '%-4s %-48s %s\n' F29 'power fails at every write of F1' \
    "$(sed -n 's/^fired *\([0-9]*\) of .*/\1 cuts, /p' out)$(sed -n 's/^result *//p' out)"
exit "$failed"
