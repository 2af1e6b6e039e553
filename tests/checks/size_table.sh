#!/bin/sh
# Measures what the device library costs on a Cortex-M4 and prints it as a Markdown table.
#
# usage: sh tests/checks/size_table.sh                   prints the table
#        sh tests/checks/size_table.sh --check FILE...   compares it with what is in FILE
#        sh tests/checks/size_table.sh --update FILE...  writes it there
#        sh tests/checks/size_table.sh --check-numbers FILE...   only the numbers, which no compiler changes
#
# A FILE holds the table between the lines <!-- size table --> and <!-- end of size table -->, and single
# numbers, each after its mark: <!-- size: update-state -->, <!-- size: work-example -->,
# <!-- size: work-inplace-4k -->.
#
# exit status: 0, 1 FILE says something else, 77 FILE's table was made by another compiler
set -eu

tests=$(cd "$(dirname "$0")/.." && pwd)
root=$(dirname "$tests")
mode=${1:-}
[ $# -eq 0 ] || shift
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# With what boot loaders are built with, where it is installed.
if command -v arm-none-eabi-gcc >/dev/null; then
    compiler="arm-none-eabi-gcc $(arm-none-eabi-gcc -dumpversion)"
    front='arm-none-eabi-gcc -mthumb'
else
    compiler="clang $(clang -dumpversion)"
    front='clang --target=thumbv7em-none-eabi -fshort-enums' # as AAPCS says, and gcc does
fi

device_cc() {
    $front -mcpu=cortex-m4 -std=c11 -ffreestanding -Os \
        -ffunction-sections -fdata-sections -fstack-usage -isystem "$root/verify/freestanding" \
        -I"$root" "$@"
}

# liblzma's header wants a C library's headers unless it is told that they are there.
mkdir -p "$out/lzma/include" "$out/objects" "$out/xz"
ln -s /usr/include/lzma.h /usr/include/lzma "$out/lzma/include"

compile_probes() {
    device_cc -c "$tests/checks/size_probe_ram.c" -o "$out/ram.o"
    (cd "$root" && clang -std=c11 -I. tests/checks/size_probe_work.c verify/rehearse/workspace.c \
        verify/flash/area.c verify/flash/bank.c verify/flash/hash.c verify/flash/version.c format/crc32.c -o "$out/work" -ffunction-sections -fdata-sections \
        -Wl,--gc-sections)
    "$out/work" >"$out/numbers"
    readelf -sW "$out/ram.o" | awk '$8 == "fwd_size_probe_update" { print "update-state", $3 }' \
        >>"$out/numbers"
}

compile_all() (
    cd "$root"
    for source in $(find format verify -name "*.c"); do
        object=$(basename "$source" .c).o
        case $object in
        xz_* | codec_xz.o | codec_bsdiff_xz.o)
            device_cc -DLZMA_MANUAL_HEADERS -include stdint.h -include stddef.h \
                -isystem "$out/lzma/include" -c "$source" -o "$out/xz/$object"
            ;;
        *) device_cc -c "$source" -o "$out/objects/$object" ;;
        esac
    done
)

# Code and constants of some objects, in bytes.
bytes_of() {
    readelf -SW "$@" | sed -n 's/^ *\[ *[0-9]*\] //p' | {
        code=0
        constants=0
        while read -r name type address offset size rest; do
            case $name in
            .text*) code=$((code + 0x$size)) ;;
            .rodata*) constants=$((constants + 0x$size)) ;;
            esac
        done
        echo "$code | $constants"
    }
}

objects() {
    for name; do
        echo "$out/objects/$name.o"
    done
}

except() {
    folder=$1
    shift
    for source in $(find "$root/$folder" -name '*.c'); do
        name=$(basename "$source" .c)
        [ ! -e "$out/objects/$name.o" ] || case " $* " in
        *" $name "*) ;;
        *) echo "$out/objects/$name.o" ;;
        esac
    done
}

host_only='certificate_encode manifest_encode reason'
delta='codec_fwd_thumb copymap correction_cache delta delta_copy exp_golomb frame guess halfword isa_thumb model model_start
    model_tables plainbyte range ref_thumb ref_word refdelta_decoder refdelta_frames refdelta_params
    run_window runs window'
lite='codec_lite_thumb lite_layout lite_map'
lite_shared='correction_cache frame ref_thumb ref_word window'
lite_more='codec_lite lite_isa'
more='codec_fwd isa_a32 isa_a64 isa_arm isa_none ref_a32 ref_a64 ref_long ref_table word'
riscv='isa_riscv ref_riscv'
xtensa='isa_xtensa ref_xtensa'
x86='isa_x86 ref_x86 x86_shape'
halves='isa_halves ref_avr ref_halves ref_halves_mips ref_halves_ppc'
checks='parse authenticate plan plan_policy plan_structure load_package version codec codec_stored decode'

number() {
    sed -n "s/^$1 //p" "$out/numbers"
}

