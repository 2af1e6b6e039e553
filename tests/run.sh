#!/bin/sh
# Installs what is missing, builds, runs the tests.
#
# usage: sh tests/run.sh [--long] [--with GROUP]... [--no-default] [--build PRESET] [--jobs N]
#
#   --long          also what takes longer: the real firmware corpus, the long power-cut matrix, valgrind,
#                   the longer tests with sanitizers, the program without optimization (CONTRIBUTING.md)
#   --with GROUP    also the tests of this group, which install more than the others need and take longer:
#                     bare      both commands of the README on a machine on which nothing is installed
#                     emulator  device code on emulated processors
#                     browser   pages in a browser
#                     slurm     many packages by a Slurm cluster on this machine
#                     peers     other programs at the far end: servers, clients, terminals
#   --no-default    of the tests only those of --with
#   --build PRESET  only this build: release or asan
#   --jobs N        processes at once (default: the number of processors)
#
# Builds release (gcc) and asan (clang with AddressSanitizer and UndefinedBehaviorSanitizer) into build/
# and runs the tests in both. Names what was skipped, and why. The last line is "N passed, N failed" or
# "N passed, N failed, N skipped"; the exit status is 0 when none failed and one passed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
jobs=$(nproc 2>/dev/null || echo 2)
long=
groups=
default=1
builds='release asan'

misuse() {
    echo "run.sh: $1; see: sh tests/run.sh --help" >&2
    exit 2
}

# take_option NAME VALUE: those that have one.
take_option() {
    case $1 in
    --with)
        case $2 in
        bare | emulator | browser | slurm | peers) groups="$groups $2" ;;
        *) misuse "there is no group '$2'; groups are bare, emulator, browser, slurm, peers" ;;
        esac
        ;;
    --build)
        case $2 in
        release | asan) builds=$2 ;;
        *) misuse "--build needs release or asan, not '$2'" ;;
        esac
        ;;
    --jobs)
        case $2 in
        *[!0-9]* | '' | 0) misuse "--jobs needs a number, not '$2'" ;;
        esac
        jobs=$2
        ;;
    esac
}

while [ $# -gt 0 ]; do
    case $1 in
    --long) long=1 ;;
    --no-default) default= ;;
    --with | --build | --jobs)
        [ $# -ge 2 ] || misuse "$1 needs a value"
        take_option "$1" "$2"
        shift
        ;;
    --with=* | --build=* | --jobs=*) take_option "${1%%=*}" "${1#*=}" ;;
    -h | --help)
        sed -n '3,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//p;}' "$0"
        exit 0
        ;;
    *) misuse "'$1' is not known" ;;
    esac
    shift
done
[ -n "$default$groups" ] || misuse "--no-default without --with leaves nothing to run"
case " $builds " in
*' release '*) ;;
*) [ -z "$groups" ] || misuse "--with needs the build release" ;;
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

# The skipped tests of a report, and what each printed after "skipped: ".
reasons_of() {
    awk -v build="$1" '
        function say() {
            if (name != "")
                print "skipped: " name " (" build "): " (why != "" ? why : "it does not say why")
            name = why = ""
        }
        function decoded(text) {
            gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text)
            gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
            return text
        }
        /<testcase / {
            match($0, / name="[^"]*"/)
            last = substr($0, RSTART + 7, RLENGTH - 8)
        }
        /<skipped / || /status="disabled"/ { name = last }
        name != "" && why == "" && match($0, /skipped: /) {
            why = decoded(substr($0, RSTART + 9))
            sub(/<\/system-out>.*/, "", why)
        }
        /<\/testcase>/ { say() }' "$2"
}

passed=0
failed=0
skipped=0

# ctest's own report has the counts; a ctest that left none has failed.
count() {
    if [ ! -s "$2" ]; then
        failed=$((failed + 1))
        return
    fi
    bad=$(count_of failures "$2")
    skip=$(($(count_of skipped "$2") + $(count_of disabled "$2")))
    passed=$((passed + $(count_of tests "$2") - bad - skip))
    failed=$((failed + bad))
    skipped=$((skipped + skip))
    reasons_of "$1" "$2" >>"$root/build/skipped"
}

# run_tests PRESET REPORT TIMEOUT PROCESSES CTEST-OPTIONS...
run_tests() {
    preset=$1
    report=$root/build/$1/$2.xml
    timeout=$3
    at_once=$4
    shift 4
    rm -f "$report"
    {
        ctest --preset "$preset" -j "$at_once" --timeout "$timeout" --no-label-summary \
            --output-junit "$report" "$@" 2>&1 || true
    } | shorten
    count "$preset" "$report"
}

# One more at once than there are processors: some tests wait for real timers.
run_default() {
    say "tests in build/$1"
    if [ -n "$long" ]; then
        run_tests "$1" report 3600 $((jobs + 1)) -LE '^with-'
    else
        run_tests "$1" report 900 $((jobs + 1)) -LE '^(long$|with-)'
    fi
}

# What a group measures or waits for is not disturbed by another test: one at a time.
run_group() {
    say "tests of group $1"
    if ctest --preset release -N -L "^with-$1\$" | grep -qx 'Total Tests: 0'; then
        echo "skipped: group $1: no test has the label with-$1 yet" >>build/skipped
        skipped=$((skipped + 1))
        return
    fi
    run_tests release "report-$1" 3600 1 -L "^with-$1\$"
}

cd "$root"
packages='build test'
if [ -n "$long" ]; then
    FWD_LONG=1
    export FWD_LONG
    packages="$packages long"
fi
for name in $groups; do
    ! grep -q "^$name " tests/packages.txt || packages="$packages $name"
done
sh tests/install_packages.sh $packages
mkdir -p build
: >build/skipped
# Half the time of make; a folder that exists keeps what it was made with.
if command -v ninja >/dev/null; then
    CMAKE_GENERATOR=Ninja
    export CMAKE_GENERATOR
fi
[ -n "$default" ] || builds=release
for name in $builds; do
    build "$name"
done

# Where check_same_bytes.sh finds the other compilers' programs.
FWD_OTHER_PROGRAMS=
case $builds in
*asan*) FWD_OTHER_PROGRAMS=$root/build/asan/fwdelta ;;
esac
if [ -n "$long" ]; then
    build clang fwdelta
    FWD_OTHER_PROGRAMS="$FWD_OTHER_PROGRAMS $root/build/clang/fwdelta"
fi
export FWD_OTHER_PROGRAMS
for name in ${default:+$builds}; do
    # A process for each test case doubles the time there; a finding ends the program in either case.
    [ "$name" != asan ] || export CK_FORK=no
    run_default "$name"
done
unset CK_FORK
for name in $groups; do
    run_group "$name"
done

say "done"
cat build/skipped
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
