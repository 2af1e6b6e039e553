# Images in the forms in which build systems leave them. What other tools made of one image must give
# the package that the raw image gives.
. ./lib.sh

for tool in srec_cat objcopy as ld dfu-suffix; do
    if ! command -v $tool >/dev/null; then
        echo "skipped: $tool is not installed"
        exit 77
    fi
done

cp "$samples/demo-1.0.1.bin" demo.bin
at=0x08004000

echo "# the same image, by other tools"
srec_cat demo.bin -binary -offset $at -o demo.hex -intel
srec_cat demo.bin -binary -offset $at -o wide.hex -intel -line-length=120
srec_cat demo.bin -binary -offset 0x4000 -o segments.hex -intel -address-length=3
srec_cat demo.bin -binary -offset $at -o demo.s37 -motorola -address-length=4
srec_cat demo.bin -binary -offset 0x4000 -o demo.s28 -motorola -address-length=3
head -c 40000 demo.bin >short.bin
srec_cat short.bin -binary -offset 0x100 -o short.s19 -motorola -address-length=2
objcopy -I binary -O ihex --change-addresses $at demo.bin objcopy.hex
objcopy -I binary -O srec --change-addresses $at demo.bin objcopy.srec
sed 's/$/\r/' demo.hex >dos.hex
tr '\n' '\r' <demo.hex >mac.hex
{ printf '\357\273\277\n' && tr 'A-F' 'a-f' <demo.hex && printf '\032'; } >odd.hex
printf '.globl _start\n.section .text, "ax"\n_start:\n.incbin "demo.bin"\n' >demo.s
as -o demo.o demo.s && ld -Ttext=$at -o demo.elf demo.o
as --32 -o demo32.o demo.s && ld -m elf_i386 -N -Ttext=$at -o headers.elf demo32.o 
objcopy -I binary -O elf32-little demo.bin object.elf
objcopy -I binary -O elf32-big demo.bin big.elf
python3 "$samples/make_uf2.py" demo.bin demo.uf2 0x10000000 0xE48BFF56
python3 "$samples/make_uf2.py" demo.bin plain.uf2 0x2000 0 476
cp demo.bin demo.dfu && dfu-suffix -a demo.dfu -v 0483 -p df11 >/dev/null

quiet gen --full demo.bin -o raw.upd --unsigned
for file in demo.hex wide.hex segments.hex demo.s37 demo.s28 objcopy.hex objcopy.srec dos.hex mac.hex \
    odd.hex demo.elf headers.elf object.elf big.elf demo.uf2 plain.uf2 demo.dfu; do
    lines '^fwdelta' gen --full $file -o $file.upd --unsigned
    expect_same $file.upd raw.upd
done
quiet gen --full short.bin -o short.upd --unsigned
lines note gen --full short.s19 -o s19.upd --unsigned
expect_same s19.upd short.upd

echo "# two segments: the initial values of variables run elsewhere"
printf 'SECTIONS { .text 0x8000 : { *(.text) } .data 0x20000000 : AT(0x8000 + SIZEOF(.text) + 64) { *(.data) } }\n' >two.ld
printf '.globl _start\n.text\n_start:\n.incbin "demo.bin"\n.data\n.ascii "initial values"\n' >two.s
as -o two.o two.s && ld -T two.ld -o two.elf two.o
objcopy -O binary --gap-fill=0xff two.elf two.bin
quiet gen --full two.bin -o two.bin.upd --unsigned
lines note gen --full two.elf -o two.elf.upd --unsigned
expect_same two.elf.upd two.bin.upd

echo "# gaps become what the erased flash of the device reads"
srec_cat demo.bin -binary -crop 0 0x1000 0x2000 0x3000 -o gap.hex -intel
srec_cat gap.hex -intel -fill 0x00 0 0x3000 -o zero.bin -binary
srec_cat gap.hex -intel -fill 0xFF 0 0x3000 -o ones.bin -binary
sed 's/"program_unit"/"erased_value": 0, "program_unit"/' "$samples/inplace-4k.json" >zero.json
for fill in zero ones; do
    quiet gen --full $fill.bin -o $fill.upd --unsigned
done
lines note gen --full gap.hex -o gap-ones.upd --unsigned
expect_same gap-ones.upd ones.upd
lines note gen --full gap.hex -o gap-zero.upd --unsigned --fill 0x00
expect_same gap-zero.upd zero.upd
lines note gen --full gap.hex -o gap-dev.upd --unsigned --device zero.json --no-certificate
expect_same gap-dev.upd zero.upd
run gen --full gap.hex -o x.upd --unsigned --device zero.json --device "$samples/inplace-4k.json"

echo "# what would need a guess is asked for by name"
srec_cat demo.hex -intel '(' short.bin -binary -crop 0 0x100 -offset 0x10001000 ')' \
    -o far.hex -intel
run gen --full far.hex -o x.upd --unsigned
lines note gen --full far.hex -o far.upd --unsigned --range 0x08004000-0x08100000
expect_same far.upd raw.upd
cat demo.uf2 plain.uf2 >both.uf2
python3 "$samples/make_uf2.py" short.bin other.uf2 0x2000 0x68ED2B88
cat demo.uf2 other.uf2 >both.uf2
run gen --full both.uf2 -o x.upd --unsigned
run gen --full both.uf2 -o x.upd --unsigned --family nrf52
lines note gen --full both.uf2 -o both.upd --unsigned --family rp2040
expect_same both.upd raw.upd
run gen --full demo.bin -o x.upd --unsigned --range 0x0-0x100
run gen --full demo.hex -o x.upd --unsigned --range 0x100
run gen --full demo.hex -o x.upd --unsigned --range 0x20000000-0x20001000
run gen --full demo.hex -o x.upd --unsigned --raw --fill 0
run gen --full demo.uf2 -o x.upd --unsigned --family pico

echo "# damaged"
damaged() {
    cat >damaged.$1
    run gen --full damaged.$1 -o x.upd --unsigned
}
sed '3s/./:1/' demo.hex | damaged hex
sed '3s/..$/FF/;3s/00$/01/' demo.hex | damaged hex
sed '$d' demo.hex | damaged hex
head -c 5000 demo.hex | damaged hex
{ cat demo.hex && head -n 3 demo.hex; } | damaged hex
{ sed '$d' demo.hex && echo ":10000000000102030405060708090A0B0C0D0E0F78" && tail -n 1 demo.hex; } |
    sed '2s/^:20400000....../:204000000102FF/' | damaged hex
{ sed '$d' objcopy.hex && printf ':0140000000BF\n:0140000001BE\n:00000001FF\n'; } | damaged hex
sed '$d' demo.s37 | damaged s37
sed '4d' demo.s37 | damaged s37
sed '4s/[0-9A-F][0-9A-F]$/00/;4s/00$/01/' demo.s37 | damaged s37
sed '4s/^S3/S4/' demo.s37 | damaged s37
head -c 1024 demo.uf2 | damaged uf2
head -c 1000 demo.uf2 | damaged uf2
{ head -c 512 demo.uf2 && head -c 512 demo.bin; } | damaged uf2
{ head -c 100000 demo.dfu && tail -c 16 demo.dfu; } | damaged dfu
head -c 60000 demo.elf | damaged elf
head -c 40 demo.elf | damaged elf
run gen --full two.o -o x.upd --unsigned
