#!/bin/sh
# break.sh SOURCE OUTPUT SED-SCRIPT: a copy of a source file of the installer, broken on purpose.
# A script that changes nothing is an error: the source has moved on and the test would be empty.
set -eu
sed -E -f "$3" "$1" > "$2.new"
if cmp -s "$1" "$2.new"; then
    echo "$3 changes nothing in $1: adapt it to the new source" >&2
    rm -f "$2.new"
    exit 1
fi
mv "$2.new" "$2"
