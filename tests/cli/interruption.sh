# After a power cut one module family starts its progress again, the other continues where it was.
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.1.0.bin
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.1.0 -o a.upd

for profile in lara-r6-01b sara-r5 telit-pfm sara-r4 ryz014; do
    sed "s/lara-r6-01b/$profile/" "$samples/inplace-4k.json" >device.json
    rm -rf dev
    quiet device create dev --description device.json --image firmware="$old" --version 1.0.0 \
        --trust INSECURE-release.pub.pem
    fwdelta install a.upd --device dev --cut 700 >before.txt 2>.err
    [ $? -eq 4 ] || cat .err
    quiet boot dev
    last=$(sed -n 's/^\(+UUFWINSTALL\|progress\): \([0-9]*\)$/\2/p' before.txt | tail -n 1)
    first=$(sed -n 's/^\(+UUFWINSTALL\|progress\): \([0-9]*\)$/\2/p' .out | head -n 1)
    echo "$profile: $([ -z "$first" ] && echo 'shows no progress' ||
        { [ "$first" -eq 1 ] && echo 'starts again with 1'; } ||
        { [ "$first" -ge "$last" ] && echo 'continues where it was'; })"
    grep -e '128$' -e OTAEV -e SQNFOTA -e 'reports nothing' -e 'version 1.1.0 runs' .out
done
