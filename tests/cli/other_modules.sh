# Modules of other makers: what they take, and what they print. R9, R10, R14, R21, R28.
. ./lib.sh
key=INSECURE-release.pem
low=$samples/demo-1.0.0.bin
high=$samples/demo-1.1.0.bin
sed 's/lara-r6-01b/ryz014/' "$samples/inplace-4k.json" >device.json
quiet device create dev --description device.json --image firmware="$low" --version 1.0.0 \
    --trust INSECURE-release.pub.pem
quiet gen "$low" "$high" --key $key --from-version 1.0.0 --to-version 1.1.0 -o to_higher.upd
quiet gen "$high" "$low" --key $key --from-version 1.1.0 --to-version 1.0.0 -o to_lower.upd
quiet gen "$high" "$samples/demo-1.0.1.bin" --key $key --from-version 1.1.0 --to-version 1.0.1 -o wrong.upd
quiet gen "$low" "$high" --key $key --from-version 1.0.0 --to-version 1.1.0 --counter 5 -o five.upd
quiet gen "$high" "$low" --key $key --from-version 1.1.0 --to-version 1.0.0 --counter 4 -o four.upd

echo "up and down"
lines 'SQNFOTA|runs' install to_higher.upd --device dev
lines 'SQNFOTA|runs' install to_lower.upd --device dev
quiet device dump dev firmware -o out.bin
expect_same out.bin "$low"

echo "the wrong way: the old firmware runs"
lines 'SQNFOTA|runs' install wrong.upd --device dev

echo "no full packages"
quiet gen --full "$high" --key $key --to-version 1.1.0 -o full.upd
lines 'SQNFOTA|runs' install full.upd --device dev

echo "power fails: it goes on"
lines 'SQNFOTA|runs' install five.upd --device dev --cut 500
lines 'SQNFOTA|runs' boot dev

echo "a package with a lower security counter is refused"
lines 'SQNFOTA|runs' install four.upd --device dev

echo "Telit: deltas only, and only valid ones"
sed 's/lara-r6-01b/telit-pfm/' "$samples/inplace-4k.json" >telit.json
quiet device create dev2 --description telit.json --image firmware="$low" --version 1.0.0 \
    --trust INSECURE-release.pub.pem
lines 'OTAEV|progress|runs' install full.upd --device dev2
head -c 1000 to_higher.upd >partial.upd
lines 'OTAEV|progress|runs' install partial.upd --device dev2
{ head -c 1000 to_higher.upd; printf '?'; tail -c +1002 to_higher.upd; } >changed.upd
cmp -s to_higher.upd changed.upd && echo "nothing changed"
lines 'OTAEV|progress|runs' install changed.upd --device dev2
quiet device dump dev2 firmware -o out.bin --force
expect_same out.bin "$low"
lines 'OTAEV|progress: 1$|progress: 100|runs' install to_higher.upd --device dev2

echo "a server for Telit modules: one for a state, which it can write"
run module sms-center missing/ota.json --listen 4242
exec 9>ota.json.lock
flock 9
run module sms-center ota.json --listen 4242
exec 9>&-
[ ! -e ota.json ] || echo "ota.json was written"
echo '{}' >ota.json
ln -s ota.json another.json
exec 9>ota.json.lock
flock 9
run module sms-center another.json --listen 4242 2>&1 | sed "s|$PWD/||"
exec 9>&-

echo "only Telit modules have one"
run module dev --sms-center 127.0.0.1:4242
run module dev2 --profile sara-r5 --sim 222015602005678
