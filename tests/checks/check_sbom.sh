#!/bin/sh
# The bills of materials that gen writes, against the public schema of CycloneDX 1.5, which comes with their
# library from npm.
#
# usage: check_sbom.sh FWDELTA CACHE; CACHE: a folder in which the schema is kept
#
# Needs npm, tar and python3-jsonschema; ends with 77 where the schema cannot be fetched.
set -eu
fwdelta=$(realpath "$1")
cache=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
library=@cyclonedx/cyclonedx-library@10.3.0
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-sbom.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

if [ ! -s "$cache/bom-1.5.SNAPSHOT.schema.json" ]; then
    command -v npm >/dev/null || { echo "skipped: npm is not installed"; exit 77; }
    mkdir "$work/library"
    (cd "$work/library" && npm pack --loglevel=error "$library" >/dev/null 2>"$work/log" &&
        tar -xzf cyclonedx-*.tgz --strip-components=3 --wildcards 'package/res/schema/*.schema.json') || {
        cat "$work/log"
        echo "skipped: npm could not fetch $library; check the network and npm's registry setting"
        exit 77
    }
    cp "$work"/library/*.schema.json "$cache"
fi

cd "$work"
cp "$root"/tests/cli/INSECURE-release.pem key.pem
chmod 600 key.pem
old=$root/samples/images/demo-1.0.0.bin
new=$root/samples/images/demo-1.0.1.bin
make() {
    "$fwdelta" gen "$@" --key key.pem --force >/dev/null 2>&1
}
make "$old" "$new" --from-version 1.0.0 --to-version 1.0.1 --product demo --label spring -o a.upd --sbom delta.json
make --full "$new" --to-version 1.0.1 -o b.upd --sbom full.json
make "$old" "$new" -o c.upd --sbom nameless.json
make -c "firmware,from=1,to=2=$old:$new" -c "boot,to=7=$new:$old" -o d.upd --sbom two.json
python3 -W ignore - "$cache" *.json <<'END_OF_CHECK'
import json
import pathlib
import sys

import jsonschema

store = {}
for path in pathlib.Path(sys.argv[1]).glob("*.schema.json"):
    schema = json.loads(path.read_text())
    store[schema["$id"]] = store["http://cyclonedx.org/schema/" + path.name] = schema
schema = json.loads((pathlib.Path(sys.argv[1]) / "bom-1.5.SNAPSHOT.schema.json").read_text())
check = jsonschema.Draft7Validator(schema, resolver=jsonschema.RefResolver(schema["$id"], schema, store),
                                   format_checker=jsonschema.draft7_format_checker)
bad = 0
for name in sys.argv[2:]:
    for error in check.iter_errors(json.load(open(name))):
        print(f"{name}: {list(error.path)}: {error.message[:200]}")
        bad += 1
# the check finds something
broken = json.load(open(sys.argv[2]))
broken["components"][0]["hashes"][0]["alg"] = "SHA-3"
del broken["metadata"]["component"]["name"]
assert len(list(check.iter_errors(broken))) == 2
print(f"{len(sys.argv) - 2} bills of materials, {bad} errors by the public schema")
sys.exit(bad != 0)
END_OF_CHECK
