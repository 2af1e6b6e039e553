#!/bin/sh
# Which updates of the corpus can go back in place on the sample devices, and what that costs.
#
#   sh bench/undo.sh [OPTIONS]
#
#   --fwdelta FILE   the program (default build/release/fwdelta)
#   --corpus DIR     the images, as samples/fetch-firmware.sh fetches them (default build/corpus)
#   --pairs REGEX    only pairs of samples/corpus.tsv whose name matches
#   --devices REGEX  only files of samples/devices whose name matches
#
# Each update is made for the device twice, without and with policy.trial_starts, and the certificates are
# compared. Prints a line for each pair and device: bytes kept ("-": no way back; "no": it does not install
# there), erases and seconds on the device without and with a trial; then a table of sums.
# Exit status: 0, 2 misuse, 3 something is missing.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
fwdelta=$here/build/release/fwdelta
corpus=$here/build/corpus
pairs=.
devices=.

fail() {
    echo "undo.sh: $2" >&2
    exit "$1"
}

while [ $# -gt 0 ]; do
    case $1 in
    --fwdelta | --corpus | --pairs | --devices)
        [ $# -ge 2 ] || fail 2 "$1 needs a value"
        case $1 in
        --fwdelta) fwdelta=$2 ;;
        --corpus) corpus=$2 ;;
        --pairs) pairs=$2 ;;
        --devices) devices=$2 ;;
        esac
        shift 2
        ;;
    *) fail 2 "unexpected '$1'; the head of this file says what there is" ;;
    esac
done
[ -x "$fwdelta" ] || fail 3 "$fwdelta is missing: build it, or name it with --fwdelta"
[ -d "$corpus" ] || fail 3 "$corpus is missing: sh samples/fetch-firmware.sh, or --corpus"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
key=$here/tests/cli/INSECURE-release.pem

# bytes kept, erases and milliseconds of the certificate; "no" when the update does not install
certificate() {
    "$fwdelta" gen "$corpus/$2" "$corpus/$3" --raw --key "$key" --codec fwd --from-version 1 --to-version 2 \
        --device "$1" -o "$scratch/a.upd" --force --json >"$scratch/a.json" 2>"$scratch/a.err" || {
        echo no
        return
    }
    python3 -c 'import json, sys
c = json.load(open(sys.argv[1]))["certificates"][0]
print(c["bytes_kept"], c["erases"], c["milliseconds"])' "$scratch/a.json"
}

grep -v '^#' "$here/samples/corpus.tsv" | grep -E -- "^[^	]*($pairs)" >"$scratch/pairs" || fail 2 "no pair matches '$pairs'"
for device in "$here"/samples/devices/*.json; do
    name=$(basename "$device" .json)
    grep -q '"in-place"' "$device" || continue
    echo "$name" | grep -Eq -- "$devices" || continue
    sed 's/"policy": {/"policy": {"trial_starts": 3, /' "$device" >"$scratch/$name.json"
    grep -q trial_starts "$scratch/$name.json" || fail 3 "$device has no policy on one line"
    while IFS='	' read -r pair old new _; do
        plain=$(certificate "$device" "$old" "$new")
        trial=no
        [ "$plain" = no ] || trial=$(certificate "$scratch/$name.json" "$old" "$new")
        echo "$name $pair $plain $trial" | awk '
            $3 == "no" || $6 == "no" { print $1, $2, "no"; exit }
            { print $1, $2, ($6 > 0 ? $6 : "-"), $4, $7, $5 / 1000, $8 / 1000 }'
    done <"$scratch/pairs" | tee -a "$scratch/lines"
done

awk '
    { if (!($1 in all)) order[++n] = $1; all[$1]++ }
    $3 == "no" { next }
    { fits[$1]++ }
    $3 != "-" { back[$1]++; kept[$1] += $3; e0[$1] += $4; e1[$1] += $5; s0[$1] += $6; s1[$1] += $7 }
    END {
        print "\n| device | updates that install | can go back | kept, on average | erases | seconds |"
        print "|---|---|---|---|---|---|"
        for (i = 1; i <= n; i++) {
            d = order[i]
            if (back[d] == 0)
                printf "| %s | %d of %d | 0 | | | |\n", d, fits[d], all[d]
            else
                printf "| %s | %d of %d | %d | %d KiB | %d instead of %d | %.1f instead of %.1f |\n", d, fits[d], \
                    all[d], back[d], kept[d] / back[d] / 1024, e1[d] / back[d], e0[d] / back[d], s1[d] / back[d], \
                    s0[d] / back[d]
        }
    }' "$scratch/lines"
