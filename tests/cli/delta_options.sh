# What gen is told about the images and its work: --effort, --isa, --base.
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.1.0.bin

# size NAME OPTION...: of the package built with these options.
size() {
    name=$1
    shift
    quiet gen "$old" "$new" --codec fwd --key $key --from-version 1.0.0 --to-version 1.1.0 \
        -o "$name.upd" "$@"
    wc -c <"$name.upd"
}

installs() {
    rm -rf dev
    quiet device create dev --description "$samples/inplace-4k.json" --image firmware="$old" \
        --version 1.0.0 --trust INSECURE-release.pub.pem
    quiet install "$1.upd" --device dev
    quiet device dump dev firmware -o out.bin --force
    cmp out.bin "$new" && echo "$1.upd installs"
}

# small NAME OPTION...: the same with small images.
small_images
small() {
    name=$1
    shift
    quiet gen old.bin new.bin --codec fwd --key $key -o "$name.upd" "$@"
}

echo "effort"
plain=$(size plain)
fast=$(size fast --effort fast)
best=$(size best --effort best)
[ "$best" -le "$plain" ] && echo "best is not larger than what is done without the option"
[ "$best" -le "$fast" ] && echo "best is not larger than fast"
installs fast
installs best
small plain-small
small default-small --effort default
expect_same plain-small.upd default-small.upd

echo "instruction set"
for isa in thumb a32 arm a64 none; do
    small $isa-small --isa $isa
    lines '^delta of' inspect $isa-small.upd
done
thumb=$(size thumb --isa thumb)
none=$(size none --isa none)
[ "$thumb" -le "$plain" ] && echo "the right one is not larger than what was found"
[ "$none" -gt "$thumb" ] && echo "with none it is larger"
installs none

echo "addresses"
small base --isa thumb --base 0x8000000
lines 'address of' inspect base.upd
small moved --isa thumb --base 0x8000000,0x8000400
lines 'address of' inspect moved.upd
small decimal --isa thumb --base 134217728
expect_same base.upd decimal.upd
moved=$(size moved-code --isa thumb --base 0x8000000,0x8000400)
there=$(size there --isa thumb --base 0x8000000)
[ "$there" -le "$moved" ] && echo "an address that is said to have moved and did not is no better"
installs moved-code

echo "misuse"
run gen "$old" "$new" --key $key -o no.upd --effort hard
run gen "$old" "$new" --key $key -o no.upd --effort
run gen "$old" "$new" --key $key -o no.upd --isa z80
run gen "$old" "$new" --key $key -o no.upd --isa ''
run gen "$old" "$new" --key $key -o no.upd --base 0x8000001
run gen "$old" "$new" --key $key -o no.upd --base 0x8000000,
run gen "$old" "$new" --key $key -o no.upd --base 0x8000000,0x8000000,0x8000000
run gen "$old" "$new" --key $key -o no.upd --base flash
run gen "$old" "$new" --key $key -o no.upd --base -2
run gen "$old" "$new" --key $key -o no.upd --base 0x10000000000000000
run gen --full "$new" --key $key -o no.upd --isa thumb
run gen --full "$new" --key $key -o no.upd --base 0x8000000
[ -e no.upd ] && echo "no.upd was written"
leftovers
