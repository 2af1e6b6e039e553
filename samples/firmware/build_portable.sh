#!/bin/sh
# Builds the sample firmware for other processors than the Cortex-M4's, byte for byte the same each time,
# by Debian's cross compilers, with a C library of its own (portable/).
#
# usage: sh samples/firmware/build_portable.sh DIR [TARGET...]
#
# Gives DIR/TARGET-1.0.0.bin, -1.0.1.bin and -1.1.0.bin. TARGET: rv32 rv64 lx106 avr mips mips-be powerpc
# x86-64 m0 (default: all whose compiler is there; packages: gcc-riscv64-unknown-elf, gcc-xtensa-lx106,
# gcc-avr, gcc-mipsel-linux-gnu, gcc-mips-linux-gnu, gcc-powerpc-linux-gnu, gcc, gcc-arm-none-eabi).
# samples/images has those of rv32 and lx106. Exit status: 0, 2 no such target, 3 a compiler that was asked
# for is missing.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
here=samples/firmware
[ $# -ge 1 ] || {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 2
}
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
asked=$#
[ $# -gt 0 ] || set -- rv32 rv64 lx106 avr mips mips-be powerpc x86-64 m0
cd "$root" # relative names from here on, so that no path of this machine gets into an image
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
mkdir -p build
python3 "$here/tables.py" >build/tables.c

# These come without division, or without floating point: what calls it leads to address 0.
missing=-Wl,--unresolved-symbols=ignore-all

# Leaves prefix, flags, code and ram (addresses of the image and of its variables).
describe() {
    code=0x10000 ram=0x20000000
    link=-Wl,--no-warn-mismatch
    case $1 in
    rv32) prefix=riscv64-unknown-elf- flags='-march=rv32imc -mabi=ilp32' code=0x42000000 ram=0x3FC80000 ;;
    rv64) prefix=riscv64-unknown-elf- flags='-march=rv64imac -mabi=lp64 -mcmodel=medany' code=0x80200000 ram=0x80400000 ;;
    lx106) prefix=xtensa-lx106-elf- flags='-mlongcalls -mtext-section-literals' code=0x40210000 ram=0x3FFE8000 link=$missing ;;
    avr) prefix=avr- flags='-mmcu=atmega2560' code=0 ram=0x800200 link=$missing ;;
    mips) prefix=mipsel-linux-gnu- flags='-march=mips32r2 -mabi=32 -mno-abicalls -fno-pic -G0' code=0x80010000 ram=0x80400000 ;;
    mips-be) prefix=mips-linux-gnu- flags='-march=mips32r2 -mabi=32 -mno-abicalls -fno-pic -G0' code=0x80010000 ram=0x80400000 ;;
    powerpc) prefix=powerpc-linux-gnu- flags='-fno-pic -mno-sdata' code=0x00100000 ram=0x00400000 ;;
    x86-64) prefix='' flags='-m64 -fno-pic -mno-red-zone -fcf-protection=none -fno-asynchronous-unwind-tables' code=0x00100000 ram=0x00400000 link=-no-pie ;;
    m0) prefix=arm-none-eabi- flags='-mcpu=cortex-m0plus -mthumb' code=0x10000000 ram=0x20000000 ;;
    *)
        echo "build_portable: '$1' is no target; see sh $here/build_portable.sh" >&2
        exit 2
        ;;
    esac
}

base="portable/start.c portable/small_libc.c common/uart.c common/ring.c common/clock.c common/text.c
    common/checksum.c common/sha256.c common/sched.c common/log.c common/strings.c common/filter.c
    common/sensor.c common/expr.c common/units.c common/geo.c common/calendar.c"
console="common/console.c common/commands_system.c common/commands_field.c"

# image NAME FOLDER SOURCE...
image() {
    name=$1 folder=$2
    shift 2
    objects=
    for source; do
        object=$temp/$name-$(echo "$source" | tr '/' '_').o
        case $source in
        build/*) path=$source ;;
        *) path=$here/$source ;;
        esac
        # shellcheck disable=SC2086 # the flags are words
        "${prefix}gcc" $flags -std=gnu11 -Os -g0 -ffreestanding -fno-builtin -ffunction-sections \
            -fdata-sections -fno-stack-protector -fno-unwind-tables -w -isystem "$here/portable/include" \
            -I. -I"$here/$folder" -c "$path" -o "$object"
        objects="$objects $object"
    done
    # shellcheck disable=SC2086
    "${prefix}gcc" $flags -nostdlib -static $link -Wl,--gc-sections -Wl,--build-id=none \
        -Wl,-T,$here/portable/image.ld -Wl,--defsym=ORIGIN_CODE=$code -Wl,--defsym=ORIGIN_RAM=$ram \
        $objects -lgcc -o "$temp/$name.elf"
    "${prefix}objcopy" -O binary -j .text -j .data "$temp/$name.elf" "$out/$name.bin"
    chmod 644 "$out/$name.bin"
}

for target; do
    describe "$target"
    command -v "${prefix}gcc" >/dev/null || {
        echo "build_portable: ${prefix}gcc is missing: no images for $target" >&2
        [ "$asked" -eq 0 ] || exit 3
        continue
    }
    # shellcheck disable=SC2086 # the lists are words
    {
        image "$target-1.0.0" v1_0_0 $base v1_0_0/nmea.c v1_0_0/kvstore.c v1_0_0/battery.c $console \
            v1_0_0/commands.c v1_0_0/tasks.c v1_0_0/version.c common/main.c build/tables.c
        image "$target-1.0.1" v1_0_0 $base v1_0_1/nmea.c v1_0_1/kvstore.c v1_0_1/battery.c $console \
            v1_0_0/commands.c v1_0_0/tasks.c v1_0_1/version.c common/main.c build/tables.c
        image "$target-1.1.0" v1_1_0 $base v1_0_1/nmea.c v1_0_1/kvstore.c v1_0_1/battery.c $console \
            v1_1_0/alarm.c v1_1_0/bus.c v1_1_0/trend.c \
            v1_1_0/commands.c v1_1_0/tasks.c v1_1_0/version.c common/main.c build/tables.c
    }
done
