# A campaign's rules, C1 to C13: each broken once; then what is no campaign.
. ./lib.sh
cp "$samples/campaign.json" campaign.json
cp INSECURE-release.pub.pem release.pub.pem
quiet gen "$samples/demo-1.0.0.bin" "$samples/demo-1.1.0.bin" --key INSECURE-release.pem \
    --from-version 1.0.0,A00.01 --to-version 1.1.0,A00.01 --product demo -o update.upd
# Two hops, and one the wrong way.
quiet gen "$samples/demo-1.0.0.bin" "$samples/demo-1.0.1.bin" --key INSECURE-release.pem \
    --from-version 1.0.0,A00.01 --to-version 1.0.1,A00.01 --product demo -o first.upd
quiet gen "$samples/demo-1.0.1.bin" "$samples/demo-1.1.0.bin" --key INSECURE-release.pem \
    --from-version 1.0.1,A00.01 --to-version 1.1.0,A00.01 --product demo -o second.upd
quiet gen --full "$samples/demo-1.1.0.bin" --key INSECURE-release.pem \
    --to-version 1.1.0,A00.01 --product demo -o full.upd
quiet gen "$samples/demo-1.0.0.bin" "$samples/demo-1.1.0.bin" --key INSECURE-other.pem \
    --from-version 1.0.0,A00.01 --to-version 1.1.0,A00.01 --product demo -o stranger.upd

# change CODE: the campaign c, changed by a line of Python
change() {
    python3 -c "
import json, sys
c = json.load(open('campaign.json'))
exec(sys.argv[1])
json.dump(c, open('changed.json', 'w'))" "$1"
}

# broken CODE: what the check says about it, without the rules that are kept
broken() {
    change "$1"
    echo "# $1"
    status=0
    fwdelta campaign check changed.json >.out 2>.err || status=$?
    grep -v '^C[0-9]* *kept' .out | stable | sed 's,has [0-9]* bytes,has N bytes,'
    stable <.err
    echo "[$status]"
}

run campaign check campaign.json
run campaign check campaign.json --json
echo "product and versions"
broken 'del c["product"]'
broken 'c["product"] = "SARA-R410M-01B"'
broken 'c["product"] = "SARA-U201"'
broken 'del c["from"]["application"]'
broken 'c["to"] = c["from"]'
echo "packages"
broken 'c["packages"] = []'
broken 'c["packages"] = ["missing.upd"]'
broken 'c["packages"] = ["campaign.json"]'
broken 'c["packages"] = ["stranger.upd"]'
broken 'c["packages"] = ["full.upd"]'
broken 'c["from"]["modem"] = "0.9.0"'
broken 'c["to"]["modem"] = "1.2.0"'
broken 'c["packages"] = ["first.upd", "second.upd"]; c["schedule"]["duration_s"] = 2402'
broken 'c["packages"] = ["second.upd", "first.upd"]'
echo "devices"
broken 'c["devices"] = []; c["test"] = []'
broken 'c["devices"][3] = "35759108002948"'
broken 'c["devices"][3] = "357591080029489"'
broken 'c["devices"][3] = "35759108OO29488"'
broken 'c["devices"].append("357591080001008")'
broken 'c["test"] = []'
broken 'c["test"] = c["devices"]'
broken 'c["test"] = ["490154203237518"]'
broken 'c["test"] = ["015770000031766"] * 2'
echo "when, where, how"
broken 'del c["schedule"]'
broken 'c["schedule"]["start"] = "2026-02-30T02:00:00Z"'
broken 'c["schedule"]["start"] = "2026-12-01T01:59:60Z"'
broken 'c["schedule"]["start"] = "2026-12- 1T02:00:00Z"'
broken 'c["schedule"]["start"] = "2026-12-01"'
broken 'c["schedule"]["duration_s"] = 600'
broken 'del c["operator"]'
broken 'c["https"] = True'
broken 'c["product"] = "LARA-R6001-01B"; del c["https"]'
broken 'del c["area"]'
broken 'c["host"]["never_resets"] = False'
broken 'del c["host"]["disables_edrx"]'
broken 'c["product"] = "SARA-R500S-00B"; del c["host"]["disables_edrx"]'
broken 'c["private_apn"] = ["127.0.0.1"]'
broken 'c["private_apn"] = ["localhost"]'
echo "usual sizes: a warning, never more; the documents of RYZ014 name none"
for product in LARA-R6001-01B LARA-L6004-00B SARA-R500S-00B RYZ014A; do
    change "c['product'] = '$product'; c['https'] = False"
    echo "# $product"
    fwdelta campaign check changed.json | grep '^C11' | sed 's,has [0-9]* bytes,has N bytes,'
