# Keys in a PKCS#11 token: SoftHSM2 holds them, the package's signatures are checked as any other.
. ./lib.sh

for tool in softhsm2-util pkcs11-tool; do
    if ! command -v $tool >/dev/null; then
        echo "skipped: $tool is not installed"
        exit 77
    fi
done
for module in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
    [ -e $module ] && break
done
if [ ! -e "$module" ]; then
    echo "skipped: there is no libsofthsm2.so"
    exit 77
fi

mkdir tokens
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$PWD" >softhsm.conf
SOFTHSM2_CONF=$PWD/softhsm.conf
export SOFTHSM2_CONF
for label in release spare; do
    softhsm2-util --init-token --free --label $label --pin 1234 --so-pin 5678 >/dev/null || exit 1
done
new_key() { # TYPE ID LABEL
    pkcs11-tool --module "$module" --token-label release --pin 1234 --keypairgen --key-type $1 --id $2 \
        --label $3 >/dev/null 2>&1 || echo "no key $1"
}
new_key EC:edwards25519 01 ed25519
new_key EC:prime256v1 02 p256
new_key EC:secp384r1 03 p384
new_key rsa:3072 04 rsa3072
new_key rsa:2048 05 rsa2048
new_key EC:prime256v1 06 same
new_key EC:prime256v1 07 same
printf '1234\n' >pin
printf '4321\n' >wrong-pin
hide() {
    sed -E -e "s|$PWD|HERE|g" -e "s|$module|MODULE|g"
}
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.0.1.bin
versions='--from-version 1.0.0 --to-version 1.0.1'

echo "each algorithm, each way to give the PIN"
for label in ed25519 p256 p384 rsa3072; do
    quiet keys export "pkcs11:token=release;object=$label?pin-source=file:$PWD/pin" --format pem \
        -o $label.pub.pem
    # SoftHSM2 2.6.1 does not free the name of an Edwards curve in C_SignInit.
    [ $label != ed25519 ] || export ASAN_OPTIONS=detect_leaks=0
    lines '^signed|^certified' gen "$old" "$new" $versions -o $label.upd --device "$samples/inplace-4k.json" \
        --key "pkcs11:token=release;object=$label?pin-source=file:$PWD/pin" | hide
    unset ASAN_OPTIONS
    lines '^(V4|V5 |signed|result)' verify $label.upd --trust $label.pub.pem
done
for uri in "pkcs11:token=release;id=%01?pin-value=1234" \
    "pkcs11:token=release;id=%01;type=private?pin-source=$PWD/pin" \
    "pkcs11:token=release;object=ed25519?pin-value=1234&module-path=$module" \
    "pkcs11:token=release;object=ed25519?pin-value=1234&module-name=softhsm2"; do
    lines . keys show "$uri" | hide
done
FWDELTA_PIN=1234 fwdelta keys show "pkcs11:token=release;object=p256" --pkcs11-module "$module" >a.txt 2>&1
PIN=1234 fwdelta keys show "pkcs11:token=release;object=p256" --passphrase-env PIN >b.txt 2>&1
fwdelta keys show "pkcs11:token=release;object=p256" --passphrase-fd 5 5<pin >c.txt 2>&1
fwdelta keys show "pkcs11:token=release;object=p256" --passphrase-file pin >d.txt 2>&1
for file in b c d; do
    expect_same $file.txt a.txt
done

echo "signing what is there"
quiet gen "$old" "$new" $versions --unsigned -o two.upd
run sign two.upd --key "pkcs11:token=release;object=p256?pin-value=1234"
run sign two.upd --key "pkcs11:token=release;object=rsa3072?pin-value=1234"
lines '^(signed|result)' verify two.upd --trust p256.pub.pem --trust rsa3072.pub.pem --threshold 2

echo "what can be wrong"
p=pkcs11:token=release
run sign two.upd --key "$p;object=p384?pin-source=file:wrong-pin"
run sign two.upd --key "$p;object=p384?pin-source=file:missing"
run sign two.upd --key "$p;object=p384?pin-source=%7Cecho"
run sign two.upd --key "$p;object=nothing?pin-value=1234"
run sign two.upd --key "$p;object=same?pin-value=1234"
run sign two.upd --key "$p;object=rsa2048?pin-value=1234"
run sign two.upd --key "pkcs11:object=p384?pin-value=1234&module-path=$module" | hide
run sign two.upd --key "pkcs11:token=other;object=p384?pin-value=1234"
run sign two.upd --key "pkcs11:token=release;object=p384?pin-value=1234&module-path=/nowhere.so"
run sign two.upd --key "pkcs11:token=release;object=p384?pin-value=1234&module-path=$PWD/pin" | hide
run sign two.upd --key "pkcs11:tokens=release"
run sign two.upd --key "pkcs11:%zz"
run sign two.upd --key "$p;object=p384" --passphrase-fd seven
run sign two.upd --key "$p;object=p384" --passphrase-env NO_SUCH_VARIABLE
run sign two.upd --key "$p;object=p384" --passphrase-env PIN --passphrase-file pin
leftovers

echo "the two commands of the README, as they are written there, in a folder with two .hex files"
pkcs11-tool --module "$module" --token-label release --pin 1234 --keypairgen --key-type EC:prime256v1 \
    --id 21 --label firmware >/dev/null 2>&1 || echo "no key"
mkdir two
for version in 1.0.0 1.0.1; do
    objcopy -I binary -O ihex --change-addresses 0x8000000 "$samples/demo-$version.bin" two/app-$version.hex
done
sed -n '/token:begin/,/token:end/p' "$samples/README.md" | sed '/^<!--/d; /^```/d' >two/commands
grep -c '^fwdelta' two/commands
(cd two && PIN=1234 && export PIN && sh -e ./commands >out 2>err; echo "[$?]")
grep -E '^(V4|V5 |V9|I3 |target|result)' two/out
ls two
run verify two/update.upd --trust p256.pub.pem --passphrase-env PIN
run verify two/update.upd --trust "pkcs11:token=release;object=nothing" --passphrase-file pin
