#!/bin/sh
# Package sizes and cost on real firmware, side by side with other delta tools on the same pairs.
#
#   sh bench/run.sh [OPTIONS]
#
#   --fwdelta FILE  the program (default build/release/fwdelta, built when missing)
#   --corpus DIR    the images, fetched when they are missing (default build/corpus)
#   --out DIR       for results.csv, results.md and results.png (default bench; with --quick build/bench)
#   --pairs REGEX   only pairs whose name matches
#   --settings LIST of fwdelta, CODEC:EFFORT:RAM with spaces between; RAM as 64K, or nothing
#   --runs N        the median of N runs (default 3); images over 8 MB are run once, with the memory
#                   that gen gives them by itself
#   --kernel        also two AArch64 kernels of Debian (fetch-kernels.sh); a note when not available
#   --quick         one pair of samples/images, bsdiff and fwdelta's default, one run: nothing is fetched
#
# Every package is verified and decoded, every patch applied, and every result compared with the new
# image. Package bytes are those of the whole signed package. Seconds are CPU time (user and system).
# Generation by fwdelta includes installing the package three times in memory; its application is
# decode_time.c, that of the others the whole process. Needs bsdiff; other peers (peers.sh) are measured
# when they are on PATH: sh tests/install_packages.sh build bench
# Exit status: 0, 1 a result is wrong, 2 misuse, 3 something is missing.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=bench/peers.sh
. "$here/bench/peers.sh"
fwdelta=$here/build/release/fwdelta
corpus=$here/build/corpus
out=
pattern=.
runs=3
quick='' kernel=''
large=8000000
settings='fwd:fast:64K fwd:default:64K fwd:best:64K fwd:default:256K bsdiff-xz:default:'
large_settings='fwd:fast: fwd:default:'

fail() {
    echo "bench: $2" >&2
    exit "$1"
}

while [ $# -gt 0 ]; do
    case $1 in
    --fwdelta | --corpus | --out | --pairs | --settings | --runs)
        [ $# -ge 2 ] || fail 2 "$1 needs a value; see sh bench/run.sh --help"
        case $1 in
        --fwdelta) fwdelta=$2 ;;
        --corpus) corpus=$2 ;;
        --out) out=$2 ;;
        --pairs) pattern=$2 ;;
        --settings) settings=$2 large_settings='' ;;
        --runs) runs=$2 ;;
        esac
        shift
        ;;
    --quick) quick=yes ;;
    --kernel) kernel=yes ;;
    -h | --help)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) fail 2 "'$1' is not known; see sh bench/run.sh --help" ;;
    esac
    shift
done
case $runs in
*[!0-9]* | '' | 0) fail 2 "--runs needs a number from 1, not '$runs'" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

build_when_missing() {
    tools=$(dirname "$fwdelta")/bench
    [ -x "$fwdelta" ] && [ -x "$tools/fwdelta-cost" ] && [ -x "$tools/fwdelta-decode-time" ] && return
    [ "$fwdelta" = "$here/build/release/fwdelta" ] || fail 3 "$fwdelta, or bench/ beside it, is missing"
    (cd "$here" && cmake --preset release && cmake --build --preset release) >&2
}

# "name old new isa" with paths, a line for each pair.
list_pairs() {
    tab=$(printf '\t')
    if [ -n "$quick" ]; then
        images=$here/samples/images
        echo "demo-1.0.0-1.0.1$tab$images/demo-1.0.0.bin$tab$images/demo-1.0.1.bin${tab}thumb2"
        return
    fi
    awk -F "$tab" -v OFS="$tab" -v dir="$corpus/" -v pattern="$pattern" \
        '!/^#/ && $1 ~ pattern { print $1, dir $2, dir $3, $4 }' "$here/samples/corpus.tsv"
    if [ -n "$kernel" ]; then
        if kernels=$(sh "$here/bench/fetch-kernels.sh"); then
            echo "$kernels" | paste -s - | sed "s/^/linux-6.1.0-47-50$tab/; s/\$/${tab}arm64/"
        else
            echo "bench: the pair of kernels is skipped" >&2
        fi
    fi
}

# Runs a command $times times; leaves "seconds KiB" of the median in $cost. 1: it failed; see log.
costs() {
    : >"$work/costs"
    run=0
    while [ $run -lt "$times" ]; do
        "$tools/fwdelta-cost" "$work/cost" "$@" >"$work/log" 2>&1 || return 1
        cat "$work/cost" >>"$work/costs"
        run=$((run + 1))
    done
    cost=$(sort -n "$work/costs" | sed -n "$(((times + 1) / 2))p")
}

