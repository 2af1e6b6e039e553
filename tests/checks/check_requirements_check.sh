#!/bin/sh
# check_requirements.sh finds what is wrong in the table: each kind of damage, done to a copy.
#
# usage: sh tests/checks/check_requirements_check.sh SOURCE-FOLDER
set -eu

source=$(cd "$1" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
failed=0

# Only the rows that are damaged are looked at closely, so that this is quick: all others are not yet.
mkdir "$place/tests"
for name in cli module; do ln -s "$source/$name" "$place/$name"; done
for name in at campaign module checks cli peers sim verify; do ln -s "$source/tests/$name" "$place/tests/$name"; done
table=$place/tests/requirements.tsv

# expect SENTENCE AWK-PROGRAM: the damage, and what is said of it.
expect() {
    awk -F'\t' -v OFS='\t' 'NR > 1 && $1 !~ /^R(17|35|49)$/ { $2 = $4 = "-"; $3 = "not-yet"; $5 = "x" } { print }' \
        "$source/tests/requirements.tsv" | awk -F'\t' -v OFS='\t' "$2" >"$table"
    if said=$(sh "$source/tests/checks/check_requirements.sh" "$place"); then
        echo "not found: $1"
        failed=1
    elif ! echo "$said" | grep -qF -- "$1"; then
        echo "expected '$1', found '$said'"
        failed=1
    fi
}

if ! awk '{ print }' "$source/tests/requirements.tsv" >"$table" ||
    ! sh "$source/tests/checks/check_requirements.sh" "$source" >/dev/null; then
    echo "the table itself is refused"
    failed=1
fi
expect "R49 has no row" '$1 != "R49" { print }'
expect "R49 has more than one row" '{ print } $1 == "R49" { print }'
expect "names other columns" 'NR == 1 { $4 = "call" } { print }'
expect "has not five columns" '$1 == "R49" { print $1, $2, $3, $4; next } { print }'
expect "R35: at/none.txt has no test" '$1 == "R35" { $2 = "at/none.txt" } { print }'
expect "R35: at/ufwinstall.txt has no test" '$1 == "R35" { $3 = "T-INST" } { print }'
expect "R17: module/test_module_kept.c has no test" '$1 == "R17" { $3 = "send_profile" } { print }'
expect "R35: the test 'T-INST-4' does not use the command" '$1 == "R35" { $4 = "AT+UFTPC" } { print }'
expect "R49: the test 'T-INST-2' does not use the command" '$1 == "R49" { $4 = "AT+NONE" } { print }'
expect "R49: the test 'T-INST-2' has no value" '$1 == "R49" { $5 = "+UUFWINSTALL: 168" } { print }'
expect "R49: it does not say why" '$1 == "R49" { $2 = "-"; $3 = "not-yet"; $5 = "" } { print }'
expect "does not say 'no such words" \
    '$1 == "R49" { $2 = "-"; $3 = "host-only"; $4 = "module/README.md"; $5 = "no such words" } { print }'
expect "a row without a file is not-yet or host-only" '$1 == "R49" { $2 = "-"; $3 = "open" } { print }'
exit $failed
