#!/bin/sh
# Every requirement that the virtual module must keep has a test, and that test is there.
#
# usage: sh tests/checks/check_requirements.sh [SOURCE-FOLDER]
set -eu

cd "${1:-$(dirname "$0")/../..}/tests"
table=requirements.tsv
bad=0

complain() {
    echo "$1"
    bad=$((bad + 1))
}

# The ids that need a row: FIRST-LAST pairs.
ids() {
    for range in 1-60 65-67 74-85 88-88 91-147 182-189 221-224; do
        seq "${range%-*}" "${range#*-}"
    done
}

for id in $(ids); do
    grep -q "^R$id	" $table || complain "R$id has no test in tests/$table"
done

# In C a test is a function that its program runs; elsewhere a line that names it.
there() {
    case $1 in
    *.c) grep -qE "^START_TEST\($2\)" "$1" && grep -qE "[^(]$2\b|[({, ]$2," "$1" ;;
    *) grep -qF -- "$2" "$1" ;;
    esac
}

while IFS='	' read -r id file name; do
    case $id in \#*) continue ;; esac
    [ "$file" = - ] && continue
    { [ -f "$file" ] && there "$file" "$name"; } || complain "$id: $file has no test '$name'"
done <$table

[ "$(grep -v '^#' $table | cut -f1 | sort | uniq -d)" = "" ] || complain "an id stands twice"
[ "$bad" -eq 0 ] || exit 1
echo "$(ids | wc -l) requirements have their tests"
