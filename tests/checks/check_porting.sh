#!/bin/sh
# The porting example (samples/porting), run on this machine: in the 64 KiB of arena that it has it
# installs what gen makes by default and a full package of --ram 64K, goes on after power cuts, and comes
# back by a full package when an update cannot be finished.
#
# usage: sh tests/checks/check_porting.sh PORTING FWDELTA [low]
#        low: its library has lower limits, and is not the one whose memory the pages state
set -eu

porting=$1
fwdelta=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
images=$root/samples/images
old=$images/demo-1.0.1.bin
new=$images/demo-1.1.0.bin
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"

fail() {
    echo "check_porting: $*"
    exit 1
}

# run STATUS LINE ARGUMENT...: the device is switched on
run() {
    status=$1
    line=$2
    shift 2
    found=0
    "$porting" run device key.pub.pem "$@" >said 2>&1 || found=$?
    [ "$found" -eq "$status" ] && grep -qx "$line" said || {
        cat said
        fail "run $*: status $found, not $status with '$line'"
    }
}

# What the slot holds is IMAGE, and erased bytes after it.
holds() {
    dd if=device bs=4096 skip=16 count=112 status=none >slot
    head -c "$(wc -c <"$1")" slot | cmp - "$1" || fail "the slot does not hold $1"
    tail -c "+$(($(wc -c <"$1") + 1))" slot | LC_ALL=C tr -d '\377' | cmp - /dev/null ||
        fail "something lies after $1"
}

# The areas of the package and of what was staged.
wipe() {
    head -c $((120 * 4096)) /dev/zero | LC_ALL=C tr '\000' '\377' |
        dd of=device bs=4096 seek=128 conv=notrunc status=none
}

gen() {
    "$fwdelta" gen "$@" --key key.pem --product X100 >log 2>&1 || {
        cat log
        fail "gen $*"
    }
}

"$fwdelta" keygen -o key.pem >log
gen "$old" "$new" -o delta.upd
gen "$old" "$new" -o for-device.upd --device "$root/samples/porting/device_example.json"
gen --full "$new" -o full.upd --ram 64K
gen --full "$new" -o compressed.upd --codec xz

# ---- without a power cut ---------------------------------------------------------------------------

"$porting" factory new "$old" 1.0.1
for package in delta for-device full; do
    cp new device
    cp new.otp device.otp
    run 0 'code 128' $package.upd
    holds "$new"
    echo "$package.upd: $(wc -c <$package.upd) bytes, installed"
done
"$porting" factory other "$images/demo-1.0.0.bin" 1.0.0
mv other device
mv other.otp device.otp
run 0 'code 168' delta.upd # a delta of another image
holds "$images/demo-1.0.0.bin"
cp new device
cp new.otp device.otp
run 0 'code 247' compressed.upd # the device has no such codec
holds "$old"

"$porting" factory other nothing 1.0.0 2>log && fail "an image that is not there"
grep -q '^porting: nothing: ' log && [ ! -e other ] || fail "an image that is not there: $(cat log)"
"$porting" run device nothing 2>log && fail "a key that is not there"
grep -qx 'porting: nothing: cannot be read' log || fail "a key that is not there: $(cat log)"
"$porting" run device key.pem 2>log && fail "a private key"
grep -qx 'porting: key.pem: not a public Ed25519 key' log || fail "a private key: $(cat log)"
for number in x -1 0 1x ''; do
    "$porting" run device key.pub.pem --cut "$number" delta.upd >log 2>&1 && fail "--cut '$number'"
    grep -q "'$number'" log || fail "--cut '$number': $(cat log)"
done

# ---- power cuts, and recovery -----------------------------------------------------------------------

for cut in 1500 3000 5000 8000 11000 13000 16000 18000; do
    cp new device
    cp new.otp device.otp
    run 4 'starts 0x08010000' --cut $cut delta.upd
    run 0 'code 128'
    holds "$new"
done
echo "8 power cuts: installed at the next start"

cp new device
cp new.otp device.otp
run 4 'starts 0x08010000' --cut 13000 delta.upd
wipe
run 1 'waits for a package'
run 1 'waits for a package' delta.upd # a delta needs the firmware that is gone
run 0 'code 128' full.upd
holds "$new"
echo "package and staging lost in the middle of an update: recovered by full.upd"

# ---- what is said about it --------------------------------------------------------------------------

[ "${3:-}" != low ] || exit 0

# What PORTING.md has between "```sh NAME" and "```".
command_of() {
    sed -n "/^\`\`\`sh $1\$/,/^\`\`\`\$/p" "$root/verify/PORTING.md" | sed '1d;$d'
}

cp key.pub.pem release.pub.pem
id=$(command_of key-id | sh)
"$fwdelta" inspect delta.upd | grep -q "key id *$id " || fail "PORTING.md: another key id is $id"
command_of key-bytes | sh | sed 's/0x//g; s/,/ /g' | tr -s ' \n' '\n' | grep . >bytes
openssl pkey -pubin -in key.pub.pem -noout -text | sed -n 's/^ *//; s/:$//; /:/p' | tr ':' '\n' |
    grep -xE '[0-9a-f]{2}' >expected
[ "$(wc -l <bytes)" -eq 32 ] && cmp bytes expected || fail "PORTING.md: other bytes of the key"

need=$("$porting" memory | sed 's/ bytes.*//')
for file in verify/PORTING.md samples/porting/device_example.c; do
    grep -qw "$need" "$root/$file" || fail "$file does not say that fwd_update_memory() gives $need"
done
[ "$("$porting" memory | sed 's/.* //')" -ge 65536 ] || fail "the arena has less than 64 KiB"
