# Packages that are made again, bills of materials, provenance.
. ./lib.sh
key=INSECURE-release.pem
small_images
TMPDIR=$PWD/temp
export TMPDIR
mkdir temp

# made OPTIONS: a package of these options is the same when it is made again without them
made() {
    quiet gen old.bin new.bin --key $key -o x.upd --force "$@"
    fwdelta reproduce x.upd old.bin new.bin >.out 2>.err && sed 's/[0-9]* bytes/N bytes/' .out && return
    cat .out .err | stable
}
echo "== with default options nothing else is needed"
made
made --from-version 1.0.0 --to-version 1.0.1
made --from-version 1.0.0,A00.01 --to-version 1.1.0,A00.01 --product demo --product other --hardware 3
made --name boot --role boot --counter 0 --label 'a label = 1'
made --role data --to-version 2 --counter 4294967295
made --key INSECURE-other.pem
SOURCE_DATE_EPOCH=1234567890 && export SOURCE_DATE_EPOCH && made --timestamp
unset SOURCE_DATE_EPOCH
quiet gen --full new.bin --key $key --to-version 3 -o full.upd
lines 'reproduced' reproduce full.upd new.bin | sed 's/[0-9]* bytes/N bytes/'
quiet gen -c firmware,from=1,to=2=old.bin:new.bin -c boot,to=7=new.bin:old.bin --unsigned -o two.upd
lines 'reproduced' reproduce two.upd -c firmware=old.bin:new.bin -c boot=new.bin:old.bin | sed 's/[0-9]* bytes/N bytes/'
run reproduce two.upd -c firmware=old.bin:new.bin

echo "== with other options: given again, or by the provenance"
quiet gen old.bin new.bin --key $key --to-version 2 --codec stored --force-delta -o stored.upd --provenance stored.json
lines '^(differs +manifest|fwdelta)' reproduce stored.upd old.bin new.bin |
    sed -E 's/byte [0-9]+ on: .*/byte N on/'
lines 'reproduced' reproduce stored.upd old.bin new.bin --codec stored --force-delta | sed 's,[0-9]* bytes,N bytes,'
lines 'reproduced' reproduce stored.upd old.bin new.bin --provenance stored.json | sed 's,[0-9]* bytes,N bytes,'
quiet gen old.bin new.bin --key $key --to-version 2 -d "$samples/inplace-4k.json" -o cert.upd --provenance cert.json
lines '^fwdelta' reproduce cert.upd old.bin new.bin
lines 'reproduced' reproduce cert.upd old.bin new.bin -d "$samples/inplace-4k.json" | sed 's/[0-9]* bytes/N bytes/'
lines 'reproduced' reproduce cert.upd old.bin new.bin -p cert.json | sed 's/[0-9]* bytes/N bytes/'

echo "== the two sides of a difference never read the same, and no line says what another says"
cp new.bin one.bit
printf Q | dd of=one.bit bs=1 seek=700 conv=notrunc 2>/dev/null
quiet gen --full new.bin --key $key --to-version 3 --codec stored -o kept.upd
for other in one.bit new.bin; do
    lines '^differs' reproduce kept.upd $other --codec $([ $other = one.bit ] && echo stored || echo xz)
done
quiet gen -c firmware,from=1,to=2=old.bin:new.bin -c boot,to=7=new.bin:old.bin --unsigned -o two.upd --force
lines '^differs +payload' reproduce two.upd -c firmware=old.bin:one.bit -c boot=new.bin:old.bin |
    sed -E 's/byte [0-9]+/byte N/; s/bytes [0-9a-f ]+/bytes XX /g'

echo "== wrong images: told before anything is made"
run reproduce x.upd new.bin
run reproduce full.upd new.bin --force-delta
lines '^fwdelta' reproduce full.upd old.bin new.bin

echo "== another image, another package, no package"
{ cat new.bin && printf x; } >other.bin
lines 'reproduced|fwdelta' reproduce full.upd other.bin
fwdelta reproduce full.upd other.bin --json 2>/dev/null | grep -E '"(schema|reproduced)"'
run reproduce new.bin old.bin new.bin
run reproduce full.upd
run reproduce full.upd missing.bin
run reproduce full.upd new.bin --provenance full.upd
echo '{"predicate": {}}' >empty.json
run reproduce full.upd new.bin --provenance empty.json
quiet export-bsdiff40 cert.upd old.bin -o patch
quiet import-bsdiff40 old.bin patch --key $key --to-version 2 -o imported.upd --provenance imported.json
grep '"name": "patch"' imported.json
run reproduce imported.upd old.bin new.bin --provenance imported.json
ls temp

echo "== a signal while it works leaves nothing behind"
head -c 3000000 /dev/urandom >big-old.bin
{ head -c 1500000 big-old.bin && head -c 200000 /dev/urandom && tail -c 1500000 big-old.bin; } >big-new.bin
quiet gen big-old.bin big-new.bin --raw --key $key --to-version 2 -o big.upd
fwdelta reproduce big.upd big-old.bin big-new.bin --raw >/dev/null 2>&1 &
pid=$!
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -n "$(ls temp)" ] && break
    sleep 0.05
done
kill -TERM $pid
{ wait $pid; } 2>/dev/null
echo "[$?] $(ls temp)"

echo "== bill of materials and provenance"
quiet gen old.bin new.bin --key $key --from-version 1 --to-version 2 --label spring -d "$samples/inplace-4k.json" \
    -o bom.upd --sbom bom.json --provenance bom.intoto.json
python3 - <<'END'
import hashlib
import json
import re

def sha(name):
    return hashlib.sha256(open(name, "rb").read()).hexdigest()

bom = json.load(open("bom.json"))
assert bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.5" and bom["version"] == 1
assert re.fullmatch("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", bom["serialNumber"])
parts = [bom["metadata"]["component"]] + bom["components"]
for part, name in zip(parts, ["bom.upd", "new.bin", "old.bin"], strict=True):
    assert part["hashes"] == [{"alg": "SHA-256", "content": sha(name)}], part
    print(part["type"], part["bom-ref"], part["version"], part.get("scope", ""))
refs = {part["bom-ref"] for part in parts}
for entry in bom["dependencies"]:
    assert entry["ref"] in refs and set(entry["dependsOn"]) <= refs
text = open("bom.intoto.json").read()
statement = json.loads(text)
assert statement["_type"] == "https://in-toto.io/Statement/v1"
assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
assert statement["subject"] == [{"name": "bom.upd", "digest": {"sha256": sha("bom.upd")}}]
definition = statement["predicate"]["buildDefinition"]
for item in definition["resolvedDependencies"]:
    print(item["name"], item["annotations"]["file"].split("/")[-1])
    assert item["digest"]["sha256"] == sha(item["annotations"]["file"]), item
print(*(option["name"] for option in definition["externalParameters"]["options"]))
assert "INSECURE" not in text
END
cp bom.json first.json
cp bom.intoto.json first.intoto.json
quiet gen old.bin new.bin --key $key --from-version 1 --to-version 2 --label spring -d "$samples/inplace-4k.json" \
    -o bom.upd --sbom bom.json --provenance bom.intoto.json --force
expect_same bom.json first.json
expect_same bom.intoto.json first.intoto.json
run gen old.bin new.bin --key $key -o b.upd --sbom b.upd
run gen old.bin new.bin --key $key -o b.upd --sbom bom.json
run gen old.bin new.bin --key $key -o b.upd --sbom -
ls b.upd 2>/dev/null || true
