#!/bin/sh
# Which updates of the corpus can go back in place on the sample devices, and what that costs.
#
#   sh bench/undo.sh [OPTIONS]
#
#   --fwdelta FILE   the program (default build/release/fwdelta)
#   --corpus DIR     the images, as samples/fetch-firmware.sh fetches them (default build/corpus)
#   --pairs REGEX    only pairs of samples/corpus.tsv whose name matches
#   --table [FILE]   measures nothing: the table of such lines (bench/undo.tsv)
#   --devices REGEX  only files of samples/devices whose name matches
#
# Each update is made twice, with a certificate for each device without and with policy.trial_starts, and the
# certificates are compared. Prints a line for each pair and device: bytes kept ("-": no way back; "no": it does not install
# there), erases without and with a trial, and how many seconds it takes longer with one; then a table of sums.
# bench/undo.tsv has the lines of the patch releases; --table makes the table of them, or of another FILE.
# Exit status: 0, 2 misuse, 3 something is missing.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
fwdelta=$here/build/release/fwdelta
corpus=$here/build/corpus
pairs=.
devices=.
lines=

fail() {
    echo "undo.sh: $2" >&2
    exit "$1"
}

while [ $# -gt 0 ]; do
    case $1 in
    --table)
        lines=${2:-$here/bench/undo.tsv}
        [ $# -lt 2 ] || shift
        shift
        ;;
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
table() {
    awk '
        /^#/ { next }
        { if (!($1 in all)) order[++n] = $1; all[$1]++ }
        $3 == "no" { next }
        { fits[$1]++ }
        $3 != "-" { back[$1]++; kept[$1] += $3; e0[$1] += $4; e1[$1] += $5; more[$1] += $6 }
        END {
            print "| device | updates that install | can go back | kept, on average | erases | seconds more |"
            print "|---|---|---|---|---|---|"
            for (i = 1; i <= n; i++) {
                d = order[i]
                if (back[d] == 0)
                    printf "| %s | %d of %d | 0 | | | |\n", d, fits[d], all[d]
                else {
                    seconds = sprintf("%.1f", more[d] / back[d])
                    printf "| %s | %d of %d | %d | %d KiB | %d instead of %d | %s |\n", d, fits[d], all[d], back[d], \
                        kept[d] / back[d] / 1024, e1[d] / back[d], e0[d] / back[d], seconds == "-0.0" ? "0.0" : seconds
                }
            }
        }' "$1"
}

[ -z "$lines" ] || {
    table "$lines"
    exit
}
[ -x "$fwdelta" ] || fail 3 "$fwdelta is missing: build it, or name it with --fwdelta"
[ -d "$corpus" ] || fail 3 "$corpus is missing: sh samples/fetch-firmware.sh, or --corpus"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
key=$here/tests/cli/INSECURE-release.pem

# certificates OLD NEW: one package for all devices that are left; the certificates say what it costs each. A
# device that does not take it is named by the sentence of gen, and left out.
certificates() {
    while [ -s "$scratch/left" ]; do
        # shellcheck disable=SC2046
        "$fwdelta" gen "$corpus/$1" "$corpus/$2" --raw --key "$key" --codec fwd --from-version 1 --to-version 2 \
            $(sed 's/^/--device /' "$scratch/left") -o "$scratch/a.upd" --force --json \
            >"$scratch/a.json" 2>"$scratch/a.err" && return
        while read -r file; do
            name=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["name"])' "$file")
            grep -qF " $name: " "$scratch/a.err" || echo "$file"
        done <"$scratch/left" >"$scratch/less"
        cmp -s "$scratch/left" "$scratch/less" && {
            cat "$scratch/a.err" >&2
            fail 1 "this says of no device that it is the reason"
        }
        mv "$scratch/less" "$scratch/left"
    done
    echo '{"certificates": []}' >"$scratch/a.json"
}

# A line for each device. A slot that is too small needs no package.
cat >"$scratch/lines.py" <<'END'
import json, os, sys

pair, names = sys.argv[1], open(sys.argv[2]).read().split()
certificates = {}
for left, made in zip(sys.argv[3::2], sys.argv[4::2]):
    files = open(left).read().split()
    certificates.update(zip((os.path.basename(f)[:-5] for f in files), json.load(open(made))["certificates"]))
for name in names:
    plain, trial = certificates.get(name), certificates.get(name + "-trial")
    if plain is None or trial is None:
        print(name, pair, "no")
    else:
        print(name, pair, trial["bytes_kept"] or "-", plain["erases"], trial["erases"],
              (trial["milliseconds"] - plain["milliseconds"]) / 1000)
END
cat >"$scratch/roomy.py" <<'END'
import json, os, sys

for file in sys.argv[3:]:
    device = json.load(open(file))
    blocks = next(c for c in device["components"] if c["layout"] == "in-place")["slots"][0]["blocks"]
    if sum(b["size"] * b["count"] for b in blocks) >= max(int(n) for n in sys.argv[1:3]):
        print(file)
END

grep -v '^#' "$here/samples/corpus.tsv" | grep -E -- "^[^	]*($pairs)" >"$scratch/pairs" || fail 2 "no pair matches '$pairs'"
for device in "$here"/samples/devices/*.json; do
    name=$(basename "$device" .json)
    grep -q '"in-place"' "$device" || continue
    echo "$name" | grep -Eq -- "$devices" || continue
    cp "$device" "$scratch/$name.json"
    sed 's/"policy": {/"policy": {"trial_starts": 3, /' "$device" >"$scratch/$name-trial.json"
    grep -q trial_starts "$scratch/$name-trial.json" || fail 3 "$device has no policy on one line"
    echo "$name"
done >"$scratch/names"
while IFS='	' read -r pair old new _; do
    for trial in '' -trial; do
        # shellcheck disable=SC2046
        python3 "$scratch/roomy.py" "$(wc -c <"$corpus/$old")" "$(wc -c <"$corpus/$new")" \
            $(sed "s|\(.*\)|$scratch/\1$trial.json|" "$scratch/names") >"$scratch/left"
        certificates "$old" "$new"
        mv "$scratch/left" "$scratch/left$trial.of"
        mv "$scratch/a.json" "$scratch/a$trial.of"
    done
    python3 "$scratch/lines.py" "$pair" "$scratch/names" "$scratch/left.of" "$scratch/a.of" "$scratch/left-trial.of" \
        "$scratch/a-trial.of"
done <"$scratch/pairs" | tee "$scratch/lines"

echo
table "$scratch/lines"
