#!/bin/sh
# The command that torture prints for a lost device shows it again, run as it is. The device is one that a worn bank
# of two for the journal may lose (verify/DESIGN.md 8.5).
#
# usage: sh tests/checks/replay_again.sh FWDELTA
set -eu
[ $# -eq 1 ] && [ -x "$1" ] || { echo "usage: sh tests/checks/replay_again.sh FWDELTA" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$(cd "$(dirname "$1")" && pwd):$PATH
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-again.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
cd "$work"
id=worn=1,area=journal,at=12+op=304,tear=unstable,seed=0

sed 's/"journal": .*/"journal": {"blocks": [{"size": 4096, "count": 2}]},/' "$root/samples/devices/inplace-4k.json" >"two banks.json"
fwdelta keygen -o key.pem >said
fwdelta gen "$root/samples/images/demo-1.0.0.bin" "$root/samples/images/demo-1.0.1.bin" -o update.upd --key key.pem \
    --product demo --from-version 1.0.0 --to-version 1.0.1 --device "two banks.json" >said
status=0
fwdelta torture update.upd --device "two banks.json" --image "firmware=$root/samples/images/demo-1.0.0.bin" \
    --version 1.0.0 --trust key.pub.pem --jobs 1 --worn --generations 1 --replay "$id" >first 2>&1 || status=$?
sed -n 's/^see again *//p' first >command.sh
[ "$status" -eq 1 ] && [ -s command.sh ] || { cat first; echo "replay_again: this case loses no device any more: look for another"; exit 1; }
status=0
sh ./command.sh >again 2>&1 || status=$?
grep -q "FAILED *$id\$" again && [ "$status" -eq 1 ] || { cat command.sh again; echo "replay_again: the command does not show it again"; exit 1; }
echo "the printed command shows the lost device again"
