#!/bin/sh
# Real vendor firmware: every pair of samples/corpus.tsv becomes a delta package that verifies,
# installs in place (4 KiB and 64 KiB erase blocks) and with two slots, ends with 128 and the exact
# target, costs there exactly what its certificates state, and whose export Debian's bspatch applies.
# Prints the sizes, and fails when in the geometric mean
#   - the packages, without their certificates, are larger than 0.35 times Debian's bsdiff,
#   - more than 1.25 times the least possible is programmed in place with 4 KiB blocks (staging apart),
#   - patch releases (of equal major version) stage more than 40 % of the image there.
#
# usage: sh tests/checks/check_corpus.sh FWDELTA [FOLDER]      (FOLDER: where the images are or will be)
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
fwdelta=$1
corpus=${2:-$root/build/corpus}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
limit=0.35
certificates=$((3 * 64))

sh "$root/samples/fetch-firmware.sh" "$corpus" >"$temp/log" || exit 1

# must WHAT COMMAND...: fails with the command's words.
must() {
    what=$1
    shift
    "$@" >"$temp/log" 2>&1 || {
        cat "$temp/log"
        echo "check_corpus: $pair: $what failed: $*"
        exit 1
    }
}

installs_on() {
    rm -rf "$temp/device" "$temp/got"
    must "making $1" "$fwdelta" device create "$temp/device" \
        --description "$root/samples/devices/$1.json" --image "firmware=$old" --version 1 \
        --trust "$temp/key.pub.pem"
    must "installing on $1" "$fwdelta" install "$temp/package" --device "$temp/device" --cost
    cp "$temp/log" "$temp/$1"
    must "finding 128 on $1" grep -e ': 128$' "$temp/$1"
    must "comparing the certificate on $1" grep -e 'this is what was counted' "$temp/$1"
    must "reading $1" "$fwdelta" device dump "$temp/device" firmware -o "$temp/got"
    must "comparing $1" cmp "$temp/got" "$new"
}

# patch or major, by the versions that the pair is named by
kind() {
    to=${pair##*-}
    from_version=${pair%-*}
    from_version=${from_version##*-}
    [ "${to%%.*}" = "${from_version%%.*}" ] && echo patch || echo major
}

check_pair() {
    from=$(date +%s%N)
    must gen "$fwdelta" gen "$old" "$new" --key "$temp/key.pem" --from-version 1 --to-version 2 \
        --force -o "$temp/package" --device "$root/samples/devices/inplace-4k.json" \
        --device "$root/samples/devices/inplace-64k.json" --device "$root/samples/devices/dual-slot.json"
    took=$((($(date +%s%N) - from) / 1000000))
    must verify "$fwdelta" verify "$temp/package" --trust "$temp/key.pub.pem" --source "$old" \
        --target "$new"
    for device in inplace-4k inplace-64k dual-slot; do
        installs_on $device
    done
    must export "$fwdelta" export-bsdiff40 "$temp/package" "$old" --force -o "$temp/patch"
    must bspatch bspatch "$old" "$temp/got" "$temp/patch"
    must "comparing bspatch" cmp "$temp/got" "$new"
    must bsdiff bsdiff "$old" "$new" "$temp/bsdiff"
    ratio=$(sed -n 's/^ratio *\([0-9.]*\) .*/\1/p' "$temp/inplace-4k")
    staged=$(sed -n 's/^staging *\([0-9]*\) of .*/\1/p' "$temp/inplace-4k")
    printf '%s %d %d %d %d %d %s %s\n' "$pair" "$(wc -c <"$new")" "$(wc -c <"$temp/bsdiff")" \
        $(($(wc -c <"$temp/package") - certificates)) "$took" "$staged" "$ratio" "$(kind)" |
        tee -a "$temp/rows"
}

"$fwdelta" keygen -o "$temp/key.pem" >"$temp/log"
echo "pair, new image, bsdiff, package, gen (ms), staged, programmed / least, release"
while IFS='	' read -r pair old new instruction_set; do
    case $pair in
    '#'*) continue ;;
    esac
    old=$corpus/$old
    new=$corpus/$new
    check_pair
done <"$root/samples/corpus.tsv"

awk -v limit=$limit '
    { size += log($4 / $3); programmed += log($7); n++ }
    $8 == "patch" { staged += log($6 / $2); patches++ }
    END {
        size = exp(size / n); programmed = exp(programmed / n); staged = exp(staged / patches)
        printf "%d pairs; packages are %.3f times bsdiff (geometric mean; at most %s)\n", n, size, limit
        printf "in place: %.3f times the least possible is programmed (at most 1.25); " \
            "%d patch releases stage %.1f %% of the image (at most 40)\n", programmed, patches, 100 * staged
        exit !(size <= limit && programmed <= 1.25 && staged <= 0.40)
    }' "$temp/rows"
