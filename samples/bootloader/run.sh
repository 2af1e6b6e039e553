#!/bin/sh
# Builds a boot loader for an emulated board, updates the board, and takes its power away again and again.
#
# usage: sh samples/bootloader/run.sh [NAME]... [--random N] [--chosen N] [--again N] [--seed N] [--jobs N]
#               [--skips N] [--keep] [--pairs FOLDER]...
#
#   NAME        the devices: m4, m0plus, rv32 (default: these; devices/NAME.json describes each), and m0plus-p256,
#               which checks ECDSA P-256 by mbed TLS in place of Ed25519 by libsodium
#   --random N  so many cuts at random moments, for each device (default 8)
#   --chosen N  so many cuts in the middle of flash operations, spread over the update (default 16)
#   --again N   after each of these up to so many more while the device comes back (default 1)
#   --seed N    another seed, other moments and tears
#   --jobs N    boards at once (default: the number of processors)
#   --skips N   so many instructions of an Arm boot loader are skipped, each at one start of a board whose firmware
#               was changed (default 12; 0: none): it must not start
#   --pairs F   no cuts: install each pair of samples/corpus.tsv and bench/more.tsv whose images are in this folder
#               and fit, with the watchdog on, and count its resets (m4 and rv32); may be given several times
#   --keep      leave what was built in build/bootloader, and use it again
#
# Installs what is missing with apt-get: emulators, cross compilers; fetches the source of libsodium or mbed TLS. The last
# line is "cuts N, lost N"; the exit status is 0 when no device was lost. With --pairs it is the sum of what pairs.py
# counts.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/build/bootloader
names=
random=8
chosen=16
again=1
skips=12
seed=1
jobs=$(nproc 2>/dev/null || echo 2)
keep=
pairs=

misuse() {
    echo "run.sh: $1; see: sh samples/bootloader/run.sh --help" >&2
    exit 2
}

take_number() {
    case $2 in
    *[!0-9]* | '') misuse "$1 needs a number, not '$2'" ;;
    esac
    case $1 in
    --random) random=$2 ;;
    --chosen) chosen=$2 ;;
    --again) again=$2 ;;
    --skips) skips=$2 ;;
    --seed) seed=$2 ;;
    --jobs) jobs=$2 ;;
    esac
}

while [ $# -gt 0 ]; do
    case $1 in
    m4 | m0plus | rv32 | m0plus-p256) names="$names $1" ;;
    --random | --chosen | --again | --skips | --seed | --jobs)
        [ $# -ge 2 ] || misuse "$1 needs a number"
        take_number "$1" "$2"
        shift
        ;;
    --pairs)
        [ $# -ge 2 ] && [ -d "$2" ] || misuse "--pairs needs a folder with images"
        pairs="$pairs $2"
        shift
        ;;
    --keep) keep=1 ;;
    -h | --help)
        sed -n '3,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//p;}' "$0"
        exit 0
        ;;
    *) misuse "'$1' is not known" ;;
    esac
    shift
done
if [ -n "$pairs" ]; then
    names=${names:-m4 rv32}
else
    names=${names:-m4 m0plus rv32}
fi
[ "$jobs" -gt 0 ] || misuse "--jobs needs at least 1"

# Runs a command whose output matters only when it fails.
quietly() {
    if ! "$@" >"$work/log" 2>&1; then
        tail -n 30 "$work/log" >&2
        echo "run.sh: this failed: $*" >&2
        exit 1
    fi
}

# FWDELTA is the program, where it is built already.
build_program() {
    if [ -z "${FWDELTA:-}" ]; then
        quietly cmake -S "$root" -B "$work/host" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
        quietly cmake --build "$work/host" -j "$jobs" --target fwdelta
        FWDELTA=$work/host/fwdelta
    fi
}

# board NAME: sets board, machine, ram, toolchain and its options, whether places are updated in place, and the limits.
board() {
    release=release
    config=one_component
    case $1 in
    m4) board=mps2 machine=mps2-an386 ram=96K toolchain=arm-none-eabi cpu=-DFWD_CPU=cortex-m4 in_place=ON ;;
    m0plus)
        board=mps2 machine=mps2-an385 ram=24K toolchain=arm-none-eabi cpu=-DFWD_CPU=cortex-m0plus in_place=OFF
        config=two_slots
        ;;
    m0plus-p256)
        board m0plus
        ram=32K release=release-p256 config=one_component
        ;;
    rv32) board=virt machine=virt ram=96K toolchain=riscv64-unknown-elf cpu=-DFWD_ARCH=rv32imac in_place=ON ;;
    esac
}

make_key() {
    alg=ed25519
    [ $release = release ] || alg=ecdsa-p256
    [ -s "$work/$release.pem" ] || quietly "$FWDELTA" keygen --alg $alg -o "$work/$release.pem"
    mkdir -p "$work/keys-$release"
    quietly "$FWDELTA" keys export "$work/$release.pub.pem" --format c --symbol boot_key --force \
        -o "$work/keys-$release/boot_key.h"
}

