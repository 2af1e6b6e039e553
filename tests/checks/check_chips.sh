#!/bin/sh
# The devices of samples/devices that describe chips: a delta and a full package are made for each, installed on
# it, cut by hand, and cut at random.
#
# usage: sh tests/checks/check_chips.sh FWDELTA [CUTS]     (CUTS: for fwdelta torture, default random:40)
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
fwdelta=$1
cuts=${2:-random:40}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
old=$root/samples/images/demo-1.0.0.bin
new=$root/samples/images/demo-1.0.1.bin
chips='esp32 lpc55s69 nrf52840 rp2040 stm32f407 stm32f407-fram stm32f407-spi stm32f767 stm32h743 stm32l476'

# must WHAT COMMAND...: fails with the command's words.
must() {
    what=$1
    shift
    "$@" >"$temp/said" 2>&1 || {
        cat "$temp/said"
        echo "check_chips: $chip: $what failed: $*"
        exit 1
    }
}

fail() {
    cat "$temp/said"
    echo "check_chips: $chip: $1"
    exit 1
}

factory() {
    rm -rf "$temp/device"
    must 'making the device' "$fwdelta" device create "$temp/device" --description "$description" \
        --image "firmware=$old" --version 1.0.0 --trust "$temp/key.pub.pem"
}

has_new() {
    rm -f "$temp/got"
    must 'reading it' "$fwdelta" device dump "$temp/device" firmware -o "$temp/got"
    must 'comparing it' cmp "$temp/got" "$new"
}

"$fwdelta" keygen -o "$temp/key.pem" >/dev/null
for chip in $chips; do
    description=$root/samples/devices/$chip.json
    must 'making a delta' "$fwdelta" gen "$old" "$new" --from-version 1.0.0 --to-version 1.0.1 \
        --key "$temp/key.pem" --device "$description" -o "$temp/delta" --force
    must 'making a full package' "$fwdelta" gen --full "$new" --to-version 1.0.1 --key "$temp/key.pem" \
        --device "$description" -o "$temp/full" --force
    for package in delta full; do
        factory
        must "installing a $package package" "$fwdelta" install "$temp/$package" --device "$temp/device" \
            --command "$package"
        grep -qe ': 128$' "$temp/said" || fail 'installing a package did not end with 128'
        has_new
    done
    factory
    "$fwdelta" install "$temp/delta" --device "$temp/device" --cut 400 >"$temp/log" 2>&1 || true
    grep -q 'power' "$temp/log" || fail 'there was no cut'
    must 'coming back' "$fwdelta" boot "$temp/device"
    must 'cutting the power' "$fwdelta" torture "$temp/delta" --device "$description" \
        --image "firmware=$old" --version 1.0.0 --trust "$temp/key.pub.pem" --cuts "$cuts" --jobs 1
    echo "$chip: $(sed -n 's/^result *//p' "$temp/said")"
done
