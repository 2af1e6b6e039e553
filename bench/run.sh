#!/bin/sh
# Package sizes and generation cost on real firmware, side by side with Debian's bsdiff in one run.
#
#   sh bench/run.sh [FWDELTA] [CORPUS]
#
# FWDELTA: the program (default build/release/fwdelta); CORPUS: a folder for the images, fetched when
# they are missing (default build/corpus). Prints a Markdown table. Package bytes are those of the
# whole signed package; gen installs each package in memory three times before it writes it.
# Seconds and memory are of the whole process, the median of three runs: compare them as ratios.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
fwdelta=${1:-$here/build/release/fwdelta}
corpus=${2:-$here/build/corpus}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -x "$fwdelta" ] || {
    echo "bench: $fwdelta is not there; build it first (README.md), or name the program" >&2
    exit 3
}
for tool in bsdiff bspatch /usr/bin/time; do
    command -v "$tool" >/dev/null || {
        echo "bench: $tool is missing; install the packages bsdiff and time" >&2
        exit 3
    }
done
sh "$here/samples/fetch-firmware.sh" "$corpus" >&2
"$fwdelta" keygen -o "$work/key.pem" >/dev/null

# Runs a command three times: leaves "seconds kilobytes" of the median in $cost.
measure()
{
    for run in 1 2 3; do
        /usr/bin/time -f '%e %M' -o "$work/time.$run" "$@" >"$work/log" 2>&1 || {
            cat "$work/log" >&2
            exit 1
        }
    done
    cost=$(cat "$work"/time.[123] | sort -n | sed -n 2p)
}

echo "| pair | target | bsdiff | fwdelta | ratio | bsdiff s, MB | fwdelta gen s, MB |"
echo "|---|---:|---:|---:|---:|---:|---:|"
tab=$(printf '\t')
grep -v '^#' "$here/samples/corpus.tsv" | while IFS=$tab read -r name old new rest; do
    measure bsdiff "$corpus/$old" "$corpus/$new" "$work/bs"
    bs_cost=$cost
    measure "$fwdelta" gen "$corpus/$old" "$corpus/$new" -o "$work/p.upd" --force \
        --key "$work/key.pem" --from-version 1 --to-version 2
    "$fwdelta" export-bsdiff40 "$work/p.upd" "$corpus/$old" -o "$work/e.bsdiff" --force \
        >/dev/null
    rm -f "$work/out"
    bspatch "$corpus/$old" "$work/out" "$work/e.bsdiff"
    cmp "$work/out" "$corpus/$new" || exit 1
    echo "$name $(stat -c %s "$corpus/$new" "$work/bs" "$work/p.upd" | tr '\n' ' ') $bs_cost $cost"
done >"$work/rows"
awk '{ r = $4 / $3; s += log(r); n++
       printf "| %s | %d | %d | %d | %.3f | %.2f, %d | %.2f, %d |\n",
           $1, $2, $3, $4, r, $5, $6 / 1024, $7, $8 / 1024 }
     END { if (n) printf "| geometric mean | | | | **%.3f** | | |\n", exp(s / n) }' "$work/rows"
