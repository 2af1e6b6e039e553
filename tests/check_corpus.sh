#!/bin/sh
# Real vendor firmware: every pair of samples/corpus.tsv becomes a delta package that verifies,
# installs in place (4 KiB and 64 KiB erase blocks) and with two slots, ends with 128 and the exact
# target, and whose export Debian's bspatch applies. Prints the sizes, and fails when the packages
# are in the geometric mean larger than 0.95 times Debian's bsdiff.
#
# usage: sh tests/check_corpus.sh FWDELTA [FOLDER]      (FOLDER: where the images are or will be)
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
fwdelta=$1
corpus=${2:-$root/build/corpus}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
limit=0.95

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
    must "installing on $1" "$fwdelta" install "$temp/package" --device "$temp/device"
    cp "$temp/log" "$temp/lines"
    must "finding 128 on $1" grep -e ': 128$' "$temp/lines"
    must "reading $1" "$fwdelta" device dump "$temp/device" firmware -o "$temp/got"
    must "comparing $1" cmp "$temp/got" "$new"
}

check_pair() {
    from=$(date +%s%N)
    must gen "$fwdelta" gen "$old" "$new" --key "$temp/key.pem" --from-version 1 --to-version 2 \
        --force -o "$temp/package" --device "$root/samples/devices/inplace-4k.json"
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
    printf '%s %d %d %d %d\n' "$pair" "$(wc -c <"$new")" "$(wc -c <"$temp/bsdiff")" \
        "$(wc -c <"$temp/package")" "$took" | tee -a "$temp/rows"
}

"$fwdelta" keygen -o "$temp/key.pem" >"$temp/log"
echo "pair, new image, bsdiff, package (bytes), gen (ms)"
while IFS='	' read -r pair old new instruction_set; do
    case $pair in
    '#'*) continue ;;
    esac
    old=$corpus/$old
    new=$corpus/$new
    check_pair
done <"$root/samples/corpus.tsv"

awk -v limit=$limit '
    { sum += log($4 / $3); n++ }
    END {
        mean = exp(sum / n)
        printf "%d pairs; packages are %.3f times bsdiff (geometric mean; at most %s)\n", n, mean, limit
        exit !(mean <= limit)
    }' "$temp/rows"
