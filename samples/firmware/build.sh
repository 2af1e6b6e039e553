#!/bin/sh
# Rebuilds the sample images from this folder, byte for byte the same each time.
#
# usage: sh samples/firmware/build.sh [DIR]          (default: samples/images)
#
# Needs gcc-arm-none-eabi, libnewlib-arm-none-eabi and python3. The images in samples/images were
# made by Debian 12's versions of them; another compiler gives other, equally good images.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$root/samples/images}
here=samples/firmware
cc=arm-none-eabi-gcc

for program in "$cc" arm-none-eabi-objcopy python3; do
    command -v "$program" >/dev/null 2>&1 || {
        echo "build: '$program' is missing; install gcc-arm-none-eabi libnewlib-arm-none-eabi python3" >&2
        exit 3
    }
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$root" # relative names from here on, so that no path of this machine gets into an image
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

cflags="-std=gnu11 -mcpu=cortex-m4 -mthumb -Os -g0 -ffunction-sections -fdata-sections
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
    -ffile-prefix-map=$temp=tables -I."
ldflags="-nostartfiles --specs=nano.specs -Wl,--gc-sections -Wl,--build-id=none
    -Wl,-T,$here/image.ld"

# The application prints doubles by newlib's printf; the boot code has no libc but memcpy.
use_printf="-u _printf_float"

# image NAME ORIGIN FOLDER SOURCE...: compiles and links in the given order.
image() {
    name=$1 origin=$2 folder=$3
    shift 3
    objects=
    for source; do
        object=$temp/$name-$(echo "$source" | tr '/' '_').o
        case $source in
        /*) path=$source ;;
        *) path=$here/$source ;;
        esac
        # shellcheck disable=SC2086 # the flags are words
        "$cc" $cflags -I"$here/$folder" -c "$path" -o "$object"
        objects="$objects $object"
    done
    # shellcheck disable=SC2086
    "$cc" -mcpu=cortex-m4 -mthumb -Wl,--defsym=ORIGIN_CODE="$origin" $ldflags $use_printf $objects -lm \
        -o "$temp/$name.elf"
    arm-none-eabi-objcopy -O binary "$temp/$name.elf" "$out/$name.bin"
}

tables=$temp/tables.c
python3 "$here/tables.py" >"$tables"

start="common/startup.c common/uart.c common/ring.c common/clock.c"
base="$start common/libc_stubs.c common/text.c common/checksum.c common/sha256.c common/sched.c common/log.c
    common/strings.c common/filter.c common/sensor.c common/expr.c common/units.c common/geo.c
    common/calendar.c"
console="common/console.c common/commands_system.c common/commands_field.c"

# shellcheck disable=SC2086 # the lists are words
{
    image demo-1.0.0 0 v1_0_0 $base v1_0_0/nmea.c v1_0_0/kvstore.c v1_0_0/battery.c $console \
        v1_0_0/commands.c v1_0_0/tasks.c v1_0_0/version.c common/main.c "$tables"
    image demo-1.0.1 0 v1_0_0 $base v1_0_1/nmea.c v1_0_1/kvstore.c v1_0_1/battery.c $console \
        v1_0_0/commands.c v1_0_0/tasks.c v1_0_1/version.c common/main.c "$tables"
    image demo-1.1.0 0 v1_1_0 $base v1_0_1/nmea.c v1_0_1/kvstore.c v1_0_1/battery.c $console \
        v1_1_0/alarm.c v1_1_0/bus.c v1_1_0/trend.c \
        v1_1_0/commands.c v1_1_0/tasks.c v1_1_0/version.c common/main.c "$tables"
    use_printf=
    image boot-1 0 boot $start common/text.c common/checksum.c common/sha256.c boot/slots.c \
        boot/monitor.c boot/release_1.c "$tables"
    image boot-2 0 boot $start common/text.c common/checksum.c common/sha256.c boot/slots.c \
        boot/monitor.c boot/release_2.c "$tables"
}
python3 "$here/profiles.py" "$out"
chmod 644 "$out"/*.bin
(cd "$out" && sha256sum boot-?.bin demo-?.?.?.bin lx106-?.?.?.bin profile-?.bin rv32-?.?.?.bin >SHA256SUMS)
wc -c "$out"/*.bin