# build_board NAME [OPTION]: for devices/NAME.json.
build_board() {
    mbedtls=
    if [ $release = release-p256 ]; then
        sh "$here/fetch_source.sh" mbedtls "$work/mbedtls"
        mbedtls=$work/mbedtls
    fi
    make_key
    quietly cmake -S "$here" -B "$work/$1" --toolchain "$root/cmake/$toolchain.cmake" "$cpu" \
        -DFWD_IN_PLACE=$in_place -DFWD_CONFIG="$here/$config.h" \
        -DCMAKE_BUILD_TYPE=MinSizeRel -DBOARD=$board -DBOARD_RAM=$ram -DDEVICE="$here/devices/$1.json" \
        -DKEYS="$work/keys-$release" -DSODIUM="$work/libsodium" -DMBEDTLS="$mbedtls" ${2:+"$2"}
    quietly cmake --build "$work/$1" -j "$jobs"
}

make_packages() {
    quietly "$FWDELTA" gen --full "$work/$1/node-1.0.0.bin" -o "$work/$1/full.upd" --force \
        --to-version 1.0.0 --key "$work/$release.pem" --device "$here/devices/$1.json" --codec stored
    quietly "$FWDELTA" gen "$work/$1/node-1.0.0.bin" "$work/$1/node-1.1.0.bin" -o "$work/$1/update.upd" \
        --force --from-version 1.0.0 --to-version 1.1.0 --key "$work/$release.pem" \
        --device "$here/devices/$1.json"
}

# The watchdog while each public pair is installed that fits: devices/NAME-pairs.json has room for them.
install_pairs() {
    [ -e "$here/devices/$1-pairs.json" ] || misuse "--pairs is for m4 and rv32"
    build_board "$1-pairs" -DALL_SETS=ON
    slot=$(sed -n 's/^#define DEVICE_PLACES.*\.address = \(0x[0-9a-f]*\), \.size = \([0-9]*\),.*/\1 --room \2/p' \
        "$work/$1-pairs/generated/device_areas.h")
    # shellcheck disable=SC2046,SC2086 # several words
    python3 "$here/pairs.py" --machine $machine --boot "$work/$1-pairs/boot.elf" --slot $slot \
        --device "$here/devices/$1-pairs.json" --fwdelta "$FWDELTA" --key "$work/release.pem" \
        --work "$work/$1-pairs" $(printf -- '--images %s ' $pairs) "$root/samples/corpus.tsv" \
        "$root/bench/more.tsv" >"$work/pairs" || bad=1
    sed "s/^/$1: /" "$work/pairs"
}

# The slots of each, as addresses of the first chip, are those of its description.
skip_instructions() {
    [ "$skips" -gt 0 ] && [ $toolchain = arm-none-eabi ] || return 0
    slots=$(sed -n 's/^#define DEVICE_PLACES//p' "$work/$1/generated/device_areas.h" |
        grep -o '\.address = 0x[0-9a-f]*' | sed 's/.* //')
    # shellcheck disable=SC2086 # several words
    python3 "$here/skips.py" --machine $machine --boot "$work/$1/boot.elf" --objdump arm-none-eabi-objdump \
        --full "$work/$1/full.upd" --version 1.0.0 --work "$work/$1" --count "$skips" --slots $slots \
        >"$work/skips" || {
        sed "s/^/$1: /" "$work/skips"
        echo "run.sh: $1: changed firmware was started" >&2
        exit 1
    }
    sed "s/^/$1: /" "$work/skips"
}

sh "$root/tests/install_packages.sh" build emulator
[ -n "$keep" ] || rm -rf "$work"
mkdir -p "$work"
sh "$here/fetch_source.sh" libsodium "$work/libsodium"
build_program
if [ -n "$pairs" ]; then
    bad=0
    for name in $names; do
        board "$name"
        install_pairs "$name"
    done
    exit $bad
fi
cuts=0
lost=0
for name in $names; do
    board "$name"
    build_board "$name"
    make_packages "$name"
    trial=
    ! grep -q trial_starts "$here/devices/$name.json" || trial=--trial
    # shellcheck disable=SC2086 # it may be empty
    python3 "$here/cuts.py" --machine $machine --boot "$work/$name/boot.elf" --full "$work/$name/full.upd" \
        --update "$work/$name/update.upd" --from 1.0.0 --to 1.1.0 --work "$work/$name" --random "$random" \
        --chosen "$chosen" --again "$again" --seed "$seed" --jobs "$jobs" $trial >"$work/cuts" || [ -s "$work/cuts" ]
    sed "\$d; s/^/$name: /" "$work/cuts"
    sum=$(sed -n 's/^cuts \([0-9]*\), lost \([0-9]*\)$/\1 \2/p' "$work/cuts")
    [ -n "$sum" ] || {
        echo "run.sh: $name: no update, no cuts" >&2
        exit 1
    }
    skip_instructions "$name"
    cuts=$((cuts + ${sum% *}))
    lost=$((lost + ${sum#* }))
done
echo "cuts $cuts, lost $lost"
[ "$lost" -eq 0 ] && [ "$cuts" -gt 0 ]
