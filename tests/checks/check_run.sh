#!/bin/sh
# The scripts that people start say in one sentence what is missing, and tests/run.sh counts and names what
# ctest reports: here of a small project with tests of each kind.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

fail() {
    cat "$temp/out" "$temp/err" 2>/dev/null || true
    echo "check_run: $1"
    exit 1
}

# ends STATUS COMMAND...: it must end with that status; what it says is in out and err.
ends() {
    wanted=$1
    shift
    status=0
    "$@" >"$temp/out" 2>"$temp/err" </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "status $status, expected was $wanted: $*"
}

# one_sentence TEXT: nothing but one line about it.
one_sentence() {
    [ ! -s "$temp/out" ] && [ "$(wc -l <"$temp/err")" -eq 1 ] || fail "more than one line, or none"
    grep -qF -- "$1" "$temp/err" || fail "does not say: $1"
}

ends 3 sh "$root/samples/result_codes.sh" "$temp/fwdelta"
one_sentence "there is no program $temp/fwdelta; build it"
ends 2 sh "$root/tests/run.sh" --with cloud
one_sentence "there is no group 'cloud'"
ends 2 sh "$root/tests/run.sh" --jobs many
one_sentence "--jobs needs a number, not 'many'"
ends 2 sh "$root/tests/run.sh" --with
one_sentence '--with needs a value'
ends 2 sh "$root/tests/run.sh" --no-default
one_sentence '--no-default without --with'
ends 2 sh "$root/tests/install_packages.sh" cloud
one_sentence "there is no group 'cloud'"

# ---- a small project -----------------------------------------------------------------------------

mkdir -p "$temp/small/tests"
cp "$root/tests/run.sh" "$root/tests/install_packages.sh" "$temp/small/tests/"
printf 'build dpkg sh\ntest dpkg sh\n' >"$temp/small/tests/packages.txt"
cp "$root/CMakePresets.json" "$temp/small/"
cat >"$temp/small/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES NONE)
enable_testing()
add_test(NAME good COMMAND true)
add_test(NAME absent COMMAND sh -c "echo before; echo 'skipped: no <sh> & no \"x\"'; exit 77")
add_test(NAME silent COMMAND sh -c "exit 77")
add_test(NAME heavy COMMAND true)
add_test(NAME emulated COMMAND true)
set_tests_properties(absent silent PROPERTIES SKIP_RETURN_CODE 77)
set_tests_properties(heavy PROPERTIES LABELS long)
set_tests_properties(emulated PROPERTIES LABELS "long;with-emulator")
END

# last LINES: how the output must end.
last() {
    printf '%s\n' "$@" >"$temp/expected"
    tail -n "$#" "$temp/out" | diff -u "$temp/expected" - || fail 'it should have ended otherwise'
}

cd "$temp/small"
unset FWD_LONG CTEST_OUTPUT_ON_FAILURE GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE 2>/dev/null || true
export CMAKE_BUILD_PARALLEL_LEVEL=1
ends 0 sh tests/run.sh --with emulator --with slurm
last 'skipped: absent (release): no <sh> & no "x"' \
    'skipped: silent (release): it does not say why' \
    'skipped: absent (asan): no <sh> & no "x"' \
    'skipped: silent (asan): it does not say why' \
    'skipped: group slurm: no test has the label with-slurm yet' \
    '3 passed, 0 failed, 5 skipped'
ends 0 sh tests/run.sh --build release --no-default --with=emulator
last '1 passed, 0 failed'
ends 1 sh tests/run.sh --no-default --with peers
last '0 passed, 0 failed, 1 skipped'

# The gate adds both runs up, from what is committed.
if command -v git >/dev/null; then
    mkdir .ci
    cp "$root/.ci/run" .ci/
    printf '/build\n' >.gitignore
    git init -q . && git add -A
    git -c user.name=test -c user.email=test commit -q -m small
    echo 'not committed' >CMakeLists.txt
    ends 0 bash .ci/run
    last 'skipped: absent (release): no <sh> & no "x"' \
        'skipped: silent (release): it does not say why' \
        'skipped: absent (asan): no <sh> & no "x"' \
        'skipped: silent (asan): it does not say why' \
        'skipped: group bare: no test has the label with-bare yet' \
        'skipped: group browser: no test has the label with-browser yet' \
        'skipped: group slurm: no test has the label with-slurm yet' \
        'skipped: group peers: no test has the label with-peers yet' \
        '3 passed, 0 failed, 8 skipped'
    git checkout -q CMakeLists.txt
fi

sed -i 's/COMMAND true/COMMAND false/' CMakeLists.txt
ends 1 sh tests/run.sh --build release
last 'skipped: absent (release): no <sh> & no "x"' \
    'skipped: silent (release): it does not say why' '0 passed, 1 failed, 2 skipped'
echo 'project(' >>CMakeLists.txt
ends 1 sh tests/run.sh --build release
last '0 passed, 1 failed'
echo "the scripts say what is missing and count what ran"
