# Reports for machines: JUnit and SARIF of verify and torture, and what is refused.
. ./lib.sh
key=INSECURE-release.pem
trust=INSECURE-release.pub.pem
stored_package
check() {
    python3 "$samples/check_reports.py" "$@"
}
sarif="sarif $samples/sarif-2.1.0.json"

echo "== verify: accepted, damaged, another target, a name that needs quoting"
quiet verify tiny.upd --trust $trust --junit ok.xml --sarif ok.sarif
head -c 200 tiny.upd >short.upd
lines '^result' verify short.upd --trust $trust --junit short.xml --sarif short.sarif
lines '^(result|V9)' verify tiny.upd --trust $trust --source tiny-old.bin --target tiny-old.bin --raw \
    --junit other.xml --sarif other.sarif
odd="a<b>&\"ü $(printf '\351').upd"
cp tiny.upd "$odd"
quiet verify "$odd" --trust $trust --junit odd.xml --sarif odd.sarif
check junit ok.xml short.xml other.xml odd.xml
check $sarif ok.sarif short.sarif other.sarif odd.sarif
grep -h '"uri"' odd.sarif | sort -u
run verify tiny.upd --trust $trust --json --junit json.xml >a.txt
check junit json.xml

echo "== torture"
small_images
quiet gen old.bin new.bin --key $key --from-version 1 --to-version 2 -o a.upd
on="--device $samples/inplace-4k.json --image firmware=old.bin --version 1 --trust $trust"
fwdelta torture a.upd $on --cuts random:20 --json --junit t.xml --sarif t.sarif >t.json
grep '"lost_nothing"' t.json
fwdelta torture a.upd $on --cuts random:20 --report same.json >t.txt
grep -vE '"(seconds|recoveries_[a-z_]*)"' t.json >1
grep -vE '"(seconds|recoveries_[a-z_]*)"' same.json >2
expect_same 1 2
check junit t.xml
check $sarif t.sarif

echo "== refused"
run verify tiny.upd --trust $trust --junit ok.xml
run verify tiny.upd --trust $trust --junit -
run verify tiny.upd --trust $trust --junit tiny.upd --force
run verify tiny.upd --trust $trust --junit one --sarif one
run verify tiny.upd --trust $trust --junit missing/one.xml
run verify tiny.upd --trust $trust --force
run verify tiny.upd --trust $trust --sarif ''
run torture a.upd $on --report -
run torture a.upd $on --junit t.xml
quiet verify tiny.upd --trust $trust --junit ok.xml --force
leftovers
