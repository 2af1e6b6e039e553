# Inputs are never overwritten, nothing half done stays behind, and sentences say what to do.
. ./lib.sh
key=INSECURE-release.pem
stored_package
quiet gen tiny-old.bin tiny-new.bin --codec stored --unsigned -o u.upd
quiet tbs u.upd -o tbs.bin
cp "$samples/dual-slot.json" device.json
printf 'correct horse\n' >pass.txt
printf 'signature' >sig.bin
ln tiny-new.bin hard.bin
ln -s tiny-old.bin soft.bin

echo "== --force does not overwrite an input"
sums() {
    cksum INSECURE-* tiny-*.bin tiny.upd u.upd device.json pass.txt sig.bin
}
sums >before
stored='--codec stored'
for output in tiny-old.bin ./tiny-new.bin hard.bin soft.bin $key device.json pass.txt; do
    run gen tiny-old.bin tiny-new.bin $stored --key $key --device device.json \
        --passphrase-file pass.txt --force -o $output
done
run gen --component boot=tiny-old.bin:tiny-new.bin --key $key --force -o tiny-old.bin
run import-bsdiff40 tiny-old.bin sig.bin --key $key --force -o sig.bin
run export-bsdiff40 tiny.upd tiny-old.bin --force -o tiny-old.bin
run export-bsdiff40 tiny.upd tiny-old.bin --force -o tiny.upd
run tbs tiny.upd --force -o tiny.upd
run sign u.upd --key $key --force -o $key
run sign u.upd --key $key --force -o u.upd
run attach u.upd --sig sig.bin --pub INSECURE-other.pub.pem --force -o sig.bin
run attach u.upd --sig sig.bin --pub INSECURE-other.pub.pem --force -o INSECURE-other.pub.pem
run keygen -o pass.txt --passphrase-file pass.txt --force
cp pass.txt new.pub.pem
run keygen -o new.pem --passphrase-file new.pub.pem --force
pub=INSECURE-release.pub.pem
mkdir keys && cp $pub keys/release.pem
cp INSECURE-other.pub.pem built-in.pem
ln -s built-in.pem other-name.pem
sed 's,release.pub.pem,INSECURE-release.pub.pem,; s,update.upd,tiny.upd,' "$samples/campaign.json" >campaign.json
echo state >campaign.json.state
cksum keys/* built-in.pem campaign.json* >>before
on='--device device.json --version 1 --trust INSECURE-release.pub.pem --image'
run torture tiny.upd $on firmware=tiny-old.bin --report $pub --force
run torture tiny.upd $on firmware=tiny-old.bin --report ./tiny-old.bin --force
run torture tiny.upd $on firmware=tiny-old.bin --trust-set built-in.pem --sarif other-name.pem --force
run verify tiny.upd --trust $pub --junit $pub --force
run verify tiny.upd --trust keys --junit keys/release.pem --force
run verify tiny.upd --trust $pub --target tiny-new.bin --sarif tiny-new.bin --force
run verify tiny.upd --trust $pub --source firmware=tiny-old.bin --sarif ./tiny-old.bin --force
run prove tiny.upd $on firmware=tiny-old.bin --key $key -o tiny-old.bin --force
run prove tiny.upd $on firmware=tiny-old.bin --key $key --html $pub --force
run prove tiny.upd --trust $pub --check sig.bin --html sig.bin --force
run trust update tiny.upd --trust built-in.pem --key $key -o built-in.pem --force
run trust update tiny.upd --built-in built-in.pem --key $key -o other-name.pem --force
run gen tiny-old.bin tiny-new.bin --elf device.json,sig.bin --key $key -o device.json --force
run gen -c firmware=tiny-old.bin:tiny-new.bin --key $key -o no.upd --sbom tiny-new.bin --force
run campaign status campaign.json --html campaign.json --force
run campaign status campaign.json --html campaign.json.state --force
run campaign check campaign.json --junit ./campaign.json --force
run campaign check campaign.json --junit $pub --force
run campaign rehearse campaign.json --report tiny.upd --force
sums >after
cksum keys/* built-in.pem campaign.json* >>after
expect_same after before
rm -r keys built-in.pem other-name.pem campaign.json*
ls -d ./*.proof.json no.upd 2>/dev/null || true

echo "== two outputs are two files"
mkdir folder
ln -s . folder/back
echo old >old.txt
ln -s old.txt soft.txt
run gen tiny-old.bin tiny-new.bin --key $key -o no.upd --sbom ./no.upd
run gen tiny-old.bin tiny-new.bin --key $key -o folder/no.upd --sbom folder/back/no.upd --force
run gen tiny-old.bin tiny-new.bin --key $key --from-version 1 --to-version 2 --sbom ./1_2.upd --force
run gen tiny-old.bin tiny-new.bin --key $key -o no.upd --sbom old.txt --provenance soft.txt --force
run verify tiny.upd --trust $pub --junit a.x --sarif ./a.x --force
run prove tiny.upd $on firmware=tiny-old.bin --key $key --html ./tiny.upd.proof.json
run detach tiny.upd --sig a.x -o "$PWD/a.x" | sed "s,$PWD,FOLDER,g"
run campaign status device.json --html a.x --junit a.x
run campaign rehearse device.json --html a.x --report ./a.x --force
cat old.txt
ls -A folder
rm -r folder old.txt soft.txt

echo "== a signal leaves nothing behind"
mkfifo pipe
sleep 20 >pipe &
writer=$!
fwdelta device create dev --description device.json --image firmware=pipe --version 1 \
    --trust INSECURE-release.pub.pem &
maker=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ls -d dev.?????? >/dev/null 2>&1 && break
    sleep 0.2
done
sleep 0.5
kill -TERM $maker
status=0
{ wait $maker; } 2>/dev/null || status=$? # the shell would tell of the signal in its own words
echo "[$status]"
kill $writer
leftovers
[ -e dev ] && echo "dev was made"

echo "== a package that gets a signature keeps its mode"
chmod 604 u.upd
quiet sign u.upd --key $key
mode_of u.upd

echo "== thresholds"
sed 's/"threshold": 1/"threshold": 2/' device.json >two.json
lines 'installs' gen tiny-old.bin tiny-new.bin --key $key --device two.json -o one.upd
lines 'installs' gen tiny-old.bin tiny-new.bin --key $key --key INSECURE-other.pem \
    --device two.json -o both.upd
lines 'installs' gen tiny-old.bin tiny-new.bin --unsigned --device two.json -o none.upd
fwdelta gen tiny-old.bin tiny-new.bin --key $key --device two.json -o one.upd --force --json |
    sed -n '/threshold_not_met/,/\]/p'

echo "== names with control characters"
name=$(printf 'a\nb\033[31mc\td')
fwdelta inspect "$name"
fwdelta tbs tiny.upd -o "$name/x"
fwdelta "$name"
fwdelta tbs "$name" -o out --"$name"

echo "== keys"
printf -- '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n' >cert.pem
printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\nAA==\n-----END OPENSSH PRIVATE KEY-----\n' >ssh.pem
printf 'ssh-ed25519 AAAA user\n' >ssh.pub
cat $key INSECURE-other.pem >two.pem && chmod 600 two.pem cert.pem ssh.pem ssh.pub
for bad in cert.pem ssh.pem ssh.pub two.pem; do
    run sign tiny.upd --key $bad
done
run attach tiny.upd --sig sig.bin --pub cert.pem
run attach tiny.upd --sig sig.bin --pub ssh.pem
run attach tiny.upd --sig sig.bin --pub ssh.pub
run sign tiny.upd --key INSECURE-other.pem --passphrase-file missing.txt
run keygen -o x.pub.pem

echo "== options are given by their whole name"
run gen tiny-old.bin tiny-new.bin --key $key --vers 1
run gen tiny-old.bin tiny-new.bin --key $key --for
run gen tiny-old.bin tiny-new.bin --key $key --fo
run gen tiny-old.bin tiny-new.bin --key $key --lab=x
run gen tiny-old.bin tiny-new.bin --key $key --lab x
run gen --hel
run gen tiny-old.bin tiny-new.bin --key $key --role king
run gen --component firmware,role=king=tiny-old.bin:tiny-new.bin --key $key
run gen --component firmware,codec=zip=tiny-old.bin:tiny-new.bin --key $key

echo "== the time stamp"
for epoch in soon -1 1.5 '' 99999999999999999999; do
    SOURCE_DATE_EPOCH=$epoch
    export SOURCE_DATE_EPOCH
    run gen tiny-old.bin tiny-new.bin --key $key -o no.upd --timestamp
done
unset SOURCE_DATE_EPOCH

echo "== names of packages, and images that are the same"
lines 'wrote' gen tiny-old.bin tiny-new.bin --key $key --from-version=-1 --to-version 2
lines 'note' gen tiny-old.bin tiny-old.bin --key $key -o same.upd
leftovers
ls

echo "# nothing is lost in silence"
for option in --to-version --from-version --key --label --product --device --name --codec --ram; do
    lines '.' gen tiny-old.bin tiny-new.bin $option '' -o no.upd
done
run gen tiny-old.bin '' --unsigned -o no.upd
run gen -c firmware,to==tiny-old.bin:tiny-new.bin --unsigned -o no.upd
for option in '--name data' '--role boot' '--from-version 1' '--to-version 2'; do
    run gen -c firmware=tiny-old.bin:tiny-new.bin --unsigned -o no.upd $option
done
run gen tiny-old.bin tiny-new.bin --unsigned -o no.upd --no-certificate
run gen tiny-old.bin tiny-new.bin --unsigned -o no.upd --passphrase-file lib.sh
run gen tiny-old.bin tiny-new.bin --unsigned -o no.upd --codec xz --effort best
run gen --full tiny-new.bin --unsigned -o no.upd --force-delta
run inspect tiny.upd --raw
run verify tiny.upd --trust INSECURE-release.pub.pem --fill 0
run verify tiny.upd --trust INSECURE-release.pub.pem --source tiny-old.bin --source-version 1
run torture tiny.upd --device "$samples/dual-slot.json" --second-every 3
run device create dev9 --description "$samples/dual-slot.json" --raw
run module log-check lib.sh --cut 3
run gen tiny-old.bin tiny-new.bin --unsigned -o - --to-version 2
run keygen -o -
run tbs tiny.upd -o no/-
run gen tiny-old.bin tiny-new.bin --unsigned -o no.upd --from-version 1
lines wrote gen tiny-old.bin tiny-new.bin --unsigned -o no.upd --from-version 1 --force
cp tiny-new.bin 'übung 1.bin'
cp tiny-new.bin '.  -_??.bin'
lines wrote gen --full 'übung 1.bin' --unsigned
lines wrote gen --full '.  -_??.bin' --unsigned
lines wrote gen --full tiny-new.bin --unsigned --to-version '  /  '
(printf '\357\273\277' && cat "$samples/inplace-4k.json") >bom.json
iconv -f UTF-8 -t UTF-16 "$samples/inplace-4k.json" >utf16.json
lines 'installs +inplace' gen tiny-old.bin tiny-new.bin --unsigned -o bom.upd --to-version 1 -d bom.json
run gen tiny-old.bin tiny-new.bin --unsigned -o no2.upd --to-version 1 -d utf16.json
