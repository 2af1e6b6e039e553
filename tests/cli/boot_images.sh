# Images that other boot loaders want: their headers stay, what only a slot has goes.
. ./lib.sh

flip() { # FILE OFFSET OUTPUT
    { head -c $2 $1 && printf '\252' && tail -c +$(($2 + 2)) $1; } >$3
}
padding() {
    head -c $1 /dev/zero | tr '\000' '\377'
}
# What is packaged must be the image: its digest is the same with --raw.
digest() {
    fwdelta gen --full "$@" --unsigned --json -o d.upd --force 2>/dev/null | sed -n 's/.*"target_sha256": "\(.*\)",/\1/p'
}
same_image() {
    [ "$(digest $1)" = "$(digest $2 --raw)" ] && echo "$1 is packaged as $2"
}

for name in esp32c3 esp32-no-digest esp8266-v1 esp8266-v2; do
    image=$name.bin
    cp "$samples/$image" .
    lines 'note: [a-z0-9-]*\.bin' gen --full $image --unsigned -o $name.upd
    same_image $image $image
    { cat $image && padding 5000; } >padded.bin
    lines 'note: [a-z0-9-]*\.bin' gen --full padded.bin --unsigned -o padded.upd --force
    same_image padded.bin $image
    { cat $image && printf 'more'; } >more.bin
    lines 'note: [a-z0-9-]*\.bin' gen --full more.bin --unsigned -o more.upd --force
    same_image more.bin more.bin
    flip $image 48 bad.bin
    run gen --full bad.bin --unsigned -o no.upd
    head -c 100 $image >bad.bin
    [ $name = esp8266-v1 ] || run gen --full bad.bin --unsigned -o no.upd
done
flip esp32c3.bin 10 bad.bin
run gen --full bad.bin --unsigned -o no.upd
lines wrote gen --full bad.bin --unsigned -o raw.upd --raw

for name in ed25519 confirmed align32 unsigned encrypted; do
    cp "$samples/mcuboot-$name.bin" .
    lines 'note' gen --full mcuboot-$name.bin --unsigned
done
ls ./*.*.*.upd
fwdelta inspect 1.2.3-4.upd | grep -i -e 'version' -e 'counter' | stable
lines 'note' gen --full mcuboot-ed25519.bin --unsigned --to-version 9 --counter 1 -o own.upd
fwdelta inspect own.upd | grep -i -e 'version' -e 'counter' | stable
lines 'note|wrote' gen mcuboot-unsigned.bin mcuboot-ed25519.bin --unsigned
{ cat mcuboot-ed25519.bin && padding 3000; } >padded.bin
lines 'note: [a-z0-9-]*\.bin' gen --full padded.bin --unsigned -o p.upd
same_image padded.bin mcuboot-ed25519.bin
head -c 1600 mcuboot-confirmed.bin >want.bin
for size in 1 2 3 4 5 6 7 8 9; do
    head -c $((1580 + size)) mcuboot-confirmed.bin >want.bin
    [ "$(digest mcuboot-confirmed.bin)" = "$(digest want.bin --raw)" ] && echo "mcuboot-confirmed.bin is packaged as its first $((1580 + size)) bytes"
done
flip mcuboot-ed25519.bin 700 bad.bin
run gen --full bad.bin --unsigned -o no.upd
head -c 1900 mcuboot-ed25519.bin >bad.bin
run gen --full bad.bin --unsigned -o no.upd
head -c 1000 mcuboot-ed25519.bin >bad.bin
run gen --full bad.bin --unsigned -o no.upd
{ cat mcuboot-ed25519.bin && printf 'more'; } >more.bin
lines 'note: [a-z0-9-]*\.bin' gen --full more.bin --unsigned -o m.upd

echo "the same in other files: addresses do not change what it is"
if command -v objcopy >/dev/null; then
    objcopy -I binary -O ihex --change-addresses 0x8000 mcuboot-ed25519.bin mcuboot.hex
    lines 'note: [a-z0-9-]*\.hex' gen --full mcuboot.hex --unsigned -o h.upd
    same_image mcuboot.hex mcuboot-ed25519.bin
fi

echo "a raw image that begins like one: taken as it is, unless all but the check says that it is one"
header() { # CHIP ENTRY ADDRESS LENGTH, each as bytes in octal
    printf "\\351\\001\\002\\040$2\\356\\000\\000\\000$1\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000$3$4"
    head -c 200 "$samples/demo-1.0.0.bin" | tail -c 120
}
taken() {
    fwdelta gen --full like.bin --unsigned -o like.upd --force >/dev/null 2>.err && echo "raw: $1" && return
    echo "refused: $1: $(cut -d : -f 3- .err)"
}
code='\000\000\010\100' data='\000\000\100\074' vector='\101\001\000\010' zero='\000\000\000\000'
header '\005\000' "$code" "$data" '\100\000\000\000' >like.bin && taken "ESP32-C3, its addresses, wrong checksum"
header '\005\000' "$code" "$data" '\000\020\000\000' >like.bin && taken "ESP32-C3, its addresses, cut off"
header '\077\000' "$code" "$data" '\100\000\000\000' >like.bin && taken "a chip that does not exist"
header '\005\000' "$vector" "$data" '\100\000\000\000' >like.bin && taken "it starts where Cortex-M has flash"
header '\005\000' "$code" "$vector" '\100\000\000\000' >like.bin && taken "its segment is where Cortex-M has flash"
header '\000\000' "$zero" "$zero" "$zero" >like.bin && taken "zeros"
{ printf '\351\003\002\040' && tail -c +5 "$samples/demo-1.0.0.bin"; } >like.bin && taken "a vector table whose stack ends at 0x200203E9"
