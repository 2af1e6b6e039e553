#!/bin/sh
# The sample firmware of other processors, end to end: what gen finds in it, verify, installing in place and
# with two slots, power cuts. With FWD_LONG=1 what Debian's compilers make for the other processors is checked, too, of those
# that are installed: gen takes the set that is meant, and fewer bytes than without one.
#
# usage: sh tests/checks/check_processors.sh FWDELTA [CUTS]     (CUTS: for fwdelta torture, default random:40)
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
fwdelta=$1
cuts=${2:-random:40}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# must WHAT COMMAND...: fails with the command's words.
must() {
    what=$1
    shift
    "$@" >"$temp/said" 2>&1 || {
        cat "$temp/said"
        echo "check_processors: $target: $what failed: $*"
        exit 1
    }
}

fail() {
    cat "$temp/said"
    echo "check_processors: $target: $1"
    exit 1
}

# finds ISA OLD NEW: gen takes this set by itself, and bytes without one are more.
finds() {
    must 'making a delta' "$fwdelta" gen "$2" "$3" --raw --unsigned --force --json -o "$temp/found"
    grep -q "\"isa\": \"$1\"" "$temp/said" || fail "gen did not take $1"
    must 'making a delta' "$fwdelta" gen "$2" "$3" --raw --unsigned --force --isa none -o "$temp/none"
    [ "$(wc -c <"$temp/found")" -lt "$(wc -c <"$temp/none")" ] || fail "no smaller than without $1"
}

"$fwdelta" keygen -o "$temp/key.pem" >/dev/null
for target in rv32 lx106; do
    old=$root/samples/images/$target-1.0.0.bin
    case $target in
    rv32) isa=rv32 ;;
    lx106) isa=xtensa ;;
    esac
    for to in 1.0.1 1.1.0; do
        new=$root/samples/images/$target-$to.bin
        finds $isa "$old" "$new"
        for device in inplace-4k dual-slot; do
            description=$root/samples/devices/$device.json
            must 'making a delta' "$fwdelta" gen "$old" "$new" --raw --from-version 1.0.0 --to-version $to \
                --key "$temp/key.pem" --device "$description" -o "$temp/delta" --force
            must 'verify' "$fwdelta" verify "$temp/delta" --trust "$temp/key.pub.pem" --source "$old" \
                --target "$new" --raw --device "$description"
            rm -rf "$temp/device" "$temp/got"
            must 'making the device' "$fwdelta" device create "$temp/device" --description "$description" \
                --image "firmware=$old" --raw --version 1.0.0 --trust "$temp/key.pub.pem"
            must 'power cuts' "$fwdelta" torture "$temp/delta" --device "$description" \
                --image "firmware=$old" --raw --version 1.0.0 --trust "$temp/key.pub.pem" --cuts "$cuts" --jobs 1
            must 'installing' "$fwdelta" install "$temp/delta" --device "$temp/device"
            must 'reading it' "$fwdelta" device dump "$temp/device" firmware -o "$temp/got"
            must 'comparing it' cmp "$temp/got" "$new"
        done
    done
done

checked='rv32 lx106'
[ -n "${FWD_LONG:-}" ] || {
    echo "checked: $checked"
    exit 0
}
for target in rv64:rv64 mips:mips mips-be:mips-be powerpc:powerpc x86-64:x86-64 m0:thumb; do
    isa=${target#*:} target=${target%:*}
    sh "$root/samples/firmware/build_portable.sh" "$temp/images" "$target" >"$temp/said" 2>&1 || continue
    for to in 1.0.1 1.1.0; do
        finds "$isa" "$temp/images/$target-1.0.0.bin" "$temp/images/$target-$to.bin"
    done
    checked="$checked $target"
done
echo "checked: $checked"
