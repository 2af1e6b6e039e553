#!/bin/sh
# The layer rule: each include line names its layer, and no folder includes one above it. Also: a
# source file's base name occurs once in the tree, and no source file grows without end (450 lines; tests,
# which hold tables, 600).
#
# usage: sh tests/check_layers.sh [SOURCE-FOLDER]; prints what offends, fails if anything does.
set -eu

cd "${1:-$(dirname "$0")/..}"
offences=0

offend() {
    echo "$1"
    offences=$((offences + 1))
}

# What the files of a folder may include of ours, as an extended regular expression.
may_include() {
    case $1 in
    format) echo '(format)/' ;;
    verify) echo '(format|verify)/' ;;
    hostio) echo '(hostio)/' ;;
    keys) echo '(format|hostio|keys)/|verify/ports\.h' ;;
    gen) echo '(format|verify|gen|hostio)/' ;;
    module) echo '(format|verify|keys|hostio|module)/' ;;
    cli) echo '(format|verify|keys|gen|hostio|module|cli)/' ;;
    esac
}

# The standard headers that a device without a C library has, or can supply in four functions.
freestanding='<(stdint|stddef|stdbool|string)\.h>'

includes_of() {
    grep -nE '^[[:space:]]*#[[:space:]]*include' "$1"/*.[ch] || true
}

check_layer() {
    includes_of "$1" | grep '"' | grep -vE "include \"($(may_include "$1"))" || true
}

check_freestanding() {
    includes_of "$1" | grep '<' | grep -vE "include $freestanding" | grep -vE "^($2)" || true
}

report() {
    if [ -n "$2" ]; then
        offend "$1:
$2"
    fi
}

for layer in format verify hostio keys gen module cli; do
    report "$layer/ may not include" "$(check_layer "$layer")"
done
report 'format/ is freestanding, but includes' "$(check_freestanding format '$')"
report 'verify/ is freestanding, but includes' \
    "$(check_freestanding verify 'verify/(xz_|codec_xz|codec_bsdiff_xz)')"
report 'OpenSSL belongs into keys/ only' \
    "$(grep -n '#include <openssl' format/* verify/* hostio/* gen/* module/* cli/*.[ch] || true)"

sources() {
    find . -path ./build -prune -o -path ./.git -prune -o -type f \
        \( -name '*.c' -o -name '*.h' -o -name '*.def' -o -name '*.sh' -o -name '*.cmake' \) -print
}

# The versions of the sample firmware differ in files of the same names; that is their purpose. Every
# folder's entry is called alike, too: main.c, run.sh.
names_twice() {
    sources | grep -v '^\./samples/firmware/' | sed 's|.*/||' | grep -vxE 'main\.c|run\.sh' | sort | uniq -d
}

report 'more than one file is named' "$(names_twice)"

longer_than() {
    xargs wc -l | awk -v max="$1" '$1 > max && $2 != "total" { print $2, $1 }'
}

code=$(sources | grep '\.[ch]$' | grep -v '^\./samples/firmware/')
report 'longer than 450 lines' "$(echo "$code" | grep -v '^\./tests/' | longer_than 450)"
report 'longer than 600 lines' "$(echo "$code" | longer_than 600)"

if [ "$offences" -gt 0 ]; then
    exit 1
fi
echo "$(sources | wc -l) files keep the layer rule"
