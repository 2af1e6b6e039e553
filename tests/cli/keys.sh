# Keys, signatures, detached signing (R46..R49 of the design: thresholds count distinct keys).
. ./lib.sh
stored_package
unsigned() {
    rm -f u.upd
    quiet gen tiny-old.bin tiny-new.bin --codec stored --unsigned -o u.upd
}

run keygen -o release.pem
mode_of release.pem
mode_of release.pub.pem
run keygen -o release.pem
run keygen -o release.pem --force --alg ecdsa-p256
printf 'correct horse\n' >pass.txt
quiet keygen -o locked.pem --passphrase-file pass.txt
grep -c ENCRYPTED locked.pem
unsigned
run sign u.upd --key locked.pem
printf 'wrong\n' >bad.txt
run sign u.upd --key locked.pem --passphrase-file bad.txt
run sign u.upd --key locked.pem --passphrase-file pass.txt -o s.upd
run sign s.upd --key locked.pem --passphrase-file pass.txt
run sign s.upd --key release.pub.pem
run sign s.upd --key tiny-old.bin

echo "each algorithm: by file, and detached with stock openssl"
for alg in ed25519 ecdsa-p256 ecdsa-p384 rsa3072-pss; do
    quiet keygen -o $alg.pem --alg $alg
    unsigned
    run tbs u.upd -o tbs.bin --force
    digest=sha256
    [ $alg = ecdsa-p384 ] && digest=sha384
    case $alg in
    ed25519) openssl pkeyutl -sign -rawin -in tbs.bin -inkey $alg.pem -out sig.bin ;;
    rsa*) openssl dgst -$digest -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
        -sign $alg.pem -out sig.bin tbs.bin ;;
    *) openssl dgst -$digest -sign $alg.pem -out sig.bin tbs.bin ;;
    esac
    run attach u.upd --sig sig.bin --pub $alg.pub.pem
    lines 'signed by|result' verify u.upd --trust $alg.pub.pem
    run sign u.upd --key INSECURE-release.pem
    lines 'signed by|V5 |result' verify u.upd --trust $alg.pub.pem --trust INSECURE-release.pub.pem \
        --threshold 2
    run attach u.upd --sig sig.bin --pub $alg.pub.pem
    run attach u.upd --sig tiny-old.bin --pub INSECURE-other.pub.pem
done

echo "four signatures in any order, and no fifth"
unsigned
for alg in rsa3072-pss ed25519 ecdsa-p384 ecdsa-p256; do
    quiet sign u.upd --key $alg.pem
done
mkdir trust && cp ./*-p256.pub.pem ./*-p384.pub.pem rsa*.pub.pem ed*.pub.pem trust/
lines 'signed by|result' verify u.upd --trust trust --threshold 4
run sign u.upd --key INSECURE-other.pem

echo "what is signed does not change"
fwdelta tbs u.upd -o a.bin && unsigned && fwdelta tbs u.upd -o b.bin
expect_same a.bin b.bin
lines 'V4|result' verify u.upd --trust trust
lines 'V4|result' verify tiny.upd --trust INSECURE-other.pub.pem
lines 'V5 |result' verify tiny.upd --trust INSECURE-release.pub.pem --threshold 2
leftovers
