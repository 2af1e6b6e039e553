# In place, with the power cut in the middle: R36 and the rules of resuming.
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.0.1.bin
device() {
    rm -rf dev
    quiet device create dev --description "$samples/inplace-4k.json" --image firmware="$old" \
        --version 1.0.0 --trust INSECURE-release.pub.pem
}
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --product demo -o a.upd
device
run device create dev --description "$samples/inplace-4k.json" --trust INSECURE-release.pub.pem
run device show dev
lines 'PREVAL: (0|100)$|INSTALL: (1|100|128)$|firmware' install a.upd --device dev
run install a.upd --device dev
run boot dev
quiet device dump dev firmware -o out.bin
expect_same out.bin "$new"
run device dump dev firmware -o out.bin
run device dump dev boot -o boot.bin
run install "$old" --device dev
run device show dev --json >a.txt
sed -e '/^  "wear"/,/^  }/d' -e 's/: [0-9]*\([,]*\)$/: N\1/' a.txt

echo "cut at every fifth operation, then again while it resumes, then left alone"
total=$(device; fwdelta install a.upd --device dev --json |
    sed -n 's/^  "\(erases\|programs\)": \([0-9]*\).*/\2/p' | awk '{ s += $1 } END { print s }')
at=1
while [ $at -le "$total" ]; do
    device
    fwdelta install a.upd --device dev --cut op=$at,tear=half,seed=$at >.out 2>&1
    [ $? -eq 4 ] || echo "cut at $at: status $?: $(tail -n 1 .out)"
    fwdelta boot dev --cut op=$((at % 7 + 1)),tear=garbage,seed=1 >.out 2>&1
    status=$?
    [ $status -eq 4 ] || [ $status -eq 0 ] || echo "second cut at $at: $(tail -n 1 .out)"
    fwdelta boot dev >.out 2>&1 || echo "boot after $at: $(tail -n 1 .out)"
    fwdelta device show dev | grep -q 'version 1.0.1' ||
        fwdelta install a.upd --device dev >.out 2>&1 || echo "install after $at: $(tail -n 1 .out)"
    fwdelta device dump dev firmware -o out.bin --force >.out && cmp out.bin "$new"
    at=$((at + total / 20 + 1))
done
device
run install a.upd --device dev --cut 1000000 >a.txt
grep note a.txt | sed 's/were [0-9]*/were N/'
device
lines 'fwdelta' install a.upd --device dev --cut 40
run install a.upd --device dev --cut 1 --json >a.txt
sed -e 's/: [0-9.]*\([,]*\)$/: N\1/' a.txt

echo "a watchdog with less patience than the library needs"
sed 's/"resumer"/"watchdog": {"bytes": 1000}, "resumer"/' "$samples/inplace-4k.json" >dog.json
rm -rf dev
quiet device create dev --description dog.json --image firmware="$old" --version 1.0.0 \
    --trust INSECURE-release.pub.pem
lines 'fwdelta' install a.upd --device dev
