#!/bin/sh
# Installs what is missing, builds, runs the tests.
#
# usage: sh tests/run.sh [--long] [--jobs N]
#
#   --long    also what takes longer: the real firmware corpus, the long power-cut matrix, valgrind,
#             the longer tests with sanitizers, the program without optimization (CONTRIBUTING.md)
#   --jobs N  processes at once (default: the number of processors)
#
# Builds release (gcc) and asan (clang with AddressSanitizer and UndefinedBehaviorSanitizer) into build/
# and runs the tests in both. The last line is "N passed, N failed"; the exit status is 0 when none
# failed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
jobs=$(nproc 2>/dev/null || echo 2)
leave_out='-LE long'
timeout=900

misuse() {
    echo "run.sh: $1; usage: sh tests/run.sh [--long] [--jobs N]" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --long)
        leave_out=
        timeout=3600
        ;;
    --jobs)
        [ $# -ge 2 ] || misuse "--jobs needs a number"
        jobs=$2
        shift
        ;;
    --jobs=*) jobs=${1#--jobs=} ;;
    -h | --help)
        sed -n '2,12s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) misuse "'$1' is not known" ;;
    esac
    shift
done
case $jobs in
*[!0-9]* | '' | 0) misuse "--jobs needs a number, not '$jobs'" ;;
esac

started=$(date +%s)
say() {
    echo "[$(($(date +%s) - started)) s] $*"
}

# Runs a command whose output matters only when it fails.
quietly() {
    if ! "$@" >"$root/build/run.log" 2>&1; then
        grep -vE '^\[ *[0-9]+(%|/[0-9]+)\]' "$root/build/run.log" | tail -n 60
        say "this failed: $*"
        echo "0 passed, 1 failed"
        exit 1
    fi
}

# build PRESET [TARGET...]
build() {
    preset=$1
    shift
    say "building $preset"
    quietly cmake --preset "$preset"
    quietly cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"}
}

# One line for a test that passed; for others all that ctest prints.
shorten() {
    awk '
        / Passed / { printf "  ok    %s (%s s)\n", $4, $(NF - 1); fflush(); next }
        /\*\*\*Skipped/ { printf "  skip  %s\n", $4; fflush(); next }
        / Test +#[0-9]+: / { printf "  FAIL  %s\n", $0; fflush(); next }
        /^ *Start +[0-9]+: / || /^Test project / || /^Internal ctest/ || /^ *$/ { next }
        /tests passed, / || /^Total Test time/ || /did not run/ || /\(Skipped\)$/ { next }
        { print; fflush() }'
}

count_of() {
    sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

passed=0
failed=0
skipped=0

# ctest's own report has the counts; a ctest that left none has failed.
count() {
    if [ ! -s "$1" ]; then
        failed=$((failed + 1))
        return
    fi
    bad=$(count_of failures "$1")
    skip=$(($(count_of skipped "$1") + $(count_of disabled "$1")))
    passed=$((passed + $(count_of tests "$1") - bad - skip))
    failed=$((failed + bad))
    skipped=$((skipped + skip))
}

# One more at once than there are processors: some tests wait for real timers.
run_tests() {
    say "tests in build/$1"
    report=$root/build/$1/report.xml
    rm -f "$report"
    {
        ctest --preset "$1" -j $((jobs + 1)) --timeout $timeout --no-label-summary $leave_out \
            --output-junit "$report" 2>&1 || true
    } | shorten
    count "$report"
}

cd "$root"
if [ -z "$leave_out" ]; then
    FWD_LONG=1
    export FWD_LONG
    sh tests/install_packages.sh build test long
else
    sh tests/install_packages.sh build test
fi
mkdir -p build
# Half the time of make; a folder that exists keeps what it was made with.
if command -v ninja >/dev/null; then
    CMAKE_GENERATOR=Ninja
    export CMAKE_GENERATOR
fi
build release
build asan

# Where check_same_bytes.sh finds the other compilers' programs.
FWD_OTHER_PROGRAMS=$root/build/asan/fwdelta
if [ -z "$leave_out" ]; then
    build clang fwdelta
    FWD_OTHER_PROGRAMS="$FWD_OTHER_PROGRAMS $root/build/clang/fwdelta"
fi
export FWD_OTHER_PROGRAMS
run_tests release
# A process for each test case doubles the time there; a finding ends the program in either case.
CK_FORK=no
export CK_FORK
run_tests asan

say "done"
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
