# Where the bytes of a delta went; what its streams tell alone; ELF files as hints.
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.1.0.bin
quiet gen "$old" "$new" --codec fwd --key $key -o a.upd

# Sizes are those of one version of the encoder: here they are N.
numbers() {
    sed -E -e 's/0x[0-9A-F]{8}/X/g' -e 's/[0-9]+(\.[0-9]+)?/N/g' -e 's/ +/ /g' -e 's/#+/#/'
}

lines 'runs size|delta of|instruction set|RAM class|in the map|sizes of copies' inspect a.upd >b.txt
numbers <b.txt
fwdelta inspect a.upd --source "$old" >c.txt || echo "status $?"
sed -n '/^where/,/^$/p' c.txt | numbers | sort
regions=$(sed -n '/most expensive/,/^$/p' c.txt | grep -c ' 0x')
[ "$regions" -ge 5 ] || echo "$regions regions"
advice=$(grep -c '^  - ' c.txt)
{ [ "$advice" -ge 1 ] && [ "$advice" -le 4 ]; } || echo "$advice sentences"

quiet gen "$old" "$old" --codec fwd --key $key -o same.upd
fwdelta inspect same.upd --source "$old" >s.txt || echo "status $?"
echo "the parts add up to the delta, and their shares to 100 %"
for file in c.txt s.txt; do
    awk '/^where/ { size = $3; inside = 1; next } /^$/ { inside = 0 }
        inside && $1 ~ /^[0-9]/ { sum += $1; shares += $2; rows++ }
        END { if ((sum - size) ^ 2 > (rows / 20) ^ 2 || (shares - 100) ^ 2 > (rows / 20) ^ 2)
            print sum " of " size " bytes, " shares " %" }' $file
done

echo "a copy is said to have changes only if it has some"
grep ' OLD at ' s.txt | numbers
grep ' OLD at ' c.txt | numbers | sort -u

echo "as JSON"
fwdelta inspect a.upd --source "$old" --json >j.txt || echo "status $?"
sed -n '/"delta": {/,/"signatures"/p' j.txt | grep -oE '"[a-z_0-9]+":' | sort -u | tr -d '\n'
echo
fwdelta inspect a.upd --json | grep -A 1 '"costs"' | numbers

echo "images without an instruction set, one of them with the time of its build"
small_images
{ cat new.bin; printf 'built 12:34:56'; } >timed.bin
quiet gen old.bin timed.bin --codec fwd --key $key -o t.upd
fwdelta inspect t.upd --source old.bin | sed -n '/advice/,$p' | grep -E 'instruction|time of day'

echo "data windows, which A64 does not look at"
for isa in a32 a64; do
    quiet gen old.bin new.bin --codec fwd --isa $isa --base 0x8000 --key $key -o w.upd --force
    fwdelta inspect w.upd | grep -E '^delta of|data windows' | numbers
done

echo "refused"
run inspect a.upd --source old.bin
run inspect a.upd --source "$old" --bytes
run inspect a.upd --source "$samples/demo-1.0.1.bin"
run inspect a.upd --source missing.bin
run inspect a.upd --source "$old" --source "$old"
quiet gen old.bin new.bin --codec xz --key $key -o x.upd
run inspect x.upd --source old.bin
quiet gen --component firmware="$old:$new" --component data=old.bin:new.bin --codec fwd --key $key \
    -o two.upd
run inspect two.upd --source "$old"
lines '^where|^delta of' inspect two.upd --source data=old.bin >d.txt
numbers <d.txt
size=$(wc -c <a.upd)
{ head -c $((size - 9)) a.upd; printf 'damaged!!'; } >damaged.upd
fwdelta inspect damaged.upd --source "$old" >.out 2>.err
echo "damaged: $? $(cat .err)"

echo "ELF files: one segment, Thumb entry, at 0x08000000"
word() {
    printf "\\$(printf %03o $(($1 & 255)))\\$(printf %03o $(($1 >> 8 & 255)))"
    printf "\\$(printf %03o $(($1 >> 16 & 255)))\\$(printf %03o $(($1 >> 24 & 255)))"
}
make_elf() {
    bytes=$(wc -c <"$1")
    printf '\177ELF\001\001\001\000\000\000\000\000\000\000\000\000\002\000\050\000'
    for value in 1 0x08000101 52 0 0 0x00200034 1 0; do word $((value)); done
    for value in 1 84 0x08000000 0x08000000 "$bytes" "$bytes" 5 4; do word $((value)); done
    cat "$1"
}
make_elf "$old" >old.elf
make_elf "$new" >new.elf
quiet gen "$old" "$new" --codec fwd --key $key --elf old.elf,new.elf -o e.upd
lines '^delta of|address of' inspect e.upd
quiet gen "$old" "$new" --codec fwd --key $key --elf old.elf -o e.upd --force
fwdelta inspect e.upd | grep 'address of NEW'
run gen "$old" "$new" --key $key --elf new.elf -o no.upd
run gen "$old" "$new" --key $key --elf old.elf,old.bin -o no.upd
head -c 5000 old.elf >cut.elf
run gen "$old" "$new" --key $key --elf cut.elf -o no.upd
run gen "$old" "$new" --key $key --elf old.elf, -o no.upd
run gen "$old" "$new" --key $key --elf old.elf --base 0x8000000 -o no.upd
run gen --full "$new" --key $key --elf old.elf -o no.upd
run gen "$old" "$new" --key $key --elf missing.elf -o no.upd
[ -e no.upd ] && echo "no.upd was written"
leftovers
