#!/bin/sh
# killed_many.sh PROGRAM COUNT: an installation on a device in a folder is killed at a random moment,
# COUNT times; each time the device must boot and end with the new firmware.
set -eu
program=$(realpath "$1")
count=$2
folder=$(cd "$(dirname "$0")/.." && pwd)
samples=$folder/../samples
scratch=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-killed.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP
cp "$folder"/cli/INSECURE-release*.pem "$scratch"
chmod 600 "$scratch/INSECURE-release.pem"
cd "$scratch"
"$program" gen "$samples/images/demo-1.0.0.bin" "$samples/images/demo-1.1.0.bin" \
    --key INSECURE-release.pem --from-version 1.0.0 --to-version 1.1.0 -o a.upd >/dev/null
killed=0
i=0
while [ "$i" -lt "$count" ]; do
    i=$((i + 1))
    device=inplace-4k
    [ $((i % 3)) -eq 0 ] && device=dual-slot
    rm -rf dev
    "$program" device create dev --description "$samples/devices/$device.json" \
        --image firmware="$samples/images/demo-1.0.0.bin" --version 1.0.0 \
        --trust INSECURE-release.pub.pem >/dev/null
    "$program" install a.upd --device dev >/dev/null 2>&1 &
    pid=$!
    # an installation takes some milliseconds: 0 to 6, spread over the runs
    sleep "$(printf '0.%04d' $((i * 37 % 60)))"
    kill -9 $pid 2>/dev/null && killed=$((killed + 1))
    wait $pid 2>/dev/null || true
    # killed while downloading: the old firmware runs, and the download begins again
    starts=0
    until "$program" boot dev >boot.txt 2>&1; do
        starts=$((starts + 1))
        [ "$starts" -lt 5 ] || { cat boot.txt; echo "run $i: the device does not boot"; exit 1; }
    done
    if ! grep -q 'version 1.1.0 runs' boot.txt; then
        grep -q 'version 1.0.0 runs' boot.txt || { cat boot.txt; exit 1; }
        "$program" install a.upd --device dev >/dev/null
    fi
    "$program" device dump dev firmware -o out.bin --force >/dev/null
    cmp out.bin "$samples/images/demo-1.1.0.bin"
done
echo "$count installations, $killed killed, none lost"
[ "$killed" -gt 0 ]
