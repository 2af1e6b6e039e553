# A device whose flash fails after the first write: it stays in its installer, then takes a full
# package; and the codes of devices that are not in order (F15..F26 of the result codes).
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.1.0.bin
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.1.0 -o a.upd
quiet gen --full "$new" --to-version 1.1.0 --key $key -o full.upd
device() {
    rm -rf dev
    quiet device create dev --description "${1:-$samples/inplace-4k.json}" --image firmware="$old" \
        --version 1.0.0 --trust INSECURE-release.pub.pem
}

echo "the slot takes no program after the fourth"
device
cat >dev/nvm.json <<'END'
{"faults": [{"operation": "program", "effect": "fail", "area": "firmware", "skip": 40}]}
END
lines 'INSTALL: (1[0-9][0-9]|2)|firmware|update|fwdelta' install a.upd --device dev
lines 'INSTALL: 1[0-9][0-9]|firmware|update|fwdelta' boot dev
lines 'INSTALL: 1[0-9][0-9]|firmware|update|fwdelta' boot dev
run boot dev
quiet device dump dev firmware -o part.bin --force
cp -r dev dev2
echo '{}' >dev2/nvm.json
echo "once the flash works again, the next start finishes the update"
lines 'INSTALL: 1[0-9][0-9]|firmware' boot dev2
echo "or a full package takes its place"
lines 'INSTALL|fwdelta' install a.upd --device dev
echo '{}' >dev/nvm.json
lines 'UPD: 1..|firmware' install full.upd --device dev --command full
run boot dev
quiet device dump dev firmware -o out.bin
expect_same out.bin "$new"

echo "what a device finds when it starts"
for hook in flash:flash-open partitions:partition-table bad-blocks:bad-blocks \
    file-system:file-system package:package-unreadable package:package-absent \
    validation:internal finalization:finalize; do
    device
    cat >dev/nvm.json <<END
{"hooks": [{"point": "${hook%:*}", "reason": "${hook#*:}"}]}
END
    lines '(INSTALL|UPD): [12]..$|^fwdelta|firmware:|not finished' install a.upd --device dev
done
echo "too little memory: for the installer, for the decoder"
sed 's/"ram_budget": [0-9]*/"ram_budget": 4000/' "$samples/inplace-4k.json" >small.json
device small.json
lines 'INSTALL|fwdelta' install a.upd --device dev
sed 's/"ram_budget": [0-9]*/"ram_budget": 40000/' "$samples/inplace-4k.json" >small.json
device small.json
lines 'INSTALL|fwdelta|firmware' install a.upd --device dev
