#!/bin/sh
# No finding of clang's analyzer or cppcheck in our code, and clang-format changes nothing.
#
# usage: sh tests/checks/check_static.sh [SOURCE-FOLDER [JOBS]]
#
# What cppcheck may not report, and why:
#   missingIncludeSystem      the system's headers are not given to it
#   unusedFunction            not asked for: it does not see the tests' or a boot loader's calls
#   unmatchedSuppression      a suppression that one version needs and another does not
#   normalCheckLevelMaxBranches, checkersReport   notes of newer versions about themselves
set -eu

checks=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$checks/../..}"
jobs=${2:-$(nproc 2>/dev/null || echo 2)}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failures=0

product=$(sh "$checks/product_folders.sh")

product_sources() {
    find $product -name "*.c"
}

all_sources() {
    product_sources
    find $product -name "*.h"
    find tests bench samples/porting -name '*.[ch]'
}

defines='-D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE'

# Only what it found, not the path to it; `clang --analyze` on the file shows that.
run_clang_analyzer() {
    product_sources | xargs -P "$jobs" -n 8 clang --analyze -Xclang -analyzer-output=text \
        -Xclang -analyzer-werror -std=c11 -I. $defines >"$out/analyzer" 2>&1 || {
        grep -E '(error|warning): ' "$out/analyzer"
        false
    }
}

run_cppcheck() {
    cppcheck --quiet --error-exitcode=1 -j "$jobs" --std=c11 --enable=warning,performance,portability \
        --inline-suppr --suppress=missingIncludeSystem --suppress=unmatchedSuppression \
        --suppress=normalCheckLevelMaxBranches --suppress=checkersReport \
        -I. $defines --template='{file}:{line}: {severity} [{id}] {message}' $(product_sources)
}

run_clang_format() {
    unclean=$(all_sources | xargs clang-format --dry-run -Werror 2>&1 |
        sed -n 's/^\([^: ]*\.[ch]\):[0-9].*/\1/p' | sort -u)
    [ -z "$unclean" ] || {
        echo "clang-format -i" $unclean
        false
    }
}

check() {
    name=$1
    started=$(date +%s)
    if "run_$name" >"$out/log" 2>&1; then
        echo "$name: nothing ($(($(date +%s) - started)) s)"
    else
        cat "$out/log"
        echo "$name: see above"
        failures=$((failures + 1))
    fi
}

check clang_format
check cppcheck
# Several minutes on two processors: in the long run only.
[ -z "${FWD_LONG:-}" ] || check clang_analyzer
[ "$failures" -eq 0 ]
