# Many packages: a plan, its run, what is done again and what is not.
. ./lib.sh
key=INSECURE-release.pem
cp "$samples"/inplace-4k.json "$samples"/dual-slot.json .
for v in 1.0.0 1.0.1 1.1.0; do cp "$samples/demo-$v.bin" demo-$v.bin; done

# release FILE FROM...: to 1.1.0 from these versions.
release() {
    cat <<END
{"name": "spring", "keys": ["$key"], "trust": ["INSECURE-release.pub.pem"],
 "devices": [{"name": "small", "description": "inplace-4k.json"},
             {"name": "large", "description": "dual-slot.json"}],
 "products": [{"name": "demo", "to": {"version": "1.1.0", "image": "demo-1.1.0.bin"},
   "from": [{"version": "1.0.0", "image": "demo-1.0.0.bin"},
            {"version": "1.0.1", "image": "demo-1.0.1.bin"}]$1}]$2}
END
}
release ', "via": [{"from": "1.0.0", "to": "1.0.1"}]' '' >release.json
run matrix plan release.json -o out
run matrix run out --jobs 2
ls out/packages
results=$(find out/jobs -name result.json | wc -l)
echo "$results results"
sed '/"times"/,/}/d' out/report.json >first.txt

echo "again: nothing is done twice"
find out/jobs -name result.json -exec touch -d 2001-01-01 {} +
lines 'jobs' matrix run out
find out/jobs -name result.json -newermt 2002-01-01 | wc -l

echo "the packages are those of gen"
quiet gen demo-1.0.0.bin demo-1.1.0.bin --key $key --product demo --from-version 1.0.0 --to-version 1.1.0 \
    --device inplace-4k.json --device dual-slot.json -o alone.upd
cmp alone.upd out/packages/demo_1.0.0_1.1.0.upd && echo same

echo "killed at some moments, it ends with the same report"
release ', "via": [{"from": "1.0.0", "to": "1.0.1"}]' '' >release.json
quiet matrix plan release.json -o killed
for moment in 0.02 0.1 0.2 0.4 0.7 1.1; do
    timeout -s KILL $moment fwdelta matrix run killed >/dev/null 2>&1 || true
done
lines 'jobs' matrix run killed
sed '/"times"/,/}/d' killed/report.json | cmp first.txt - && echo "same report"

echo "a package that is gone or damaged is made again"
package=$(find out/jobs -name package.upd | sort | head -n 1)
cp "$package" kept.upd
printf x >>"$package"
lines 'jobs' matrix run out
sed '/"times"/,/}/d' out/report.json | cmp first.txt - && echo "same report"
cmp "$package" kept.upd && cmp alone.upd out/packages/demo_1.0.0_1.1.0.upd && echo "same packages"

echo "one run at a time"
flock out/lock sh -c 'fwdelta matrix run out' 2>&1 | stable

echo "another image: only what hangs on it"
find out/jobs -name result.json -exec touch -d 2001-01-01 {} +
printf 'more' >>demo-1.0.1.bin
lines 'jobs|ways' matrix run out
echo "of $results jobs were done: $(find out/jobs -name result.json -newermt 2002-01-01 | wc -l)"
cp "$samples/demo-1.0.1.bin" demo-1.0.1.bin

echo "an image that cannot be read stops what hangs on it, no more"
mv demo-1.0.1.bin away.bin
run matrix plan release.json -o out
run matrix run out
mv away.bin demo-1.0.1.bin
lines 'jobs' matrix run out

echo "limits, and a device that is too small"
release '' ', "limits": {"package_bytes": 3000}' >tight.json
quiet matrix plan tight.json -o tight
run matrix run tight
sed 's/"ram_budget": *[0-9]*/"ram_budget": 12000/' "$samples/inplace-4k.json" >inplace-4k.json
release '' ', "package": "device"' >each.json
quiet matrix plan each.json -o each
lines 'jobs|ways|stuck|have|cannot' matrix run each
ls each/packages
cp "$samples/inplace-4k.json" .

