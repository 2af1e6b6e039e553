# Building packages: names, notes, what is refused, and that nothing is written then.
. ./lib.sh
small_images
key=INSECURE-release.pem

run gen old.bin new.bin --key $key --from-version 1.0 --to-version 1.1 --jobs 1
run gen old.bin new.bin --key $key --from-version 1.0 --to-version 1.1
cp 1.0_1.1.upd first.upd
run gen old.bin new.bin --key $key --from-version 1.0 --to-version 1.1 --jobs 4 --force
expect_same first.upd 1.0_1.1.upd
run gen old.bin new.bin --key $key
run gen old.bin new.bin --key $key --from-version 'v 1/0' --to-version 'v 1/1'
run gen old.bin new.bin --key $key --to-version 1.1 -o 1.0_1.2.upd
run gen old.bin new.bin --key $key --to-version 1_1 -o 1.0_1_1.upd
run gen old.bin new.bin --unsigned -o unsigned.upd
run gen --full new.bin --key $key -o full.upd
lines wrote gen --full new.bin --key $key --to-version 1.1
run gen old.bin new.bin --key $key --key INSECURE-other.pem -o two.upd --codec xz --name data
run gen old.bin new.bin --key $key -o json.upd --json >a.txt
sed -e 's/: [0-9.]*\([,]*\)$/: N\1/' a.txt
# a name that is not UTF-8
fwdelta gen old.bin new.bin --key $key -o "$(printf 'b\351.upd')" --json | grep '"file"'

echo "a delta that is not smaller"
{ printf '\001' && tail -c +2 INSECURE-release.pem; } >short.bin
printf '\001uite another thing' >other.bin
run gen short.bin other.bin --key $key -o other.upd
run gen short.bin other.bin --key $key -o forced.upd --force-delta

echo "on devices"
run gen old.bin new.bin --key $key -o device.upd --device "$samples/inplace-64k.json" \
    --device "$samples/dual-slot.json"
run gen old.bin new.bin --key $key -o no.upd --product another --device "$samples/dual-slot.json"
run gen old.bin new.bin --key $key -o no.upd --name engine --device "$samples/dual-slot.json"
run gen old.bin new.bin --key $key -o no.upd --ram 1000
run gen old.bin new.bin --key $key -o no.upd --ram 64KB
run gen old.bin new.bin --key $key -o no.upd --ram 5000M
run gen old.bin new.bin --key $key -o less.upd --ram 32K
run gen old.bin new.bin --key $key -o no.upd --ram 16K
sed 's/"ram_budget": [0-9]*/"ram_budget": 1000/' "$samples/dual-slot.json" >small.json
run gen old.bin new.bin --key $key -o no.upd --device small.json
[ -e no.upd ] && echo "no.upd was written"

echo "components"
run gen --component boot,from=1,to=2="$samples/boot-1.bin:$samples/boot-2.bin" \
    --component carrier-profile,to=2=":$samples/profile-2.bin" --key $key -o parts.upd \
    --product demo --hardware 1-3 --label spring --counter 4
SOURCE_DATE_EPOCH=86400
export SOURCE_DATE_EPOCH
quiet gen old.bin new.bin --key $key -o stamped.upd --timestamp
lines 'time stamp  ' inspect stamped.upd
leftovers
