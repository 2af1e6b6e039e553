# Two slots, and what modules of several families print.
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.1.0.bin
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.1.0 -o a.upd
quiet gen --full "$new" --key $key --to-version 1.1.0 -o full.upd
device() {
    rm -rf dev
    quiet device create dev --description "$1" --image firmware="$old" --version 1.0.0 \
        --trust "${2:-INSECURE-release.pub.pem}"
}
device "$samples/dual-slot.json"
lines 'fwdelta|INSTALL: 1$' install a.upd --device dev --cut 100
run device dump dev firmware -o out.bin
quiet device dump dev firmware -o out.bin --force && rm out.bin
lines 'INSTALL: (100|128)$|firmware|fwdelta' boot dev
quiet device dump dev firmware -o out.bin
expect_same out.bin "$new"
run boot dev
quiet install a.upd --device dev
lines 'journal' device show dev

echo "refusals, and the old firmware stays"
device "$samples/dual-slot.json"
lines 'INSTALL|UPD|firmware|fwdelta' install full.upd --device dev
lines 'INSTALL|UPD|firmware|fwdelta' install a.upd --device dev --command full
head -c 2000 a.upd >cut.upd
lines 'INSTALL|UPD|firmware|fwdelta' install cut.upd --device dev
cp a.upd longer.upd && printf 'x' >>longer.upd
lines 'INSTALL|UPD|firmware|fwdelta' install longer.upd --device dev
lines 'INSTALL|UPD|firmware|fwdelta' install a.upd --device dev --transport xmodem
device "$samples/dual-slot.json"
lines 'INSTALL|UPD|firmware|fwdelta' install full.upd --device dev --command full \
    --transport xmodem-1k
device "$samples/dual-slot.json"
lines 'INSTALL: 128|UPD|firmware|fwdelta' install full.upd --device dev --command any
device "$samples/dual-slot.json" INSECURE-other.pub.pem
lines 'INSTALL|UPD|firmware|fwdelta' install a.upd --device dev
run install a.upd --device dev --transport carrier-pigeon

echo "profiles"
for profile in sara-r4 lara-r6-00b lara-r6001d-00b lara-l6 sara-r5; do
    sed "s/\"profile\": \"[a-z0-9-]*\"/\"profile\": \"$profile\"/" "$samples/dual-slot.json" >p.json
    device p.json
    lines 'PREVAL: 0$|PREVAL: 100$|INSTALL: (1|100|128)$|firmware' install a.upd --device dev
    lines 'UPD|INSTALL|firmware|nothing' install a.upd --device dev
done

echo "the slot that the version record names has rotted"
device "$samples/dual-slot.json"
quiet install a.upd --device dev
head -c 64 /dev/zero | dd of=dev/flash.img bs=1 seek=$((0x200000 + 512)) conv=notrunc 2>/dev/null
run boot dev
lines 'INSTALL: 144|UPD|firmware' install a.upd --device dev
lines 'was cut' install a.upd --device dev --cut 300
lines 'INSTALL: 128|firmware' boot dev
cmp -s -n "$(wc -c <"$old")" dev/flash.img "$old" && echo "the slot that ran was not written"

echo "a device without its flash"
rm dev/flash.img
lines 'INSTALL|fwdelta' install a.upd --device dev
run device show dev
run device dump dev firmware -o lost.bin
run boot dev
run install a.upd --device dev
rm -r dev
run boot dev
