# A compressed part in which one byte changed: named by gen and inspect, with what it costs.
. ./lib.sh
key=INSECURE-release.pem

# image FILE TEXT: firmware with the compressed text in the middle.
image() {
    gzip -9 -n <"$2" >part.gz
    cat "$samples/demo-1.0.0.bin" part.gz "$samples/demo-1.0.0.bin" >"$1"
}

# How large it is depends on the version of gzip.
numbers() {
    sed -E 's/\b[0-9]+(\.[0-9]+)?\b/N/g'
}

cat "$samples"/*.1 >one.txt
sed '1s/.*/changed/' one.txt >two.txt
image old.bin one.txt
image new.bin two.txt
fwdelta gen old.bin new.bin --key $key --raw --from-version 1 --to-version 2 -o a.upd >page.txt 2>note.txt
grep '^opaque' page.txt | numbers
numbers <note.txt
fwdelta inspect a.upd --source old.bin --raw >inspect.txt
sed -n '/^  compressed/,$p' inspect.txt | grep -E '^  compressed|gzip' | numbers
fwdelta gen old.bin new.bin --key $key --raw --from-version 1 --to-version 2 -o a.upd --force --json 2>note.txt |
    sed -n '/"opaque"/,/\]/p' | numbers
numbers <note.txt

echo "moved, but the same: it costs nothing, and nothing is said"
cat "$samples/demo-1.1.0.bin" part.gz >moved.bin
fwdelta gen new.bin moved.bin --key $key --raw --from-version 1 --to-version 2 -o b.upd >page.txt 2>&1
grep -c -E 'opaque|note' page.txt
fwdelta gen new.bin moved.bin --key $key --raw --from-version 1 --to-version 2 -o b.upd --force --json |
    grep -o '"new_bytes": 0'
