# A proof: made, checked, changed; what it says is what other commands say.
. ./lib.sh
key=INSECURE-other.pem
signer=INSECURE-other.pub.pem
trust=INSECURE-release.pub.pem
small_images
cp "$samples/inplace-4k.json" device.json
quiet gen old.bin new.bin --key INSECURE-release.pem --from-version 1 --to-version 2 --device device.json \
    --product demo --hardware 1-2 --counter 3 -o a.upd
on="--device device.json --image firmware=old.bin --version 1 --trust $trust"
predicate() {
    python3 -c 'import base64, json, sys
print(json.dumps(json.loads(base64.b64decode(json.load(open(sys.argv[1]))["payload"])), indent=1))' "$1"
}
# of one proof, as Python sees it
ask() {
    predicate "$1" | python3 -c "import json, sys
statement = json.load(sys.stdin)
p = statement['predicate']
print($2)"
}

echo "== a proof, and what it says"
lines '^(inputs|certificate|signed|written)' prove a.upd $on --key $key --cuts random:30 --html a.html |
    sed 's/[0-9]* bytes/N bytes/'
ask a.upd.proof.json "statement['_type'], statement['predicateType'], p['schema'], p['power_cuts']['cases']"
predicate a.upd.proof.json | grep -c "$(sha256sum a.upd | cut -c1-64)"
ask a.upd.proof.json "'\n'.join('%3d %-16s %s, then %s' % (w['code'], w['reason'], w['input'], w['runs_afterwards'])
    for w in p['wrong_inputs'])"
ask a.upd.proof.json "[f['phase'] for f in p['update']['phases']], p['update']['code'], p['certificate']['holds']"
ask a.upd.proof.json "sum(b['bytes'] for b in p['bytes']['parts']) == p['inputs']['package']['size']"

echo "== the commands on the page give what it says"
cat >page.py <<'END'
import base64, html, json, re, subprocess
page = open("a.html").read()
p = json.loads(base64.b64decode(json.load(open("a.upd.proof.json"))["payload"]))["predicate"]
commands = [c for block in re.findall("<pre>(.*?)</pre>", page, re.S) for c in html.unescape(block).split("\n")]
said = {}
for command in commands:
    words = command.replace("OLD", "old.bin").replace("PUB", "INSECURE-release.pub.pem")
    words = words.replace("SIGNER", "INSECURE-other.pub.pem").split()
    done = subprocess.run(words, capture_output=True, text=True)
    print(" ".join(words[1:3]), "replay" if "--replay" in words else "", done.returncode, done.stderr.strip())
    if "--json" in words:
        said[words[1] + ("-one" if "--replay" in words else "")] = json.loads(done.stdout)
install, torture, one = said["install"]["flash_cost"], said["torture"], said["torture-one"]
update, cuts = p["update"], p["power_cuts"]
number = lambda x: {k: v for k, v in x.items() if k != "seconds_on_device"}
parts = {}
for f in said["inspect"]["fields"]:
    parts[f["part"]] = parts.get(f["part"], 0) + f["size"]
certificate = dict(install["certificate"])
del certificate["differs_in"]
print("everything", said["prove"] == p)
print("cuts", torture["phases"] == cuts["phases"], number(torture["update"]) == cuts["update"])
print("longest recovery", number(one["worst_recovery"]) == cuts["worst_recovery"])
print("cost", install["bytes_programmed"] == update["bytes_programmed"], install["most_erases_of_a_block"] ==
    update["most_erases_of_a_block"], said["install"]["result"]["code"] == update["code"])
print("wear", {a: w["by_block"] for a, w in install["wear"].items()} ==
    {w["area"]: w["by_block"] for w in update["wear"] if w["erases"]})
print("certificate", certificate == p["certificate"]["stated"], install["certificate"]["differs_in"] is None)
print("bytes", parts == {b["part"]: b["bytes"] for b in p["bytes"]["parts"]})
numbers = [cuts["cases"], update["bytes_programmed"], update["erases"], *(w["code"] for w in p["wrong_inputs"])]
print("on the page", all(re.search(rf"\b{n}\b", page) for n in numbers))
END
python3 page.py

echo "== a device that rehearses in slices is proven as it installs"
sed 's/"clock_hz"/"rehearse_slice": 4096, &/' device.json >slices.json
quiet prove a.upd --device slices.json --image firmware=old.bin --version 1 --trust $trust --key $key \
    --cuts random:5 -o slices.proof.json
for proof in a.upd.proof.json slices.proof.json; do
    ask $proof "p['update']['bytes_programmed'] - p['update']['bytes_by_use']['version'] ==
        p['certificate']['measured']['bytes_programmed']"
done
ask slices.proof.json "[f['phase'] for f in p['update']['phases']]"

echo "== the same for any number of processes, with everything that torture has"
for jobs in 1 3; do
    fwdelta prove a.upd $on --key $key --cuts random:12 --faults 3 --generations 1 --tears before,half \
        --jobs $jobs -o $jobs.json >$jobs.txt
done
expect_same 1.json 3.json