size_of() {
    wc -c <"$1" | tr -d ' '
}

# row TOOL SETTING BYTES "GEN-S GEN-KIB" "APPLY-S APPLY-KIB-OR-EMPTY" ARENA
row() {
    awk -v OFS=, -v pair="$pair" -v isa="$isa" -v target="$(size_of "$new")" -v tool="$1" \
        -v setting="$2" -v bytes="$3" -v gen="$4" -v apply="$5" -v arena="$6" 'BEGIN {
            split(gen, g, " "); n = split(apply, a, " ")
            print pair, isa, target, tool, setting, bytes, sprintf("%.4f", g[1]),
                sprintf("%.1f", g[2] / 1024), sprintf("%.6f", a[1]),
                (n == 2 ? sprintf("%.1f", a[2] / 1024) : ""), arena }' >>"$work/rows"
}

wrong() {
    sed 's/^/    /' "$work/log" >&2
    fail 1 "$pair: $1"
}

run_peer() {
    rm -f "$work/patch" "$work/got"
    peer_make "$1" "$old" "$new" "$work/patch" || {
        echo "bench: $pair: $1 makes no patch; left out" >&2
        return 0
    }
    made=$cost
    peer_apply "$1" "$old" "$work/patch" "$work/got" || wrong "the patch of $1 cannot be applied"
    cmp "$work/got" "$new" >"$work/log" 2>&1 || wrong "the patch of $1 makes another image"
    row "${1%%:*}" "${1#*:}" "$(size_of "$work/patch")" "$made" "$cost" ""
}

# run_fwdelta CODEC:EFFORT:RAM
run_fwdelta() {
    codec=${1%%:*} ram=${1##*:} effort=${1#*:}
    effort=${effort%:*}
    set -- --codec "$codec" --effort "$effort"
    name="$codec $effort${ram:+ $ram}"
    [ -z "$ram" ] || set -- "$@" --ram "$ram"
    costs "$fwdelta" gen "$old" "$new" -o "$work/p.upd" --force --force-delta --jobs 1 \
        --key "$work/key.pem" --from-version 1 --to-version 2 "$@" || wrong "fwdelta gen failed: $name"
    made=$cost
    "$fwdelta" verify "$work/p.upd" --trust "$work/key.pub.pem" --source "$old" --target "$new" \
        >"$work/log" 2>&1 || wrong "the package does not verify: $name"
    decoded=$("$tools/fwdelta-decode-time" "$work/p.upd" "$old" "$new" 2>"$work/log") ||
        wrong "the package does not decode: $name"
    row fwdelta "$name" "$(size_of "$work/p.upd")" "$made" "${decoded% *}" "${decoded#* }"
}

run_pair() {
    times=$runs
    chosen=$settings
    if [ "$(size_of "$new")" -ge $large ]; then
        times=1 chosen=${large_settings:-$settings}
    fi
    echo "bench: $pair" >&2
    for peer in $peer_list; do
        if peer_is_there "$peer"; then
            run_peer "$peer"
        fi
    done
    for setting in $chosen; do
        run_fwdelta "$setting"
    done
}

chart() {
    command -v gnuplot >/dev/null || {
        echo "bench: no gnuplot, so no chart" >&2
        return 0
    }
    awk -F, 'NR > 1 && ($5 == "fwd default 64K" || $5 == "fwd default") { print $1, $12 / $13, $12 }' "$out/results.csv" >"$work/bars"
    gnuplot -e "data='$work/bars'; out='$out/results.png'" "$here/bench/chart.gp"
}

out=${out:-$here/${quick:+build/}bench}
if [ -n "$quick" ]; then
    runs=1 settings=fwd:default:64K peer_list=bsdiff:default
fi
peer_is_there bsdiff:default || fail 3 "bsdiff is missing: sh tests/install_packages.sh build bench"
build_when_missing
[ -n "$quick" ] || sh "$here/samples/fetch-firmware.sh" "$corpus" >&2
mkdir -p "$out"
"$fwdelta" keygen -o "$work/key.pem" >/dev/null
list_pairs >"$work/pairs"
[ -s "$work/pairs" ] || fail 2 "no pair of samples/corpus.tsv matches '$pattern'"
tab=$(printf '\t')
while IFS=$tab read -r pair old new isa; do
    run_pair </dev/null
done <"$work/pairs"
awk -f "$here/bench/ratios.awk" "$work/rows" "$work/rows" >"$out/results.csv"
awk -f "$here/bench/table.awk" "$out/results.csv" >"$out/results.md"
chart
cat "$out/results.md"
