#!/bin/sh
# Runs one case of the command line tests: NAME.sh, in a scratch folder of its own; what it prints
# must be NAME.expected.
#
# usage: run_case.sh PROGRAM NAME [--update]
#
# --update writes NAME.expected anew, to be looked at before it is committed. A case that cannot run
# here exits with status 77 and says why.
set -eu

folder=$(cd "$(dirname "$0")" && pwd)
name=$2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-cli.XXXXXX")
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP

# What fwdelta prints with --json during a case must follow the schemas.
# Everything a case needs is copied, so that it can run as another user.
mkdir "$scratch/bin" "$scratch/case" "$scratch/samples"
mkdir "$scratch/real" "$scratch/json"
for program in fwdelta fwdelta-campaign fwdelta-matrix fwdelta-module; do
    cp "$(dirname "$1")/$program" "$scratch/real/"
done
cp "$folder/keep_json.sh" "$scratch/bin/fwdelta"
cp "$folder/$name.sh" "$folder"/lib.sh "$folder"/INSECURE-*.pem "$scratch/case/"
cp "$folder"/../../samples/devices/*.json "$folder"/../../samples/images/*.bin "$scratch/samples/"
cp "$folder"/../../samples/campaign.json "$folder"/../../README.md "$scratch/samples/"
cp "$folder"/make_uf2.py "$folder"/check_reports.py "$folder"/in_terminal.py "$folder"/sarif-2.1.0.json "$scratch/samples/"
cp "$folder"/../images/*.bin "$scratch/samples/"
cp "$folder"/../../cli/man/*.1 "$scratch/samples/"
chmod -R u+rwX,go+rX,go-w "$scratch"
chmod 755 "$scratch/bin/fwdelta"
chmod 777 "$scratch/json"
chmod 600 "$scratch"/case/INSECURE-*.pem # what a clone does not keep

LC_ALL=C
PATH=$scratch/bin:$PATH
samples=$scratch/samples
unset SOURCE_DATE_EPOCH POSIXLY_CORRECT 2>/dev/null || true
export LC_ALL PATH samples

# The first line may say: # as an ordinary user
as=
if head -n 1 "$scratch/case/$name.sh" | grep -q 'as an ordinary user' && [ "$(id -u)" -eq 0 ]; then
    if ! command -v setpriv >/dev/null; then
        echo "skipped: root ignores file modes, and setpriv is not installed"
        exit 77
    fi
    as='setpriv --reuid=65534 --regid=65534 --clear-groups'
    chown -R 65534:65534 "$scratch/case"
fi

cd "$scratch/case"
status=0
# shellcheck disable=SC2086
$as sh "./$name.sh" >"$scratch/output" 2>&1 </dev/null || status=$?
if [ "$status" -ne 0 ]; then
    cat "$scratch/output"
    [ "$status" -eq 77 ] || echo "$name.sh ended with status $status"
    exit "$status"
fi
if [ -n "$(ls "$scratch/json")" ]; then
    python3 "$folder/check_json.py" "$folder/../../schemas" "$scratch/json"
fi
if [ "${3:-}" = --update ]; then
    cp "$scratch/output" "$folder/$name.expected"
    exit 0
fi
diff -u "$folder/$name.expected" "$scratch/output"
