# Our deltas with bspatch, and patches of bsdiff in our packages.
. ./lib.sh
command -v bsdiff >/dev/null && command -v bspatch >/dev/null || {
    echo "skipped: bsdiff and bspatch are not installed"
    exit 77
}
small_images
key=INSECURE-release.pem
quiet gen old.bin new.bin --key $key -o a.upd
run export-bsdiff40 a.upd old.bin -o a.patch >a.txt
sed 's/([0-9]* bytes)/(N bytes)/' a.txt
bspatch old.bin out.bin a.patch && expect_same out.bin new.bin
run export-bsdiff40 a.upd new.bin -o b.patch
run export-bsdiff40 a.upd old.bin -o a.patch
run export-bsdiff40 a.upd old.bin -o b.patch --name boot
quiet gen --full new.bin --key $key -o full.upd
quiet export-bsdiff40 full.upd old.bin -o full.patch
bspatch old.bin out.bin full.patch && expect_same out.bin new.bin
bsdiff old.bin new.bin c.patch
run import-bsdiff40 old.bin c.patch --key $key -o c.upd --from-version 1 --to-version 2
lines 'target|result' verify c.upd --trust INSECURE-release.pub.pem --source old.bin --target new.bin
quiet export-bsdiff40 c.upd old.bin -o d.patch
bspatch old.bin out.bin d.patch && expect_same out.bin new.bin
head -c 60 c.patch >e.patch
run import-bsdiff40 old.bin e.patch --key $key -o e.upd
leftovers
