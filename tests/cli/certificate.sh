# Certificates: gen measures, inspect shows, install counts the same; with keys whose signatures have
# no fixed length, too. [M102]: one for each geometry.
. ./lib.sh
key=INSECURE-release.pem
small_images
inplace=$samples/inplace-4k.json
dual=$samples/dual-slot.json

lines '^(installs +[a-z0-9-]+$|certified|starts|signed)' gen old.bin new.bin --key $key -o a.upd --from-version 1.0.0 \
    --to-version 1.0.1 --device "$inplace" --device "$dual" --device "$samples/./inplace-4k.json"
lines '^(costs|starts)' inspect a.upd
fwdelta inspect a.upd --json >a.json
echo "certificates: $(grep -c '"geometry":' a.json)"
sed 's/"inplace-4k"/"renamed"/' "$inplace" >renamed.json
lines '^certified' gen old.bin new.bin --key $key -o b.upd --device "$inplace" --device renamed.json

# counted PACKAGE DEVICE KEY: installs on a new device, and says whether the certificate is right
counted() {
    rm -rf dev
    quiet device create dev --description "$2" --image firmware=old.bin --version 1.0.0 --trust "$3"
    lines '(^certificate|counted)' install "$1" --device dev --cost
}
counted a.upd "$inplace" INSECURE-release.pub.pem
counted a.upd "$dual" INSECURE-release.pub.pem

echo "nothing to compare: installed already; the rest of an update, whose steps were staged before"
lines '(^changed|^ratio|^certificate|counted)' install a.upd --device dev --cost
quiet gen "$samples/demo-1.0.0.bin" "$samples/demo-1.1.0.bin" --key $key -o cut.upd \
    --from-version 1.0.0 --to-version 1.1.0 --device "$inplace"
rm -rf dev
quiet device create dev --description "$inplace" --image firmware="$samples/demo-1.0.0.bin" \
    --version 1.0.0 --trust INSECURE-release.pub.pem
fwdelta install cut.upd --device dev --cut 700 >a.txt 2>&1
cp -r dev dev2
lines '(^changed|^ratio|^certificate|counted)' boot dev --cost | sed 's/[0-9][0-9]*/N/g'
fwdelta boot dev2 --json | grep -E '"(self_read|ratio|certificate)'
echo

echo "padded by Xmodem: more is stored than the certificate is for"
rm -rf dev
quiet device create dev --description "$inplace" --image firmware=old.bin --version 1.0.0 \
    --trust INSECURE-release.pub.pem
size=$(wc -c <a.upd)
[ $(((size + 1023) / 1024 * 4)) -gt $(((size + 255) / 256)) ] || echo "a.upd fills its last block"
lines 'counted' install a.upd --device dev --cost --transport xmodem-1k

echo "another geometry: not for this device"
counted a.upd "$samples/inplace-64k.json" INSECURE-release.pub.pem

echo "blocks of 64 KiB: what a start reads is not part of an update"
quiet gen old.bin new.bin --key $key -o big.upd --from-version 1.0.0 --to-version 1.0.1 \
    --device "$samples/inplace-64k.json"
counted big.upd "$samples/inplace-64k.json" INSECURE-release.pub.pem

echo "ECDSA and two signatures"
quiet keygen -o p256.pem --alg ecdsa-p256
quiet keygen -o p384.pem --alg ecdsa-p384
for i in 1 2 3; do
    quiet gen old.bin new.bin --key p256.pem --key p384.pem -o c.upd --from-version 1.0.0 \
        --to-version 1.0.1 --device "$inplace" --force
    counted c.upd "$inplace" p256.pub.pem
done

echo "unsigned: for one Ed25519 signature"
quiet gen old.bin new.bin --unsigned -o d.upd --from-version 1.0.0 --to-version 1.0.1 --device "$inplace"
quiet sign d.upd --key $key -o e.upd
counted big.upd "$inplace" INSECURE-release.pub.pem

echo "not wanted"
quiet gen old.bin new.bin --key $key -o f.upd --from-version 1.0.0 \
    --to-version 1.0.1 --device "$inplace" --no-certificate
lines '^costs' inspect f.upd
more=$(($(wc -c <a.upd) - $(wc -c <f.upd)))
[ "$more" -ge 60 ] && [ "$more" -le 80 ] && echo "30 to 40 bytes each"
