#!/bin/sh
# valgrind finds no error and no leak in the test programs and in the program's main ways.
#
# usage: sh tests/checks/check_valgrind.sh BUILD-FOLDER [TEST-PROGRAM...]
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
shift
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
failures=0

# Without libcheck's fork valgrind sees the tests themselves; they are then not ended by a time limit.
CK_FORK=no
export CK_FORK
unset FWD_LONG

under_valgrind() {
    timeout 1800 valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
        "$@" >"$temp/log" 2>&1
}

[ $# -gt 0 ] || set -- "$build"/tests/test_*
for program; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    if (cd "$build/tests" && under_valgrind "$program"); then
        echo "$(basename "$program"): nothing"
    else
        tail -n 40 "$temp/log"
        echo "$(basename "$program"): see above"
        failures=$((failures + 1))
    fi
done

# The walkthrough, with every command of fwdelta under valgrind.
cat >"$temp/fwdelta" <<END
#!/bin/sh
exec valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
    "$build/fwdelta" "\$@"
END
chmod +x "$temp/fwdelta"
mkdir "$temp/folder"
if sh "$root/samples/walkthrough.sh" --program "$temp/fwdelta" --folder "$temp/folder" \
    >"$temp/log" 2>&1; then
    echo "walkthrough: nothing"
else
    tail -n 40 "$temp/log"
    echo "walkthrough: see above"
    failures=$((failures + 1))
fi
[ "$failures" -eq 0 ]
