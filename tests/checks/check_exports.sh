#!/bin/sh
# What a product's source file exports: its name starts with fwd_, it is declared in the header of the
# file's name (foo_bar.c: in foo_bar.h, foo_bar_internal.h, foo.h or foo_internal.h of the same room), in
# a public header or in one of the room headers below, and another file uses it or a public header offers
# it.
#
# usage: sh tests/checks/check_exports.sh BUILD-FOLDER [SOURCE-FOLDER]
#
# BUILD-FOLDER holds the objects, those of the tests, too. Prints what offends, fails if anything does.
set -eu

build=$(cd "$1" && pwd)
cd "${2:-$(dirname "$0")/../..}"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# Headers that declare what several files of a room define. CONTRIBUTING.md says why there is each.
public='verify/verify.h verify/codec.h'
room_headers='
cli/common/command.h cli/
module/at/at_command.h module/at/
'

# OBJECT-FILE SOURCE-FILE of each object; those of tests and bench have a source there.
objects() {
    find "$build" -name '*.c.o' | sed "s|^$build/||" | awk '{
        source = $0
        sub(/CMakeFiles\/[^\/]*\.dir\//, "", source)
        sub(/\.o$/, "", source)
        print $0, source
    }'
}

# SYMBOL SOURCE KIND of each symbol that an object defines (D) or wants (U).
symbols() {
    objects | while read -r object source; do
        nm -g "$build/$object" | awk -v source="$source" '
            $1 == "U" { print $2, source, "U"; next }
            $2 ~ /^[TDRBCV]$/ { print $3, source, "D" }'
    done
}

# NAME HEADER of each name that may be a declaration there: a word before ( [ ; , outside comments.
declarations() {
    find format verify hostio keys gen sim module cli -name '*.h' | while read -r header; do
        sed 's|//.*||' "$header" | tr '\n' ' ' | sed 's|/\*|\n&|g; s|\*/|&\n|g' | grep -v '^/\*' |
            grep -oE '[A-Za-z_][A-Za-z0-9_]*[[:space:]]*[][(;,]' | sed "s|[^A-Za-z0-9_].*| $header|" |
            sort -u
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
