# Every check, in its order; the code of a device; damaged and foreign packages (R34..R36).
. ./lib.sh
stored_package
small_images
trust=INSECURE-release.pub.pem

run verify tiny.upd --trust $trust
run verify tiny.upd --trust $trust --source tiny-old.bin --target tiny-new.bin
run verify tiny.upd --trust $trust --target tiny-old.bin
run verify tiny.upd --trust $trust --source tiny-old.bin --target tiny-new.bin \
    --device "$samples/dual-slot.json"
quiet gen old.bin new.bin --key INSECURE-release.pem -o delta.upd --from-version 1 --to-version 2
run verify delta.upd --trust $trust --source new.bin --device "$samples/inplace-4k.json"
lines 'result|V9|target' verify delta.upd --trust $trust --source firmware=old.bin --target new.bin
lines 'result|V7' verify delta.upd --trust $trust --device "$samples/inplace-4k.json"
lines 'result|V7' verify delta.upd --trust $trust --command full --source old.bin \
    --device "$samples/inplace-4k.json"
quiet gen --full new.bin --key INSECURE-release.pem -o full.upd
lines 'result|V1' verify full.upd --trust $trust --command delta --profile sara-r5
quiet gen old.bin new.bin --key INSECURE-release.pem --product other -o product.upd
lines 'result|V7' verify product.upd --trust $trust --source old.bin \
    --device "$samples/inplace-4k.json"
lines 'result|V7' verify product.upd --trust $trust --source old.bin \
    --device "$samples/inplace-4k.json" --profile lara-r6001d-00b
lines 'result' verify tiny.upd --trust INSECURE-other.pub.pem --profile sara-r4
run verify tiny-old.bin --trust $trust --json >a.txt
grep -e accepted -e complete -e '"code"' -e '"reason": "' -e lwm2m a.txt | sort -u

echo "a description without the image: what it says and the manifest says"
run verify delta.upd --trust $trust --device "$samples/inplace-4k.json"
lines 'fwdelta|V7' verify product.upd --trust $trust --device "$samples/inplace-4k.json"
lines 'fwdelta' verify delta.upd --trust $trust --device does-not-exist.json
lines 'fwdelta' verify delta.upd --trust $trust --device tiny-old.bin
quiet gen old.bin new.bin --key INSECURE-release.pem --hardware 7-9 -o hardware.upd
lines 'fwdelta|V7' verify hardware.upd --trust $trust --device "$samples/inplace-4k.json"
quiet gen old.bin new.bin --key INSECURE-release.pem --role boot -o role.upd
lines 'fwdelta|V7' verify role.upd --trust $trust --device "$samples/inplace-4k.json"
sed 's/"ram_budget": [0-9]*/"ram_budget": 20000/' "$samples/inplace-4k.json" >small.json
lines 'fwdelta|V7|I1' verify delta.upd --trust $trust --device small.json
quiet gen old.bin new.bin --key INSECURE-release.pem --name radio -o name.upd
lines 'fwdelta|V7|I2' verify name.upd --trust $trust --device "$samples/inplace-4k.json"
sed 's/"threshold": 1/"threshold": 2/' "$samples/inplace-4k.json" >two.json
lines 'fwdelta|V5 ' verify delta.upd --trust $trust --device two.json

echo "the limits of the trust store need no device"
mkdir limited
cp $trust limited/release.pem
echo '{"roles": ["boot"]}' >limited/release.json
lines 'V7|result|fwdelta' verify delta.upd --trust limited
fwdelta verify delta.upd --trust limited --json 2>/dev/null | grep -e accepted -e complete -e '"code"'
echo '{"products": ["another"]}' >limited/release.json
lines 'V7|result|fwdelta' verify delta.upd --trust limited
lines 'V7|result|fwdelta' verify product.upd --trust limited --device "$samples/inplace-4k.json"
echo '{"products": ["other"]}' >limited/release.json
lines 'V7|result|fwdelta' verify product.upd --trust limited
echo '{"may_raise_counter": false}' >limited/release.json
quiet gen old.bin new.bin --key INSECURE-release.pem --counter 3 -o counter.upd
lines 'V7|V8a|result|fwdelta' verify counter.upd --trust limited
lines 'V7|V8a|result|fwdelta' verify counter.upd --trust limited --device "$samples/inplace-4k.json"
fwdelta verify delta.upd --trust $trust --json >a.txt
sed -n '2,5p; /not_checked/,/]/p' a.txt

echo "JSON: a full disk, and a name that is not UTF-8"
fwdelta verify delta.upd --trust $trust --json >/dev/full
echo "[$?]"
fwdelta explain --json >/dev/full
echo "[$?]"
bad=$(printf 'b\303\251b\351\355\240\200.upd')
cp delta.upd "$bad"
fwdelta verify "$bad" --trust $trust --json | grep '"file"'
fwdelta inspect "$bad" --json | grep '"file"'

echo "two components"
quiet gen --component boot,from=1,to=2="$samples/boot-1.bin:$samples/boot-2.bin" old.bin new.bin \
    --key INSECURE-release.pem -o parts.upd
run verify parts.upd --trust $trust --source old.bin
lines 'V9|I3 |target|result' verify parts.upd --trust $trust --source firmware=old.bin \
    --source boot="$samples/boot-1.bin" --target boot="$samples/boot-2.bin"
lines 'I2|result' verify parts.upd --trust $trust --source firmware=old.bin \
    --source boot="$samples/boot-1.bin" --device "$samples/dual-slot.json"

echo "each byte changed, each truncation: the codes that come out"
size=$(wc -c <tiny.upd)
at=0
while [ $at -lt "$size" ]; do
    { head -c $at tiny.upd; printf '\252'; tail -c +$((at + 2)) tiny.upd; } >bad.upd
    fwdelta verify bad.upd --trust $trust 2>/dev/null | sed -n 's/^result: \([0-9]*\).*/\1/p'
    at=$((at + 3))
done | sort | uniq -c | awk '{ print $2 }'
echo "truncated:"
at=1
while [ $at -lt "$size" ]; do
    head -c $at tiny.upd >bad.upd
    fwdelta verify bad.upd --trust $trust 2>/dev/null | sed -n 's/^result: \([0-9]*\).*/\1/p'
    at=$((at + 7))
done | sort | uniq -c | awk '{ print $2 }'
