# What EasyFlash does to a module: full firmware from a computer, backup, erased files. R241..R244, R257.
. ./lib.sh
key=INSECURE-release.pem
low=$samples/demo-1.0.0.bin
high=$samples/demo-1.1.0.bin
imei=357591080029488
quiet gen --full "$high" --key $key --to-version 1.1.0 -o high.dof
quiet gen --full "$high" --key INSECURE-other.pem --to-version 1.1.0 -o foreign.dof

# new NAME PROFILE: a device that was a module before, with files of each kind
new() {
    sed "s/lara-r6-01b/$2/" "$samples/inplace-4k.json" >"$1.json"
    quiet device create "$1" --description "$1.json" --image firmware="$low" --version 1.0.0 \
        --trust INSECURE-release.pub.pem
    echo "{\"imei\": \"$imei\", \"mno_profile\": 2, \"settings\": {\"+UBANDMASK\": \"0,1\"}}" >"$1/module.json"
    for tag in USER LWM2M MNO CERT SMS; do
        mkdir -p "$1/files/$tag"
        echo "$tag" >"$1/files/$tag/one"
    done
}

what_is_left() {
    (cd "$1" && find files -type f | sort)
    grep -cE 'UBANDMASK|mno_profile' "$1/module.json" || true
    ls "$1/easyflash"
}

echo "LARA: the archive is gone afterwards, a backup is armed"
new dev lara-r6-01b
lines 'TURN|Port|Archive|Restored|Reset|runs' device flash dev high.dof
what_is_left dev
grep -E 'armed|cpms' dev/module.json
cat dev/easyflash/trace-1.log | sed 's/archive_[0-9a-f]*_/archive_HEX_/'

echo "SARA-R5: by the primary UART, the archive stays; a second attempt has a log of its own"
new r5 sara-r5
lines 'Port|Restored' device flash r5 high.dof
lines 'Port|Restored' device flash r5 high.dof
what_is_left r5 | sed 's/archive_[0-9a-f]*_/archive_HEX_/'

echo "SARA-R4: only to the same module"
new r4 sara-r4
lines 'Port|Restored' device flash r4 high.dof -o logs
archive=$(ls logs/*.qbackup)
new other sara-r4
echo '{"imei": "354679090348445"}' >other/module.json
run device flash other high.dof --restore "$archive" 2>&1 | sed 's/archive_[0-9a-f]*_/archive_HEX_/'
run device flash r4 high.dof --restore high.dof
run device flash r4 high.dof --restore absent.qbackup

echo "a calibration that is damaged is not replaced by that of the factory"
cp r4/calibration.json kept.json
for damage in '' '{' '{"calibration": ""}' '[]'; do
    printf '%s' "$damage" >r4/calibration.json
    run device flash r4 high.dof -o logs
    [ "$(cat r4/calibration.json)" = "$damage" ] || echo "it was changed"
done
cp kept.json r4/calibration.json
printf '{' >other/module.json
run device flash other high.dof

echo "a wrong signature"
lines 'Load|Restored' device flash dev foreign.dof
run device dump dev firmware -o out.bin
expect_same out.bin "$high"

echo "an IMEI that is none"
new wrong lara-l6
echo '{"imei": "357591080029487"}' >wrong/module.json
run device flash wrong high.dof
cat wrong/easyflash/trace-1.log
echo
rm wrong/module.json
run device flash wrong high.dof

echo "power fails: the next attempt finds the archive"
new cut lara-l6
lines 'Archive|Restored|power' device flash cut high.dof --cut 200
grep Result cut/easyflash/trace-1.log
ls cut/calibration.json 2>/dev/null
lines 'runs' boot cut
lines 'Archive|Restored' device flash cut high.dof
ls cut/calibration.json

echo "no device, no package, no folder for the logs"
run device flash nowhere high.dof
run device flash cut
run device flash cut missing.dof
run device flash cut high.dof -o /dev/null

echo "no EasyFlash for other makers' modules"
new telit telit-pfm
run device flash telit high.dof
