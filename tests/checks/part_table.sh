#!/bin/sh
# Measures what a boot loader gets when parts of the device library are left out: links each choice for three
# processors, and prints bytes of code and constants, and of the state, as a Markdown table.
#
# usage: sh tests/checks/part_table.sh                   prints the table
#        sh tests/checks/part_table.sh --check FILE...   compares it with what is in FILE
#        sh tests/checks/part_table.sh --update FILE...  writes it there
#
# A FILE holds it between the lines <!-- part table --> and <!-- end of part table -->.
#
# exit status: 0, 1 FILE says something else, 77 a cross compiler is missing, or FILE's table is another one's
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
checks=$root/tests/checks
mode=${1:-}
[ $# -eq 0 ] || shift
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

for compiler in arm-none-eabi-gcc riscv64-unknown-elf-gcc; do
    command -v $compiler >/dev/null || {
        echo "skipped: $compiler is not here"
        exit 77
    }
done
arm=$(arm-none-eabi-gcc -dumpversion)
riscv=$(riscv64-unknown-elf-gcc -dumpversion)

compiler_of() {
    case $1 in
    m0plus) echo "arm-none-eabi-gcc -mthumb -mcpu=cortex-m0plus" ;;
    m4) echo "arm-none-eabi-gcc -mthumb -mcpu=cortex-m4" ;;
    rv32) echo "riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32" ;;
    esac
}

# Once for each processor and each set of limits: all there is.
compile() {
    config=-DFWD_SIZE_PROBE
    case $2 in
    one) config="-DFWD_CONFIG=\"$checks/size_config_small.h\"" ;;
    slots) config="-DFWD_CONFIG=\"$checks/size_config_slots.h\"" ;;
    esac
    mkdir -p "$out/$1.$2"
    (
        cd "$root"
        for source in $(find format verify -name '*.c' | grep -vE '/(xz_.*|codec_xz|codec_bsdiff_xz)\.c$') \
            tests/checks/size_probe_boot.c tests/embed/embed_memory.c; do
            $(compiler_of "$1") -std=c11 -ffreestanding -Os -ffunction-sections -fdata-sections "$config" \
                -isystem verify/freestanding -I. -c "$source" -o "$out/$1.$2/$(basename "$source" .c).o"
        done
    )
}

in_place='apply backup load_package_staged rehearse_in_place stage stage_area step_encode step_run step_run_load'
two_slots='apply_ab load_package_ab rehearse_ab'

# linked PROCESSOR LIMITS LEFT-OUT NAME...: bytes of code and constants, with these codecs and (+trial) parts.
linked() {
    cpu=$1
    limits=$2
    objects=$(ls "$out/$cpu.$limits"/*.o)
    for name in $3; do
        objects=$(echo "$objects" | grep -v "/$name\.o\$")
    done
    shift 3
    roots=
    for name; do
        case $name in
        +*) roots="$roots -Wl,-u,fwd_${name#+}" ;;
        *) roots="$roots -Wl,-u,fwd_codec_$name" ;;
        esac
    done
    # shellcheck disable=SC2086 # the lists are words
    $(compiler_of "$cpu") -nostdlib -Wl,--gc-sections -Wl,-e,fwd_size_probe_boot \
        -Wl,--defsym=fwd_size_probe_device=0x1000 -Wl,--build-id=none $roots $objects -lgcc -o "$out/linked" \
        2>"$out/log" || {
        cat "$out/log" >&2
        exit 1
    }
    size "$out/linked" | awk 'NR == 2 { print $1 + $2 }'
}

state() {
    readelf -sW "$out/$1.$2/size_probe_boot.o" | awk '$8 == "fwd_size_probe_state" { print $3 }'
}

row() {
    echo "| $1 | $2 | $3 | $4 |"
}

# row_of NAME LIMITS LEFT-OUT NAME...
row_of() {
    name=$1
    shift
    row "$name" "$(linked m0plus "$@")" "$(linked m4 "$@")" "$(linked rv32 "$@")"
}

table() {
    row "bytes (gcc $arm for Arm, $riscv for RISC-V, -Os)" 'Cortex-M0+' Cortex-M4 RV32IMAC
    echo '|---|---:|---:|---:|'
    row_of 'two slots only, one component, codec `stored`' slots "$in_place" stored
    row_of 'two slots only, one component, with trial' slots "$in_place" stored +trial
    row_of 'two slots only, one component, with sets of keys' slots "$in_place" stored \
        +keyring_open +keyring_install +keyring_settle
    row_of 'two slots only, up to 16 components' many "$in_place" stored
    row_of 'in place and two slots, one component' one "$two_slots" stored
    row_of 'in place and two slots, one component, with trial and undo' one "$two_slots" stored +trial +undo
    row_of 'in place and two slots, one component, with pinned images, certificates, MACs' one "$two_slots" stored \
        +pinned +certified +mac_use
    row_of 'in place and two slots, one component, and an application that rehearses' one "$two_slots" stored \
        +update_rehearse
    row_of 'in place and two slots, one component, and an application that rehearses in slices' one "$two_slots" stored \
        +update_rehearse +update_rehearse_slice
    row_of 'in place and two slots, up to 16 components' many "$two_slots" stored
    row_of 'in place and two slots, up to 16 components, with dependencies' many "$two_slots" stored +releases
    row_of 'in place and two slots, up to 16 components, with dependencies and expiry' many "$two_slots" stored \
        +releases +expiry
    row_of 'up to 16 components, with codec `fwd` for Thumb' many "$two_slots" stored fwd_thumb
    row_of 'up to 16 components, with codec `fwd` for all instruction sets' many "$two_slots" stored fwd
    row 'state of an update, one component' "$(state m0plus one)" "$(state m4 one)" "$(state rv32 one)"
    row 'state of an update, up to 16 components' "$(state m0plus many)" "$(state m4 many)" "$(state rv32 many)"
}

with_table() {
    awk -v table="$out/table" '
        /^<!-- end of part table -->$/ { skip = 0 }
        !skip { print }
        /^<!-- part table -->$/ { skip = 1; while ((getline line < table) > 0) print line }' "$1"
}

case $mode in
'') [ $# -eq 0 ] ;;
--check | --update) [ $# -gt 0 ] ;;
*) false ;;
esac || {
    echo "part_table: usage: part_table.sh [--check | --update FILE...]" >&2
    exit 2
}
for file; do
    grep -qx '<!-- part table -->' "$file" || {
        echo "part_table: $file has no line '<!-- part table -->'" >&2
        exit 1
    }
    if [ "$mode" = --check ] && ! grep -qF "(gcc $arm for Arm, $riscv for RISC-V, -Os)" "$file"; then
        echo "skipped: not compared: $file was made by other compilers"
        exit 77
    fi
done
for cpu in m0plus m4 rv32; do
    compile $cpu one
    compile $cpu slots
    compile $cpu many
done
table >"$out/table"
for file; do
    with_table "$file" >"$out/new"
    case $mode in
    --update) cp "$out/new" "$file" ;;
    --check)
        diff -u "$file" "$out/new" || {
            echo "part_table: $file does not say what is measured; run:" \
                "sh tests/checks/part_table.sh --update $file" >&2
            exit 1
        }
        ;;
    esac
done
[ -n "$mode" ] || cat "$out/table"
