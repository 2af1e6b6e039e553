#!/bin/sh
# Learns verify/refdelta/model_start.c from the public corpus (see bench/train.c) and prints it.
#
#   sh bench/train.sh [CORPUS] > verify/refdelta/model_start.c
#
# CORPUS: a folder for the images, fetched when they are missing (default build/corpus). Writing
# straight over the file that the program was built from is safe: it was built before.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
corpus=${1:-$here/build/corpus}
order='ev3-4.0.1-7.27.0 nxt-4.0.1-7.27.0
    boron-sys-1.5.2-2.0.1 boron-sys-2.2.0-4.0.1 tracker-sys-2.2.0-4.0.1
    boron-sys-1.5.0-1.5.2 boron-sys-2.0.1-2.1.0 p1-p2-2.0.1-2.1.0 boron-boot-2.1.0-2.2.0
    electron-p3-2.2.0-2.3.1 electron-p2-2.1.0-2.2.0 boron-sys-2.1.0-2.2.0'

sh "$here/samples/fetch-firmware.sh" "$corpus" >&2
cmake --preset release -S "$here" >&2
cmake --build "$here/build/release" --target fwdelta-train >&2
set --
for pair in $order; do
    images=$(awk -v pair="$pair" '$1 == pair { print $2, $3 }' "$here/samples/corpus.tsv")
    set -- "$@" "$corpus/${images% *}" "$corpus/${images#* }"
done
"$here/build/release/bench/fwdelta-train" "$@"
