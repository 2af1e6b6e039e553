#!/bin/sh
# Counts the instructions that decoding takes on a Cortex-M4, under QEMU.
#
#   sh bench/m4/run.sh [OPTIONS]
#
#   --fwdelta FILE  the program (default build/release/fwdelta)
#   --corpus DIR    the images, fetched when they are missing (default build/corpus)
#   --pairs REGEX   only pairs of samples/corpus.tsv whose name matches
#   --gen OPTIONS   for gen (default: --codec fwd)
#   --limit N       fail when a pair takes more instructions for each byte of the target
#
# Prints for each pair: bytes of the unsigned package, instructions for each byte of the target, bytes of
# stack and arena. The decoder is compiled with -Os, lite for Thumb alone where that is enough, and reads source and
# section from memory, so that flash, digests and signatures are not in the figures. Needs arm-none-eabi-gcc with newlib and
# qemu-system-arm: sh tests/install_packages.sh build emulator
# Exit status: 0, 1 a result is wrong or above the limit, 2 misuse, 3 something is missing.
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
fwdelta=$here/build/release/fwdelta
corpus=$here/build/corpus
pattern=.
options='--codec fwd'
limit=0

fail() {
    echo "m4: $2" >&2
    exit "$1"
}

while [ $# -gt 0 ]; do
    case $1 in
    --fwdelta | --corpus | --pairs | --gen | --limit)
        [ $# -ge 2 ] || fail 2 "$1 needs a value; see sh bench/m4/run.sh --help"
        case $1 in
        --fwdelta) fwdelta=$2 ;;
        --corpus) corpus=$2 ;;
        --pairs) pattern=$2 ;;
        --gen) options=$2 ;;
        --limit) limit=$2 ;;
        esac
        shift 2
        ;;
    --help)
        sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) fail 2 "unknown option $1; see sh bench/m4/run.sh --help" ;;
    esac
done
for program in arm-none-eabi-gcc qemu-system-arm; do
    command -v $program >/dev/null || fail 3 "$program is not installed"
done
[ -x "$fwdelta" ] || fail 3 "$fwdelta is missing: build it, or name another with --fwdelta"
input=$(dirname "$fwdelta")/bench/fwdelta-count-input
[ -x "$input" ] || fail 3 "$input is missing: build it"
sh "$here/samples/fetch-firmware.sh" "$corpus" >&2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# build CODEC: the program for the emulator with this codec alone.
build() {
    (
        cd "$here"
        # shellcheck disable=SC2046
        arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -std=gnu11 -Os -ffunction-sections -fdata-sections -I. \
            "-DFWD_COUNT_CODEC=$1" -nostartfiles --specs=nano.specs -Wl,--gc-sections \
            -Wl,-T,bench/m4/count.ld bench/m4/count.c verify/codec/codec.c $(find verify/refdelta verify/lite \
                -name '*.c' 2>/dev/null) -o "$out/$1.elf"
    ) || fail 3 "the decoder cannot be compiled for a Cortex-M4"
}

codec_of() {
    case $(od -An -tu4 -N4 "$1" | tr -d ' ') in
    3) echo fwd_codec_fwd ;;
    4) # a device with Thumb code has the decoder for it alone
        case $(od -An -tu1 -j21 -N1 "$1" | tr -d ' ') in
        0 | 1) echo fwd_codec_lite_thumb ;;
        *) echo fwd_codec_lite ;;
        esac
        ;;
    *) fail 3 "the package is of another codec" ;;
    esac
}

fnv() {
    od -An -v -tu1 -w64 "$1" | awk '
        function xor(a, b,   r, i, p) {
            for (p = 1; p < 256; p *= 2) if (int(a / p) % 2 != int(b / p) % 2) r += p
            return r }
        BEGIN { h = 2166136261 }
        { for (i = 1; i <= NF; i++) {
            low = h % 256; h = h - low + xor(low, $i)
            # h * 16777619 modulo 2^32, in halves that doubles hold
            h = ((int(h / 65536) * 16777619) % 65536 * 65536 + (h % 65536) * 16777619) % 4294967296 } }
        END { printf "%.0f", h }'
}

status=0
printf '%-26s %9s %9s %7s %7s\n' pair bytes instr/B stack arena
while read -r pair old new _; do
    case $pair in '#'*) continue ;; esac
    echo "$pair" | grep -Eq "$pattern" || continue
    # shellcheck disable=SC2086
    "$fwdelta" gen "$corpus/$old" "$corpus/$new" --unsigned --force-delta --raw --from-version 1 \
        --to-version 2 -o "$out/$pair.upd" --force $options >"$out/log" 2>&1 || {
        cat "$out/log"
        fail 1 "$pair: gen failed"
    }
    "$input" "$out/$pair.upd" >"$out/input"
    codec=$(codec_of "$out/input")
    [ -e "$out/$codec.elf" ] || build "$codec"
    qemu-system-arm -M mps2-an386 -kernel "$out/$codec.elf" -display none -serial stdio -monitor none \
        -semihosting-config enable=on,target=native -icount shift=0 \
        -device "loader,file=$corpus/$old,addr=0x21000000,force-raw=on" \
        -device "loader,file=$out/input,addr=0x21800000,force-raw=on" \
        </dev/null >"$out/result" 2>"$out/log" || {
        cat "$out/log"
        fail 3 "$pair: the emulator failed"
    }
    read -r reason done per_byte stack arena digest <"$out/result"
    size=$(wc -c <"$corpus/$new" | tr -d ' ')
    [ "$reason" = 0 ] && [ "$done" = "$size" ] && [ "$digest" = "$(fnv "$corpus/$new")" ] || {
        echo "m4: $pair: the decoder gives something else: $(cat "$out/result")"
        exit 1
    }
    printf '%-26s %9s %9s %7s %7s\n' "$pair" "$(wc -c <"$out/$pair.upd" | tr -d ' ')" $((per_byte / 100)) \
        "$stack" "$arena"
    if [ "$limit" -gt 0 ] && [ $((per_byte / 100)) -gt "$limit" ]; then
        echo "m4: $pair: more than $limit instructions for each byte"
        status=1
    fi
done <"$here/samples/corpus.tsv"
exit $status
