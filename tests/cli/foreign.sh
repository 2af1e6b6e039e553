# Files that are no firmware images, made by the tools that make them: each is refused with a sentence
# that names it, and nothing is written.
. ./lib.sh

for tool in 7z ar base64 bsdiff bzip2 cpio dpkg-deb genisoimage genromfs git img2simg lz4 lzip lzop \
    mke2fs mkfs.cramfs mkfs.erofs mkfs.fat mksquashfs minisign objcopy od openssl python3 rdiff \
    ssh-keygen tar ubinize xdelta3 xxd xz zip zstd; do
    if ! command -v $tool >/dev/null; then
        echo "skipped: $tool is not installed"
        exit 77
    fi
done

image=firmware.bin
cp "$samples/demo-1.0.0.bin" $image
mkdir tree f
cp $image tree/
printf '<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n' >f/page.html
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 105104\n' 7 >f/lfs.bin

# compressed
gzip -nc $image >f/gzip.bin
xz -c $image >f/xz.bin
xz -c --format=lzma $image >f/lzma.bin
bzip2 -1c $image >f/bzip2-1.bin
bzip2 -9c $image >f/bzip2-9.bin
zstd -qc $image >f/zstd.bin
lz4 -qc $image >f/lz4.bin
lz4 -qlc $image >f/lz4-legacy.bin
lzop -c $image >f/lzop.bin
lzip -c $image >f/lzip.bin

# archives
zip -q f/image.zip $image
7z a f/image.7z $image >/dev/null
for form in v7 oldgnu gnu ustar pax; do
    tar --format=$form -cf f/$form.tar $image
done
for form in bin odc newc crc; do
    echo $image | cpio --quiet -o -H $form >f/$form.cpio
done
ar rc f/image.a $image >/dev/null 2>&1
mkdir -p deb/DEBIAN && printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' >deb/DEBIAN/control
dpkg-deb --root-owner-group -b deb f/image.deb >/dev/null
python3 -c "import zipfile; zipfile.ZipFile('f/empty.zip', 'w').close()"

# file systems
mksquashfs tree f/gzip.squashfs -quiet -no-progress >/dev/null
mksquashfs tree f/xz.squashfs -comp xz -quiet -no-progress >/dev/null
mkfs.cramfs tree f/image.cramfs >/dev/null
mkfs.cramfs -N big tree f/big.cramfs >/dev/null
genromfs -d tree -f f/image.romfs
genisoimage -quiet -o f/image.iso tree 2>/dev/null
for kind in ext2 ext3 ext4; do
    head -c 4194304 /dev/zero >f/image.$kind && mke2fs -q -F -t $kind f/image.$kind
done
head -c 1048576 /dev/zero >f/12.fat && mkfs.fat -F 12 f/12.fat >/dev/null
head -c 36700160 /dev/zero >f/32.fat && mkfs.fat -F 32 f/32.fat >/dev/null
mkfs.erofs f/image.erofs tree >/dev/null 2>&1
printf '[one]\nmode=ubi\nimage=firmware.bin\nvol_id=0\nvol_size=1MiB\nvol_type=dynamic\nvol_name=one\n' >ubi.ini
ubinize -o f/image.ubi -m 2048 -p 128KiB ubi.ini
img2simg f/image.ext2 f/sparse.img

# patches
bsdiff $image "$samples/demo-1.0.1.bin" f/bsdiff.patch
xdelta3 -e -s $image "$samples/demo-1.0.1.bin" f/xdelta.patch
rdiff signature $image f/rdiff.signature
rdiff delta f/rdiff.signature "$samples/demo-1.0.1.bin" f/rdiff.delta
diff -u "$samples/inplace-4k.json" "$samples/inplace-64k.json" >f/text.patch

# keys, signatures, things encrypted
cp INSECURE-release.pem f/private.pem
cp INSECURE-release.pub.pem f/public.pem
openssl pkey -in INSECURE-release.pem -outform DER -out f/private.der
openssl req -x509 -key INSECURE-release.pem -subj /CN=x -days 9 -out f/cert.pem
openssl x509 -in f/cert.pem -outform DER -out f/cert.der
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -outform DER -out f/rsa.der 2>/dev/null
openssl enc -aes-256-cbc -pbkdf2 -pass pass:x -in $image -out f/encrypted.bin
ssh-keygen -q -t ed25519 -N '' -f f/ssh
minisign -G -W -p f/minisign.pub -s f/minisign.key >/dev/null
minisign -S -W -s f/minisign.key -m $image -x f/minisign.sig >/dev/null
printf -- '-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n' >f/signature.asc

# text
base64 $image >f/base64.bin
base64 -w 0 $image >f/line.base64
xxd $image >f/xxd.txt
xxd -p $image >f/plain.hex
od $image >f/od.txt
objcopy -I binary -O verilog $image f/image.vmem 2>/dev/null
cp "$samples/inplace-4k.json" f/device.json
sed 1d "$samples/fwdelta.1" >f/page.1
printf '#!/bin/sh\necho flash\n' >f/flash.sh
printf 'label,size\nfirmware,105104\n' >f/table.csv
printf '\377\376t\000e\000x\000t\000!\000\r\000\n\000' >f/utf16.txt
printf '<?xml version="1.0"?>\n<release/>\n' >f/release.xml
sed '2s/^:..../:zzzz/;1s/^:..../:zzzz/' f/plain.hex | sed '1s/^/:020000/' >f/torn.hex

# other things
stored_package
mv tiny.upd f/own.upd
{ git init -q repo && cd repo && cp ../$image . && git add . &&
    git -c user.name=x -c user.email=x@example.org commit -qm x &&
    git bundle create -q ../f/bundle HEAD &&
    git pack-objects -q --stdout --all </dev/null >../f/pack; cd ..; } 2>/dev/null
python3 - <<'END'
import sqlite3, struct, wave, zlib
base = sqlite3.connect("f/base.sqlite")
base.execute("create table t (x)")
base.commit()
sound = wave.open("f/sound.wav", "wb")
sound.setparams((1, 2, 8000, 0, "NONE", ""))
sound.writeframes(bytes(1000))
sound.close()
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
open("f/picture.png", "wb").write(b"\x89PNG\r\n\x1a\n" +
    chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) +
    chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))
END
printf 'int f(void) { return 1; }\n' >f.c
cp /bin/true f/program.elf

rm -f f/ssh.pub
count=0
for file in f/*; do
    count=$((count + 1))
    fwdelta gen --full $file --unsigned -o no.upd >.out 2>.err
    status=$?
    cat .err
    [ $status -eq 1 ] && [ ! -s .out ] && [ ! -e no.upd ] || echo "$file: status $status"
    rm -f no.upd
done
[ $count -ge 60 ] || echo "only $count files"

echo "--raw insists, everywhere"
lines 'wrote|note' gen f/gzip.bin f/xz.bin --raw --unsigned -o raw.upd
run device create dev --description "$samples/inplace-4k.json" --image firmware=f/gzip.bin \
    --version 1 --trust INSECURE-release.pub.pem
run device create dev --description "$samples/inplace-4k.json" --image firmware=f/gzip.bin \
    --version 1 --trust INSECURE-release.pub.pem --raw
run gen f/gzip.bin $image --unsigned -o no.upd
run gen -c firmware=$image:f/page.html --unsigned -o no.upd
