#!/bin/sh
# What a product's source file exports: its name starts with fwd_, it is declared in the header of the
# file's name (foo_bar.c: in foo_bar.h, foo_bar_internal.h, foo.h or foo_internal.h of the same room), in
# an installed header or in one of the room headers below, and another file uses it, a test perhaps, or an
# installed header offers it.
#
# usage: sh tests/checks/check_exports.sh BUILD-FOLDER [SOURCE-FOLDER]
#
# BUILD-FOLDER holds the objects, those of the tests, too. Prints what offends, fails if anything does.
set -eu

build=$(cd "$1" && pwd)
checks=$(cd "$(dirname "$0")" && pwd)
cd "${2:-$checks/../..}"
product=$(sh "$checks/product_folders.sh")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# Headers that declare what several files of a room define. CONTRIBUTING.md says why there is each.
room_headers='
cli/common/command.h cli/
module/at/at_command.h module/at/
verify/refdelta/delta.h verify/refdelta/isa/
gen/isa/isa_host.h gen/isa/
verify/refdelta/entropy/model.h gen/refdelta/model_code_sse2.c
verify/flash/states.h verify/install/
'
public=$(grep -oE '(format|verify)/[a-z_/]*\.h' cmake/install_device.cmake | tr '\n' ' ')

# SYMBOL SOURCE KIND of each symbol that an object defines (D) or wants (U); what is left of sources that
# are gone does not count.
symbols() {
    (cd "$build" && find . -name '*.c.o' -exec nm -A -g {} +) | awk '{
        source = $1
        sub(/^\.\//, "", source)
        sub(/:[0-9a-f]*$/, "", source)
        sub(/CMakeFiles\/[^\/]*\.dir\//, "", source)
        sub(/\.o$/, "", source)
        kind = $(NF - 1)
        if (kind == "U" || kind ~ /^[TDRBCV]$/)
            print $NF, source, kind == "U" ? "U" : "D"
    }' | while read -r symbol source kind; do
        [ ! -e "$source" ] || echo "$symbol $source $kind"
    done
}

# NAME HEADER of each name that may be a declaration there: a word before ( [ ; , after preprocessing.
# What the header includes is other headers' and left out.
declarations() {
    others=$(pkg-config --cflags p11-kit-1)
    find $product -name '*.h' | while read -r header; do
        ${CC:-cc} -std=c11 -E -I. -D_XOPEN_SOURCE=700 $others "$header" | awk -v header="$header" '
            /^# [0-9]+ "/ { own = $3 == "\"" header "\""; next }
            own {
                line = $0
                while (match(line, /[A-Za-z_][A-Za-z0-9_]*[ \t]*[][(;,]/)) {
                    name = substr(line, RSTART, RLENGTH - 1)
                    sub(/[ \t]+$/, "", name)
                    print name, header
                    line = substr(line, RSTART + RLENGTH)
                }
            }' | sort -u
    done
}

symbols >"$temp/symbols"
declarations >"$temp/declarations"

awk -v public="$public" -v rooms="$room_headers" '
    function room_of(file) { sub(/[^\/]*$/, "", file); return file }
    # Does this header declare for this source file?
    function serves(header, source, stem, name) {
        if (index(" " public " ", " " header " ") > 0)
            return 1
        for (i = 1; i < room_count; i += 2)
            if (room[i] == header && index(source, room[i + 1]) == 1)
                return 1
        if (room_of(header) != room_of(source))
            return 0
        name = substr(header, length(room_of(header)) + 1)
        stem = substr(source, length(room_of(source)) + 1)
        sub(/\.[ch]$/, "", name)
        sub(/_internal$/, "", name)
        sub(/\.c$/, "", stem)
        return name == stem || index(stem, name "_") == 1
    }
    BEGIN { room_count = split(rooms, room) }
    FILENAME ~ /declarations$/ { headers[$1] = headers[$1] " " $2; next }
    $3 == "U" { wanted[$1] = 1; next }
    $2 !~ /^(tests|bench)\// && $1 != "main" { defined[$1] = $2 }
    END {
        for (symbol in defined) {
            source = defined[symbol]
            count = split(headers[symbol], of, " ")
            good = offered = 0
            for (k = 1; k <= count; k++) {
                good += serves(of[k], source)
                offered += index(" " public " ", " " of[k] " ") > 0
            }
            if (symbol !~ /^fwd_/)
                print source ": " symbol " does not start with fwd_"
            if (count == 0)
                print source ": " symbol " is declared in no header; is it static?"
            else if (!good)
                print source ": " symbol " is declared in" headers[symbol]
            if (!(symbol in wanted) && !offered)
                print source ": " symbol " is used in no other file"
        }
        print length(defined) > "/dev/stderr"
    }' "$temp/declarations" "$temp/symbols" 2>"$temp/count" | sort >"$temp/offences"
if [ -s "$temp/offences" ]; then
    cat "$temp/offences"
    exit 1
fi
echo "$(cat "$temp/count") exports are declared where their file's name says, and used"
