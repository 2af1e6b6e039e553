#!/bin/sh
# Each option that takes a file is one of those whose files no command may overwrite or read twice
# (cli/common/output_check.c): check_file_options.sh
set -eu
cd "$(dirname "$0")/../.."
known=$(grep -oE '\{?"[a-z0-9-]+"' cli/common/output_check.c | tr -d '{"' | sort -u)
named=$(grep -rhoE '\{"[a-z0-9-]+", [^,]+, "[A-Z,=]*FILE"' cli | sed 's/{"\([a-z0-9-]*\)".*/\1/' | sort -u)
[ "$(echo "$named" | wc -l)" -ge 15 ] || { echo "the options of cli/ are not found" >&2; exit 1; }
missing=$(for name in $named; do echo "$known" | grep -qx -- "$name" || echo "--$name"; done)
[ -z "$missing" ] || {
    echo "cli/common/output_check.c does not list options with FILE:" $missing >&2
    exit 1
}
echo "$(echo "$named" | wc -l) options with FILE, each is listed"
