#!/bin/sh
# Stands for fwdelta in a case: runs it, and keeps a copy of what it prints with --json.
folder=$(dirname "$0")/..
case " $* " in
*' --json '* | *' -j '*) [ /proc/self/fd/1 -ef /dev/full ] || keep=yes ;;
esac
[ "${keep:-}" = yes ] || exec "$folder/real/fwdelta" "$@"
out=$(mktemp "$folder/json/XXXXXX")
status=0
"$folder/real/fwdelta" "$@" >"$out" || status=$?
cat "$out"
exit "$status"