stack_bound() {
    (cd "$out/objects" && readelf -srW ./*.o >"$out/readelf" &&
        awk -v chain="${1:-}" -f "$tests/checks/stack_bound.awk" ./*.su "$out/readelf")
}

# From the codec's functions through the instruction set's to the range decoder's input.
delta_chain='fwd_refdelta_decoder_open,fwd_refdelta_decoder_next
    fwd_thumb_literal,fwd_thumb_mispredict,fwd_thumb_copied,fwd_thumb_train,fwd_thumb_find fwd_range_code'

table() {
    cat <<END
| on a Cortex-M4 ($compiler, -Os) | code | constants |
|---|---:|---:|
| format/: reading packages, writing records | $(bytes_of $(except format $host_only)) |
| verify/: checks, versions, codec \`stored\` | $(bytes_of $(objects $checks)) |
| verify/: installing, journal, recovery | $(bytes_of $(except verify $checks $delta $more $riscv $xtensa $x86 $halves $lite $lite_more apply_ab load_package_ab rehearse_ab releases_met)) |
| codec \`fwd\` for Thumb and Thumb-2 | $(bytes_of $(objects $delta)) |
| codec \`fwd\`: A32, A64, other images | $(bytes_of $(objects $more)) |
| codec \`fwd\`: RISC-V, on top of Thumb's | $(bytes_of $(objects $riscv)) |
| codec \`fwd\`: Xtensa | $(bytes_of $(objects $xtensa)) |
| codec \`fwd\`: x86-64 and x86-32 | $(bytes_of $(objects $x86)) |
| codec \`fwd\`: AVR, MIPS and PowerPC | $(bytes_of $(objects $halves)) |
| codec \`lite\` for Thumb and Thumb-2, with what it shares with \`fwd\` | $(bytes_of $(objects $lite $lite_shared)) |
| codecs \`bsdiff-xz\` and \`xz\`, without liblzma itself | $(bytes_of "$out"/xz/*.o) |
| only if used: names and texts of reasons, manifest encoder | $(bytes_of $(objects $host_only)) |

| memory | bytes |
|---|---:|
| state of an update (\`struct fwd_update\`) | $(number update-state) |
| work memory of samples/devices/inplace-4k.json, without the decoder's arena | $(number work-inplace-4k) |
| stack, upper bound, without the device's ports and liblzma | $(stack_bound) |
| of it, codec \`fwd\` without what reads the flash | $(stack_bound "$(echo $delta_chain)") |
| static variables | 0 |
END
}

block_of() {
    sed -n '/^<!-- size table -->$/,/^<!-- end of size table -->$/p' "$1" | sed '1d;$d'
}

has_block() {
    grep -qx '<!-- size table -->' "$1"
}

# FILE with the measured numbers after their marks.
with_numbers() {
    cp "$1" "$out/marked"
    while read -r name value; do
        sed "s/\(<!-- size: $name -->\)[0-9]*/\1$value/g" "$out/marked" >"$out/next"
        mv "$out/next" "$out/marked"
    done <"$out/numbers"
    cat "$out/marked"
}

# FILE with the measured table in its place.
with_table() {
    awk -v table="$out/table" '
        /^<!-- end of size table -->$/ { skip = 0 }
        !skip { print }
        /^<!-- size table -->$/ { skip = 1; while ((getline line < table) > 0) print line }' "$1"
}

need_marks() {
    grep -q '<!-- size[ :]' "$1" || {
        echo "size_table: $1 has neither a line '<!-- size table -->' nor a mark '<!-- size: NAME -->';" \
            "put them where the table or a number belongs, then use --update" >&2
        exit 1
    }
}

update() {
    with_numbers "$1" >"$out/new"
    with_table "$out/new" >"$1"
}

measured_is() {
    diff -u "$1" "$2" || {
        echo "size_table: $1 does not say what is measured; run:" \
            "sh tests/checks/size_table.sh --update $1" >&2
        exit 1
    }
}

check_numbers() {
    with_numbers "$1" >"$out/new"
    measured_is "$1" "$out/new"
}

check_table() {
    block_of "$1" >"$out/there"
    if ! grep -qF "($compiler, -Os)" "$out/there" && grep -q '(clang .*, -Os)' "$out/there"; then
        echo "skipped: not compared: this is $compiler, and $1 was made by another compiler"
        exit 77
    fi
    with_table "$1" >"$out/new"
    measured_is "$1" "$out/new"
}

case $mode in
'') [ $# -eq 0 ] ;;
--check | --update | --check-numbers) [ $# -gt 0 ] ;;
*) false ;;
esac || {
    echo "size_table: usage: size_table.sh [--check | --check-numbers | --update FILE...]" >&2
    exit 2
}
for file; do
    need_marks "$file"
done
compile_probes
if [ "$mode" != --check-numbers ]; then
    compile_all
    table >"$out/table"
fi
for file; do
    case $mode in
    --update) update "$file" ;;
    *) check_numbers "$file" ;;
    esac
    [ "$mode" != --check ] || ! has_block "$file" || check_table "$file"
done
[ -n "$mode" ] || cat "$out/table"
