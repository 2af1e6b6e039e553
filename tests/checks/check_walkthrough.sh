#!/bin/sh
# samples/walkthrough.sh ends well with this program.
#
# usage: sh tests/checks/check_walkthrough.sh FWDELTA
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
mkdir "$temp/folder"

sh "$root/samples/walkthrough.sh" --program "$1" --folder "$temp/folder" >"$temp/log" 2>&1 || {
    cat "$temp/log"
    exit 1
}
tail -n 1 "$temp/log" | grep 'both devices run 1\.0\.1'
