# What a factory programs: made from a signed full package, put on a simulated device, started, updated, tortured.
. ./lib.sh
key=INSECURE-release.pem
trust="--trust INSECURE-release.pub.pem"
small_images
quiet gen --full old.bin --key $key --to-version 1.0.0 --product demo --counter 3 -o full.upd
quiet gen old.bin new.bin --key $key --from-version 1.0.0 --to-version 1.0.1 --product demo --counter 4 -o a.upd
for device in inplace-4k dual-slot; do
    echo "$device"
    rm -rf fac dev
    # shellcheck disable=SC2086
    run device factory fac --description "$samples/$device.json" --package full.upd $trust
    (cd fac && find . -type f | grep -v trust | LC_ALL=C sort && find trust -name '*.pem' | wc -l)
    [ "$(tail -c 100 fac/version.bin | wc -c)" = 100 ] && head -c "$(wc -c <old.bin)" fac/firmware*.bin | cmp - old.bin
    quiet device create dev --factory fac
    lines 'version|counter|journal|key' device show dev
    cat dev/factory.json && echo
    run boot dev
    lines 'counter' device show dev
    lines 'INSTALL|runs' install a.upd --device dev
    quiet boot dev
    quiet device dump dev firmware -o out.bin --force
    expect_same out.bin new.bin && rm out.bin
done

echo "no power cut, fault or worn block loses it"
sed 's/"count": 2}/"count": 3}/' "$samples/inplace-4k.json" >three.json # banks of journal and version area
on="--device three.json --factory facs --image firmware=old.bin --version 1.0.0"
# shellcheck disable=SC2086
{
    quiet device factory facs --description three.json --package full.upd $trust
    lines '^result' torture a.upd $on $trust --cuts random:60 --jobs 2
    lines '^result' torture a.upd $on $trust --start-faults --worn --cuts random:2 --jobs 2
    lines 'past' torture a.upd $on $trust --generations 1
}

echo "its bytes are what starts"
rm -rf dev && cp -r facs bad
printf 'x' | dd of=bad/firmware.bin bs=1 seek=100 conv=notrunc 2>/dev/null
run device create dev --factory bad
sed -e "0,/\"sha256\": \"[0-9a-f]*\"/s//\"sha256\": \"$(sha256sum bad/firmware.bin | cut -c1-64)\"/" facs/program.json >bad/program.json
quiet device create dev --factory bad
lines 'RECOVERY|recovery|runs|full package' boot dev
rm -rf bad && cp -r facs bad && rm bad/version.bin
run device create dev2 --factory bad
rm bad/program.json
run device create dev2 --factory bad
echo '{"device": "x", "areas": [{"area": "firmware", "chip": "flash", "address": 0, "size": 1, "file": "../old.bin", "sha256": "0"}], "keys": "trust", "trusted_keys": 1}' >bad/program.json
run device create dev2 --factory bad
run device create dev2 --factory facs --image firmware=old.bin
run device create dev2 --factory absent

echo "refusals"
# shellcheck disable=SC2086
{
    on="--description $samples/inplace-4k.json"
    run device factory facs $on --package full.upd $trust
    run device factory f $on --package a.upd $trust
    run device factory f $on --package old.bin $trust
    run device factory f $on --package absent.upd $trust
    run device factory f $on $trust
    run device factory f $on --package full.upd
    run device factory f --package full.upd $trust
    run device factory f $on --package full.upd --trust INSECURE-other.pub.pem
    run device factory f $on --package full.upd $trust --image firmware=old.bin
    quiet gen --full old.bin --key $key --to-version 1.0.0 --product other -o other.upd
    run device factory f $on --package other.upd $trust
    quiet gen --full old.bin --unsigned --to-version 1.0.0 -o unsigned.upd
    run device factory f $on --package unsigned.upd $trust
    head -c 3000 full.upd >cut.upd
    run device factory f $on --package cut.upd $trust
    cp full.upd flipped.upd && printf 'xx' | dd of=flipped.upd bs=1 seek=2500 conv=notrunc 2>/dev/null
    run device factory f $on --package flipped.upd $trust
    sed -e 's/"size": 4096, "count": 512/"size": 4096, "count": 3/' "$samples/inplace-4k.json" >small.json
    run device factory f --description small.json --package full.upd $trust
    run device factory /proc/f $on --package full.upd $trust
}
set -- f f.*
[ -e "$1" ] || [ -e "${2:-}" ] || echo "nothing was left behind"
