# Every byte of a package is explained, also of a damaged one.
. ./lib.sh
stored_package

run inspect tiny.upd
run inspect tiny.upd --bytes
run inspect tiny.upd --json >a.txt
sed '/"fields"/,$d' a.txt
small_images
quiet gen old.bin new.bin --key INSECURE-release.pem -o delta.upd --from-version 1 --to-version 2

# The bytes in the dump, in their order, are the file. Leaves .err and the status.
covers() {
    od -An -v -tx1 "$1" | tr -d ' \n' >want.txt
    status=0
    fwdelta inspect "$1" --bytes >.out 2>.err || status=$?
    sed -n 's/^  [0-9a-f]\{8\}  \(.\{47\}\)  |.*/\1/p' .out | tr -d ' \n' >got.txt
    cmp -s want.txt got.txt || echo "$1: the dump is not the file"
}
covers tiny.upd
covers delta.upd

echo "codec lite: its parameters and streams"
quiet gen old.bin new.bin --key INSECURE-release.pem -o lite.upd --codec lite --from-version 1 --to-version 2
covers lite.upd
lines 'stream|instruction set|contexts|history|horizon|correction|intervals|segments' inspect lite.upd

stride=${FWD_STRIDE:-1}
[ -z "${FWD_LONG:-}" ] || stride=1
echo "every truncation, and a changed byte everywhere: status 1, and the dump is the file"
size=$(wc -c <tiny.upd)
at=1
while [ $at -lt "$size" ]; do
    head -c $at tiny.upd >part.upd
    covers part.upd
    [ $status -eq 1 ] || echo "$at bytes: status $status"
    [ "$(wc -l <.err)" -eq 1 ] || echo "$at bytes: $(cat .err)"
    at=$((at + 5 * stride))
done
at=0
while [ $at -lt "$size" ]; do
    { head -c $at tiny.upd; printf '\377'; tail -c +$((at + 2)) tiny.upd; } >bad.upd
    covers bad.upd
    [ $status -le 1 ] || echo "byte $at: status $status: $(cat .err)"
    at=$((at + 3 * stride))
done
cp tiny.upd long.upd && printf 'x' >>long.upd
run inspect long.upd --bytes >.long
tail -n 4 .long
for n in 10 43 60 130 200 230; do
    head -c $n tiny.upd >part.upd
    lines 'fwdelta' inspect part.upd
done
run inspect tiny-old.bin

echo "as a page"
quiet inspect tiny.upd --html tiny.html
grep -c '<svg' tiny.html
grep -oE '<h1>[^<]*|<script|https?://[^"]*' tiny.html
run inspect tiny.upd --html tiny.html | tail -n 3
quiet inspect tiny.upd --html tiny.html --force --bytes
run inspect tiny.upd --html - | tail -n 3
run inspect tiny.upd --html tiny.upd --force | tail -n 3
run inspect tiny.upd --force | tail -n 3
head -c 100 tiny.upd >part.upd
lines '^fwdelta' inspect part.upd --html part.html
grep -o 'Damaged, at byte [0-9]*' part.html
odd="a<b>&\"ü $(printf '\351').upd"
cp tiny.upd "$odd"
quiet inspect "$odd" --html odd.html
grep -o '<h1>.*</h1>' odd.html
