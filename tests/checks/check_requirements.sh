#!/bin/sh
# Every requirement has a row in tests/requirements.tsv, and what a row names is there.
#
#     id  file  test  command  value
#
# file, test: a file under tests/ and a test in it: in C a function that its program runs, in tests/at a
# vector, elsewhere a line. command: what the test uses: an AT command of the module, a command of fwdelta, a
# path of a LwM2M resource, or a function that a header declares. value: what the test finds; the test, or for
# C and scripts the file with its tables, has it. A row whose file is "-" is shown by nothing here, and says so:
#
#     -  not-yet    -         why
#     -  host-only  document  words in it, which say what is here in place of it
#
# usage: sh tests/checks/check_requirements.sh [SOURCE-FOLDER]
set -eu

cd "${1:-$(dirname "$0")/../..}/tests"
table=requirements.tsv
count=269
tab=$(printf '\t')
bad=0

complain() {
    echo "$1"
    bad=$((bad + 1))
}

# The text of a test: the vector, with those that it continues; elsewhere the file.
text_of() {
    case $1 in
    at/*)
        awk -v name="$2" '
            /^# T-/ { mine = $2 == name; if (!mine) kept = ""; }
            { kept = kept $0 "\n" }
            mine { shown = 1; print }
            shown && !mine { exit }' "$1"
        ;;
    *) cat "$1" ;;
    esac
}

there() {
    case $1 in
    *.c) grep -qE "^START_TEST\($2\)" "$1" && grep -qE "[^(]$2\b|[({, ]$2," "$1" ;;
    at/*) grep -qE "^# $2( |\$)" "$1" ;;
    *) grep -qF -- "$2" "$1" ;;
    esac
}

# Is it a command of ours, and does the test use it?
used() {
    case $3 in
    AT[A-Z]*)
        grep -qE "\"${3#AT}\"" ../module/at/*.c && text_of "$1" "$2" | grep -qF -- "$3"
        ;;
    AT*)
        name=$(echo "${3#AT}" | sed 's/[+#]/[&]/g; s/\^/\\^/')
        grep -qE "\"$name\"" ../module/at/*.c && text_of "$1" "$2" | grep -qE -- "AT$name([^A-Z]|\$)"
        ;;
    fwdelta\ *)
        grep -rqE "\"${3#fwdelta }\"" ../cli --include='*.c' &&
            cat "$1" "${1%.expected}.sh" peers/world.py 2>/dev/null |
                grep -qE -- "$3|['\" ]${3#fwdelta }['\" ]"
        ;;
    /*) text_of "$1" "$2" | grep -qE -- "$3|^~ server writes URI" ;;
    fwd_*) grep -rqE "\b$3\(" ../*/*.h ../*/*/*.h && grep -qF "$3(" "$1" ;;
    *) false ;;
    esac
}

check_shown() {
    [ -f "$2" ] && there "$2" "$3" || {
        complain "$1: $2 has no test '$3'"
        return
    }
    used "$2" "$3" "$4" || complain "$1: the test '$3' does not use the command '$4', or there is none"
    text_of "$2" "$3" | grep -qF -- "$5" || complain "$1: the test '$3' has no value '$5'"
}

check_other() {
    case $2 in
    not-yet) [ -n "$4" ] || complain "$1: it does not say why there is no test" ;;
    host-only)
        { [ -f "../$3" ] && tr '\n' ' ' <"../$3" | tr -s ' ' | grep -qF -- "$4"; } ||
            complain "$1: $3 does not say '$4'"
        ;;
    *) complain "$1: a row without a file is not-yet or host-only, not '$2'" ;;
    esac
}

[ "$(head -n 1 $table)" = "id${tab}file${tab}test${tab}command${tab}value" ] ||
    complain "the first line of tests/$table names other columns"
[ "$(awk -F'\t' 'NF != 5' $table)" = "" ] || complain "a row of tests/$table has not five columns"
rows=$(sed 1d $table)
wrong=$(awk -F'\t' -v count=$count -v table=tests/$table '
    NR > 1 { rows[$1]++ }
    END {
        for (i = 1; i <= count; i++)
            if (rows["R" i] != 1)
                print "R" i " has " (rows["R" i] > 1 ? "more than one" : "no") " row in " table
    }' $table)
[ -z "$wrong" ] || complain "$wrong"

while IFS=$tab read -r id file name command value; do
    [ "$name" != not-yet ] || [ -z "$value" ] || continue
    if [ "$file" = - ]; then
        check_other "$id" "$name" "$command" "$value"
    else
        check_shown "$id" "$file" "$name" "$command" "$value"
    fi
done <<EOF
$rows
EOF

[ "$bad" -eq 0 ] || exit 1
shown=$(printf '%s\n' "$rows" | awk -F'\t' '$2 != "-"' | wc -l)
open=$(printf '%s\n' "$rows" | awk -F'\t' '$3 == "not-yet"' | wc -l)
echo "$count requirements: $shown have their tests, $open not yet, $((count - shown - open)) are not the module's"
