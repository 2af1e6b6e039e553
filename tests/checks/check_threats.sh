#!/bin/sh
# Each threat in SECURITY.md names the tests that show what is said of it; each name must be that of a test.
# A row without one says "nothing".
#
# usage: check_threats.sh SECURITY.md BUILD-FOLDER
set -eu
page=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-threats.XXXXXX")
trap 'rm -rf "$work"' EXIT

ctest --test-dir "$2" -N | sed -n 's/^ *Test *#[0-9]*: //p' | sort -u >"$work/tests"
[ "$(wc -l <"$work/tests")" -gt 100 ] || { echo "ctest lists no tests in $2"; exit 1; }
# Rows of tables whose last column is "Shown by": row, tab, that column.
awk -F '|' '/^\| .*\| Shown by \|$/ { on = 1; next } !/^\|/ { on = 0 } on && !/^\|-/ { print $2 "\t" $(NF - 1) }' "$page" >"$work/rows"
[ "$(wc -l <"$work/rows")" -ge 30 ] || { echo "$page: its tables of threats are not there any more"; exit 1; }
status=0
while IFS="$(printf '\t')" read -r row shown; do
    [ "$shown" != " nothing " ] || continue
    names=$(printf '%s\n' "$shown" | grep -o '`[a-z0-9_]*`' | tr -d '`') || names=
    [ -n "$names" ] || { echo "$page:$row: no test shows it"; status=1; }
    for name in $names; do
        grep -qx "$name" "$work/tests" || { echo "$page:$row: there is no test $name"; status=1; }
    done
done <"$work/rows"
[ "$status" -ne 0 ] || echo "$(wc -l <"$work/rows") threats, each with a test that is there"
exit $status
