#!/bin/sh
# samples/engines: by make, by GNU parallel and by what the manifest's containers do, the same packages and the same
# report come out as by fwdelta matrix run.
#
# usage: check_engines.sh FWDELTA
set -eu
fwdelta=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
command -v parallel >/dev/null || { echo "skipped: parallel is not installed"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-engines.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
PATH=$(dirname "$fwdelta"):$PATH
export PATH
HOME=$work # where parallel keeps its own files
export HOME
cd "$work"
mkdir samples
cp -r "$root/samples/devices" "$root/samples/images" "$root/samples/release.json" samples/
"$fwdelta" keygen -o release.pem >/dev/null
for name in run make parallel kubernetes; do
    "$fwdelta" matrix plan samples/release.json -o $name >/dev/null
done
"$fwdelta" matrix run run >/dev/null
sh "$root/samples/engines/make.sh" make >log
sh "$root/samples/engines/parallel.sh" parallel --jobs 2 >>log 2>&1

# What each pod runs, with the volume in this folder.
python3 - "$root/samples/engines/kubernetes.yaml" >commands <<'END_OF_READING'
import re
import sys

import yaml

jobs = list(yaml.safe_load_all(open(sys.argv[1])))
assert [(j["apiVersion"], j["kind"]) for j in jobs] == [("batch/v1", "Job")] * 2
for job in jobs:
    spec = job["spec"]
    pod = spec["template"]["spec"]
    assert spec["completionMode"] == "Indexed" and pod["restartPolicy"] == "Never"
    assert pod["volumes"][0]["name"] == pod["containers"][0]["volumeMounts"][0]["name"]
    assert re.fullmatch("[a-z0-9-]+", job["metadata"]["name"])
    for index in range(spec["completions"]):
        words = pod["containers"][0]["command"]
        print(" ".join(w.replace("$(JOB_COMPLETION_INDEX)", str(index)) for w in words))
END_OF_READING
[ "$(wc -l <commands)" -eq 16 ]
sed 's|/release/out|kubernetes|' commands | sh -eu
"$fwdelta" matrix report kubernetes >>log

sed '/"times"/,/}/d' run/report.json >expected
for name in make parallel kubernetes; do
    sed '/"times"/,/}/d' $name/report.json | diff expected - || { cat log; echo "by $name: another report"; exit 1; }
    diff -r run/packages $name/packages
done
echo "by make, parallel and the manifest: $(ls run/packages | wc -l) packages, the same, and the same report"
