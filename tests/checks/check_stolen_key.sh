#!/bin/sh
# The sample of a stolen key, in a folder of its own.
#
# usage: sh tests/checks/check_stolen_key.sh FWDELTA
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

sh "$root/samples/stolen_key.sh" "$1" "$folder" >"$folder/log" 2>&1 || {
    cat "$folder/log"
    exit 1
}
