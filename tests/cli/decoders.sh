# What a device decodes: its application and its boot loader have codecs and memory of their own.
. ./lib.sh
key=INSECURE-release.pem
pub=INSECURE-release.pub.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.1.0.bin

# describe MEMBERS: a device with these in its description.
describe() {
    sed "s/\"resumer\"/$1, \"resumer\"/" "$samples/inplace-4k.json" >d.json
}

build() {
    lines '^(firmware|tried|fwdelta)' gen "$@" --key $key --from-version 1.0.0 --to-version 1.1.0 \
        --device d.json --force
}

echo "the application decides which deltas, both programs which full images"
describe '"codecs": ["bsdiff-xz", "xz", "stored"], "boot": {"codecs": ["stored"]}'
build "$old" "$new" -o a.upd
build "$old" "$new" -o b.upd --codec fwd
build "$old" "$new" -o b.upd --codec xz

echo "without full images in common, a full package is for the boot loader"
describe '"codecs": ["fwd"]'
lines '^(firmware|tried|fwdelta)' gen --full "$new" --to-version 1.1.0 --key $key --device d.json -o full.upd
lines '(accepted|result|unknown-codec)' verify full.upd --trust $pub --device d.json

echo "the devices of one package have to agree"
describe '"codecs": ["xz", "stored"]'
mv d.json other.json
describe '"codecs": ["fwd", "stored"]'
build "$old" "$new" -o b.upd --device other.json

echo "memory is a limit, too"
describe '"arena": 30000'
build "$old" "$new" -o c.upd
lines '^decodes' inspect c.upd
describe '"arena": 3000'
build "$old" "$new" -o b.upd

echo "a device refuses what it does not decode"
describe '"codecs": ["xz", "stored"]'
quiet device create dev --description d.json --image firmware="$old" --version 1.0.0 --trust $pub
lines 'UUFWINSTALL: 1..$|fwdelta' install a.upd --device dev

echo "the boot loader takes full packages when no firmware can run"
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.1.0 -o delta.upd
quiet gen --full "$new" --key $key --to-version 1.1.0 -o xz.upd
quiet gen --full "$new" --key $key --to-version 1.1.0 --codec stored -o stored.upd
describe '"boot": {"codecs": ["stored"], "arena": 4096}'
rm -rf dev
quiet device create dev --description d.json --image firmware="$old" --version 1.0.0 --trust $pub
quiet device fault dev --fault program,fail,area=firmware,skip=40
fwdelta install delta.upd --device dev >/dev/null 2>&1
for i in 1 2 3; do fwdelta boot dev >/dev/null 2>&1; done
quiet device fault dev --clear
quiet device fault dev --flip staging:100
lines 'fwdelta' boot dev
lines 'UPD: 1..|fwdelta' install xz.upd --device dev --command full
lines 'UPD: 1..|firmware' install stored.upd --device dev --command full