echo "by make, and one job at a time"
quiet matrix plan release.json -o made
fwdelta matrix list made --make >made.mk || echo "status $?"
make -s -j 2 -f made.mk || echo "status $?"
quiet matrix report made
sed '/"times"/,/}/d' made/report.json | cmp first.txt - && echo "same report"
fwdelta matrix list made --wave 1 | wc -l
fwdelta matrix list made --wave 2 | wc -l
quiet matrix plan release.json -o parts
for wave in 1 2; do
    for part in 0 1 2; do quiet matrix job parts --wave $wave --part $part/3; done
done
quiet matrix report parts
sed '/"times"/,/}/d' parts/report.json | cmp first.txt - && echo "same report"

echo "with power cuts"
python3 - <<'END'
import json
release = json.load(open("release.json"))
release["torture"] = ["--tears", "half"]
product = release["products"][0]
product.update({"full": False, "devices": ["large"], "from": product["from"][1:]})
del product["via"]
json.dump(release, open("cuts.json", "w"))
END
quiet matrix plan cuts.json -o cuts
lines 'jobs|ways' matrix run cuts
grep -A 12 '"trial": "torture"' cuts/report.json | grep -E '"(state|lost)"'
sed 's/"half"/"no such tear"/' cuts.json >untried.json
quiet matrix plan untried.json -o untried
lines 'jobs|ways|result' matrix run untried

echo "as JSON, JUnit and a database"
fwdelta matrix plan release.json -o out --json | grep '"jobs"'
fwdelta matrix report out --json | sed '/"times"/,/}/d' | cmp first.txt - && echo same
grep -c '<testcase' out/report.xml
python3 - <<'END'
import sqlite3
db = sqlite3.connect("out/results.sqlite")
print(db.execute("SELECT kind, state, count(*) FROM job GROUP BY kind, state").fetchall())
print(db.execute("SELECT way, works, count(*) FROM way GROUP BY way, works").fetchall())
END
grep -oE '(https?:|<script|src=)' out/report.html

echo "an empty folder is taken as it is"
mkdir -m 2750 empty
quiet matrix plan release.json -o empty
stat -c %a empty
sed "s/$key/away.pem/" release.json >keyless.json
run matrix plan keyless.json -o keyless
lines 'result|jobs' matrix run keyless

echo "a key that was no key, and is one now"
echo "no key" >mended.pem
sed "s/$key/mended.pem/" release.json >mended.json
quiet matrix plan mended.json -o mended
lines '^jobs' matrix run mended
lines '^jobs' matrix run mended
cp $key mended.pem
lines '^jobs' matrix run mended

echo "names of products"
# products NAME: the release with one more product, and a device each for "a b" and "a-b"
products() {
    python3 - "$1" <<'END_OF_PRODUCT'
import json
import sys

release = json.load(open("release.json"))
for name in "a b", "a-b":
    device = json.load(open("inplace-4k.json"))
    device["product"] = name
    json.dump(device, open(f"{name}.json", "w"))
number = len(release["devices"])
release["devices"].append({"name": f"device {number}", "description": f"{sys.argv[1]}.json"})
old, new = ({"version": v, "image": f"demo-{v}.bin"} for v in ("1.0.0", "1.1.0"))
release["products"] += [{"name": name, "from": [old], "to": new} for name in sys.argv[1:]]
json.dump(release, open("products.json", "w"))
END_OF_PRODUCT
}
products 'a b'
lines '^(release|jobs)' matrix plan products.json -o both
cp release.json kept.json
cp products.json release.json
products 'a-b'
run matrix plan products.json -o new
cp kept.json release.json
products demo
run matrix plan products.json -o new
sed 's/"name": "demo"/"name": "other"/' release.json >other.json
run matrix plan other.json -o new

echo "refused"
run matrix plan release.json
run matrix plan release.json -o nowhere/out
run matrix plan missing.json -o new
run matrix plan "$samples/campaign.json" -o new
sed 's/"to": "1.0.1"/"to": "9.9"/' release.json >bad.json
run matrix plan bad.json -o new
run matrix plan release.json -o "$samples"
run matrix run new
run matrix run out --engine fast
run matrix run out --make
run matrix go out
run matrix job out 1234
run matrix job out --wave 1 --part 3/3
[ ! -e new ] || echo 'a folder was made'