echo "== checked, by who has the key"
lines '^(repeated|signed)' prove a.upd $on --check a.upd.proof.json --signer $signer --sample 10
lines '^repeated' prove a.upd $on --check a.upd.proof.json --signer $signer
lines '^repeated' prove a.upd $on --check a.upd.proof.json --signer $signer --all
lines '^repeated' prove a.upd $on --check 1.json --signer $signer --sample 10 --html checked.html
run prove a.upd $on --check a.upd.proof.json
cp old.bin changed.bin
printf x | dd of=changed.bin bs=1 seek=500 conv=notrunc 2>/dev/null
run prove a.upd --device device.json --image firmware=changed.bin --version 1 --trust $trust \
    --check a.upd.proof.json --signer $signer
run prove a.upd --device device.json --image firmware=old.bin --version 1.0 --trust $trust \
    --check a.upd.proof.json --signer $signer
sed 's/"hash_us_per_kib": 60/"hash_us_per_kib": 61/' device.json >slower.json
run prove a.upd --device slower.json --image firmware=old.bin --version 1 --trust $trust \
    --check a.upd.proof.json --signer $signer

echo "== what it says is not taken on trust: signed, but not true"
python3 - <<'END'
import base64, json, subprocess
statement = json.loads(base64.b64decode(json.load(open("a.upd.proof.json"))["payload"]))

def sign(name, change):
    changed = json.loads(json.dumps(statement))
    change(changed["predicate"])
    body, kind = json.dumps(changed).encode(), "application/vnd.in-toto+json"
    open("message", "wb").write(b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body))
    subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", "INSECURE-other.pem", "-rawin", "-in", "message",
        "-out", "sig"], check=True)
    keyid = json.load(open("a.upd.proof.json"))["signatures"][0]["keyid"]
    text = lambda b: base64.b64encode(b).decode()
    open(name, "w").write('{\n  "payloadType": "%s",\n  "payload": "%s",\n  "signatures": [\n    {\n'
        '      "keyid": "%s",\n      "sig": "%s"\n    }\n  ]\n}\n'
        % (kind, text(body), keyid, text(open("sig", "rb").read())))

sign("same.json", lambda p: None)
sign("cheap.json", lambda p: p["update"].update(erases=1))
sign("code.json", lambda p: p["wrong_inputs"][3].update(code=128))
sign("bytes.json", lambda p: p["bytes"]["parts"][0].update(bytes=1))
sign("worst.json", lambda p: p["power_cuts"]["worst_recovery"].update(operations=1))
sign("count.json", lambda p: p["power_cuts"].update(cases=1000000))
sign("empty.json", lambda p: p.clear())
END
for one in same cheap code bytes worst empty; do
    lines '^(repeated|fwdelta)' prove a.upd $on --check $one.json --signer $signer --sample 5
done
lines '^(repeated|fwdelta)' prove a.upd $on --check count.json --signer $signer --all

echo "== one changed byte"
size=$(wc -c <a.upd.proof.json)
at=0
passed=0
while [ $at -lt "$size" ]; do
    cp a.upd.proof.json flipped.json
    # another character of the same kind, and one of another
    byte=$(dd if=a.upd.proof.json bs=1 skip=$at count=1 2>/dev/null | tr 'A-Za-z0-9 ' 'B-ZAb-za1-90\t')
    printf '%s' "${byte:- }" | dd of=flipped.json bs=1 seek=$at conv=notrunc 2>/dev/null
    cmp -s a.upd.proof.json flipped.json || {
        fwdelta prove a.upd $on --check flipped.json --signer $signer --sample 1 >/dev/null 2>&1 && passed=$((passed + 1))
    }
    at=$((at + size / 16 + 1))
done
echo "$passed passed"

echo "== nothing to prove, and misuse"
quiet gen --full new.bin --key INSECURE-release.pem --to-version 2 -o full.upd
lines '^(power|inputs)' prove full.upd $on --key $key --cuts random:5 -o full.json
run prove a.upd --device device.json --image firmware=new.bin --version 2 --trust $trust --key $key -o x.json
run prove a.upd --device device.json --image firmware=changed.bin --version 1 --trust $trust --key $key -o x.json
run prove a.upd $on
run prove a.upd --key $key
run prove a.upd --device device.json --image firmware=old.bin --key $key
run prove a.upd $on --key $key
run prove a.upd $on --key $key --html a.upd.proof.json --force
run prove a.upd $on --key $key -o - --force
run prove a.upd $on --key $key --sample 3 --force
run prove a.upd $on --check a.upd.proof.json --cuts double
run prove a.upd $on --check a.upd.proof.json --all --sample 3
run prove a.upd $on --check missing.json
run prove a.upd $on --check device.json
run prove old.bin $on --key $key -o x.json
run prove a.upd $on --key missing.pem -o x.json
run prove a.upd --device device.json --image firmware=old.bin --version 1 --trust missing.pem --key $key -o x.json
run prove a.upd --device device.json --image firmware=old.bin --version 1 --trust device.json --key $key -o x.json
ls x.json 2>/dev/null
leftovers
