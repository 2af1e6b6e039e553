#!/bin/sh
# The long matrix of the power-loss proof: every geometry of tests/sim/torture_rig.c with every prefix of
# every program unit, with two cuts, with flash that fails after the cut, and with more wrong (a past, areas that give
# nothing for one start, blocks that wear out), the sample firmware, the real firmware of
# samples/fetch-firmware.sh in place (4 KiB, 64 KiB) and with two slots, and an installation that is
# killed 200 times. Prints a line for each case and the sums; fails when a device was lost.
#
# usage: sh tests/torture_matrix.sh [BUILD-FOLDER [CORPUS]]     (default: build/release, build/corpus)
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build/release}
FWD_CORPUS=${2:-$root/build/corpus}
log=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-matrix.XXXXXX")
trap 'rm -rf "$log"' EXIT
trap 'exit 1' INT TERM HUP
FWD_MATRIX=$log/matrix.tsv
export FWD_CORPUS FWD_MATRIX

if [ $# -eq 0 ]; then
    sh "$root/tests/install_packages.sh" build test long
    (cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release -j "$(nproc)" >/dev/null)
fi
sh "$root/samples/fetch-firmware.sh" "$FWD_CORPUS"
status=0
"$build/tests/test_torture_long" >"$log/output" 2>&1 || status=$?
[ "$status" -eq 0 ] || cat "$log/output"
awk -F '\t' '
    { printf "%-56s %7d operations %8d cuts %8d second %5d storms %6d faults %6d blind %5d worn %6d past %d lost %7.1f s\n",
          $1, $2, $3, $4, $5, $6, $10, $11, $12, $8, $9
      cuts += $3; second += $4; storms += $5; faults += $6; fired += $7; lost += $8; seconds += $9
      blind += $10; worn += $11; past += $12; n++ }
    END {
        printf "%d cases: %d cuts, %d second cuts, %d storms, %d faults, %d blind starts, %d worn blocks, %d cuts with a past; %d power cuts really happened; %d lost; %d s\n",
            n, cuts, second, storms, faults, blind, worn, past, fired, lost, seconds
        exit n == 0 || lost > 0
    }' "$FWD_MATRIX" || status=1
sh "$root/tests/checks/killed_many.sh" "$build/fwdelta" 200 || status=1
exit "$status"
