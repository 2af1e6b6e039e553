# Keys, signatures, detached signing (R46..R49 of the design: thresholds count distinct keys).
. ./lib.sh
for tool in openssl ssh-keygen xxd cc; do
    if ! command -v $tool >/dev/null; then
        echo "skipped: $tool is not installed"
        exit 77
    fi
done
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

echo "keys show and export"
for alg in ed25519 ecdsa-p256 ecdsa-p384 rsa3072-pss; do
    openssl pkey -pubin -in $alg.pub.pem -outform DER -out want.der
    quiet keys export $alg.pem --format der -o $alg.der
    quiet keys export $alg.pub.pem --format der -o again.der
    expect_same $alg.der want.der
    expect_same again.der want.der
    quiet keys export $alg.der --format pem -o again.pem --force
    expect_same again.pem $alg.pub.pem
    quiet keys export $alg.pem --format c --symbol boot_key -o $alg.h
    printf '#include "%s.h"\n#include <stdio.h>\nint main(void) { fwrite(boot_key_der, 1, sizeof boot_key_der, stdout);
        return boot_key_id[0] + boot_key_algorithm == 0; }\n' $alg >c.c
    cc -Wall -Werror -Wno-unused-const-variable -o c.out c.c && ./c.out >again.der
    expect_same again.der want.der
    [ "$(fwdelta keys show $alg.pub.pem | sed -n 's/^id *//p')" = "$(sha256sum want.der | cut -c 1-16)" ] || echo "another id"
    rm again.der again.pem
done
fwdelta keys export INSECURE-release.pem --format pem -o - | cmp - INSECURE-release.pub.pem && echo "to standard output"
run keys show INSECURE-release.pub.pem INSECURE-other.pem locked.pem --passphrase-file pass.txt
run keys show INSECURE-release.pub.pem --json
run keys show missing.pem
run keys show tiny-old.bin
run keys show
run keys look INSECURE-release.pem
run keys export INSECURE-release.pem --format jwk -o x
run keys export INSECURE-release.pem --format c --symbol 2nd -o x
run keys export INSECURE-release.pem --format der --symbol key -o x
run keys export INSECURE-release.pem --format der -o INSECURE-release.pem --force
run keys show INSECURE-release.pem --format der

echo "DER, and a passphrase from elsewhere"
openssl pkey -in INSECURE-release.pem -outform DER -out release.der
openssl pkcs8 -topk8 -in INSECURE-release.pem -passout pass:secret -outform DER -out locked.der
openssl ec -in ecdsa-p256.pem -outform DER -out old-ec.der 2>/dev/null
for key in release.der old-ec.der; do
    unsigned
    lines . sign u.upd --key $key
done
unsigned
PW=secret fwdelta sign u.upd --key locked.der --passphrase-env PW | stable
unsigned
echo secret | fwdelta sign u.upd --key locked.der --passphrase-fd 0 | stable
unsigned
printf '\357\273\277secret\r\n' >bom.txt
lines . sign u.upd --key locked.der --passphrase-file bom.txt
lines 'signed by|result' verify u.upd --trust release.der
openssl pkey -in INSECURE-release.pem -pubout -outform DER -out release.pub.der
lines 'signed by|result' verify u.upd --trust release.pub.der
(printf '\357\273\277' && cat INSECURE-release.pub.pem) >bom.pem
lines 'signed by|result' verify u.upd --trust bom.pem

echo "keys and signatures of other tools, by name"
ssh-keygen -q -t ed25519 -N '' -f ssh
openssl req -x509 -key INSECURE-release.pem -subj /CN=x -days 9 -outform DER -out cert.der
printf 'untrusted comment: minisign public key\nRWQ=\n' >minisign.pub
printf -- '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n' >pgp.asc
printf '{"kty":"OKP"}' >jwk.json
for key in ssh ssh.pub cert.der minisign.pub pgp.asc jwk.json release.pub.der; do
    run sign u.upd --key $key
    run verify u.upd --trust $key
done
unsigned
quiet tbs u.upd -o tbs.bin --force
openssl pkeyutl -sign -rawin -in tbs.bin -inkey INSECURE-release.pem -out raw.sig
base64 raw.sig >base64.sig
base64 -w 0 raw.sig >line.sig
xxd -p raw.sig >hex.sig
for form in base64 line; do
    run attach u.upd --sig $form.sig --pub INSECURE-release.pub.pem -o $form.upd
done
expect_same base64.upd line.upd
openssl dgst -sha256 -sign rsa3072-pss.pem -out v15.sig tbs.bin
openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 -sign rsa3072-pss.pem -out salt.sig tbs.bin
openssl dgst -sha256 -binary tbs.bin >tbs.digest
openssl dgst -sha256 -sign ecdsa-p256.pem -out twice.sig tbs.digest
openssl req -x509 -key rsa3072-pss.pem -subj /CN=x -days 9 -out rsa.cert
openssl cms -sign -binary -in tbs.bin -signer rsa.cert -inkey rsa3072-pss.pem -outform DER -out cms.sig
ssh-keygen -q -Y sign -f ssh -n file tbs.bin 2>/dev/null
printf 'untrusted comment: signature\nRWQ=\n' >mini.sig
for form in v15 salt; do
    run attach u.upd --sig $form.sig --pub rsa3072-pss.pub.pem
done
run attach u.upd --sig twice.sig --pub ecdsa-p256.pub.pem
for form in hex.sig cms.sig tbs.bin.sig mini.sig pgp.asc; do
    run attach u.upd --sig $form --pub INSECURE-release.pub.pem
done

echo "tbs --digest signs what is already hashed"
quiet tbs u.upd --digest sha256 -o d.bin
expect_same d.bin tbs.digest
openssl pkeyutl -sign -in d.bin -inkey ecdsa-p256.pem -out d.sig
run attach u.upd --sig d.sig --pub ecdsa-p256.pub.pem
fwdelta tbs u.upd -o - | cmp - tbs.bin && echo "to standard output"
run tbs u.upd -o x --digest md5
run tbs u.upd -o - --json

echo "sign --replace and detach"
unsigned
for alg in ed25519 ecdsa-p256 rsa3072-pss; do
    quiet sign u.upd --key $alg.pem
done
cp u.upd three.upd
run detach u.upd
run detach u.upd --pub ecdsa-p256.pub.pem --sig off.sig
run attach u.upd --sig off.sig --pub ecdsa-p256.pub.pem
lines 'signed by|result' verify u.upd --trust trust --threshold 3
run detach u.upd --key-id "$(fwdelta keys show ed25519.pem | sed -n 's/^id *//p')" -o two.upd
run detach u.upd --key-id 0123456789abcdef
run detach u.upd --key-id 123
run detach u.upd --all --sig x.sig
run detach u.upd --all
run detach u.upd
run sign three.upd --key INSECURE-other.pem --replace
lines 'signed by|result' verify three.upd --trust INSECURE-other.pub.pem
run sign three.upd --key INSECURE-other.pem --replace --json