done
echo "RYZ014 as its server schedules it: pulled by HTTP, for an hour"
change "c['product'] = 'RYZ014A'; c['https'] = False; c['schedule']['duration_s'] = 3600"
fwdelta campaign check changed.json | grep -E '^C(1|5|7) '
echo "the final phase"
broken 'c["phase"] = "final"'
broken 'c["phase"] = "final"; c["approval"] = {"by": "the vendor", "at": "2026-11-30T12:00:00Z"}'
approved='c["phase"] = "final"; c["approval"] = {"by": "the vendor", "at": "2026-11-30T12:00:00Z"}; c["test_report"] = "report.json"'
broken "$approved"
echo '{"campaign": "demo 1.1.0", "test": {"good": false}}' >report.json
broken "$approved"
echo '{"campaign": "another one", "test": {"good": true}}' >report.json
broken "$approved"
echo '{"campaign": "demo 1.1.0", "test": {"good": true}}' >report.json
broken "$approved"
echo "lists in files"
printf '357591080029488\r\n\r\n# a remark\r\n015770000031766\r\n' >devices.txt
broken 'c["devices"] = []; c["devices_file"] = "devices.txt"'
printf '357591080029488 00112233 me\n015770000031766 zz\n' >keys.txt
broken 'c["psk"] = "keys.txt"'
printf '490154203237518 00112233\n' >keys.txt
broken 'c["psk"] = "keys.txt"'
printf '357591080029488 00112233\n\000015770000031766 44556677\n' >keys.txt
broken 'c["psk"] = "keys.txt"'
echo "no campaign"
broken 'c["packges"] = []'
broken 'del c["name"]'
broken 'c["devices"] = [357591080029488]'
run campaign check missing.json
run campaign check first.upd
run campaign check
run campaign chekc campaign.json
change 'del c["product"]'
fwdelta campaign check changed.json --junit rules.xml >/dev/null 2>&1
cat rules.xml
run campaign check campaign.json --junit rules.xml
echo "phases"
run campaign status campaign.json
run campaign start campaign.json
run campaign approve campaign.json --by "the vendor"
run campaign approve campaign.json
run campaign accept campaign.json
run campaign start campaign.json
run campaign withdraw campaign.json
run campaign withdraw campaign.json --imei 490154203237518
run campaign withdraw campaign.json --imei 357591080001149 --by "the customer"
run campaign withdraw campaign.json --imei 357591080001149 --by "somebody else"
fwdelta campaign status campaign.json | grep 35759108000
run campaign cancel campaign.json
run campaign withdraw campaign.json --imei 357591080001073
run campaign start campaign.json
run campaign status campaign.json
sed 's/demo 1.1.0/another/' campaign.json >changed.json
run campaign status changed.json --state campaign.json.state
run campaign status campaign.json --state campaign.json
python3 -c 'import sqlite3; sqlite3.connect("other.sqlite").execute("create table address (name)")'
cp other.sqlite kept.sqlite
run campaign approve campaign.json --by me --state other.sqlite
run campaign approve campaign.json --by me --state nowhere/some.state
expect_same other.sqlite kept.sqlite
run campaign status campaign.json --by me
change 'c["test"] = []'
run campaign serve changed.json
run campaign approve changed.json
change 'del c["lwm2m"]; c["content"] = "ftp://localhost"'
run campaign serve changed.json --state other.state
run campaign serve changed.json --state other.state --lwm2m coap://127.0.0.1:0
run campaign serve campaign.json --lwm2m http://127.0.0.1:0 --content http://127.0.0.1:0
run campaign serve campaign.json --lwm2m coap://127.0.0.1:0 --content https://127.0.0.1:0
here="--lwm2m coap://127.0.0.1:0 --content http://127.0.0.1:0"
run campaign serve campaign.json --lwm2m coap://127.0.0.1:65536 --content http://127.0.0.1:0
run campaign serve campaign.json --lwm2m coap://127.0.0.1:0 --content http://127.0.0.1:65536
run campaign serve campaign.json $here --public http://updates.example:65536
run campaign serve campaign.json $here --public http://updates.example:0
run campaign serve campaign.json $here --public ftp://updates.example
run campaign serve campaign.json $here --public-lwm2m coap://updates.example:65536
run campaign serve campaign.json $here --bootstrap coap://127.0.0.1:65536
run campaign serve campaign.json $here --page http://127.0.0.1:65536
echo "rehearsals that cannot begin"
run campaign rehearse campaign.json
run campaign rehearse campaign.json --device "$samples/inplace-4k.json" --image firmware="$samples/demo-1.0.0.bin"
device="--device $samples/inplace-4k.json"
run campaign rehearse campaign.json $device --image demo.bin --modules 2
run campaign rehearse campaign.json $device --image firmware=missing.bin --modules 1
run campaign rehearse campaign.json $device --image firmware=missing.bin --modules 2
run campaign rehearse campaign.json $device --image firmware=x --modules 2 --faults lost=60,cut=60
run campaign rehearse campaign.json $device --image firmware=x --modules 2 --faults none,cut=60
run campaign rehearse campaign.json $device --image firmware=x --modules 2 --seed x
run campaign rehearse campaign.json $device --image firmware=x --modules 2 --report rules.xml
leftovers
