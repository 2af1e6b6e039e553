# verify --device gives the code of a device with that very flash: many states, each asked twice.
. ./lib.sh

key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.0.1.bin
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --product demo -o good.upd
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --product other -o product.upd
quiet gen "$old" "$new" --key INSECURE-other.pem --from-version 1.0.0 --to-version 1.0.1 -o stranger.upd
quiet gen "$old" "$new" --unsigned --from-version 1.0.0 --to-version 1.0.1 -o unsigned.upd
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --counter 5 -o counter.upd
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --name engine -o absent.upd
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --hardware 90-99 -o hardware.upd
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --codec stored --force-delta -o stored.upd
quiet gen --full "$new" --key $key --to-version 1.0.1 -o full.upd
head -c 300 good.upd >short.upd
size=$(wc -c <good.upd)
for at in 3 4 11 40 100 200 $((size - 100)) $((size - 1)); do
    { head -c $at good.upd && printf '\252' && tail -c +$((at + 2)) good.upd; } >flip-$at.upd
done

# dumps of a slot: exact, padded, with a boot loader's trailer, of another version, damaged, short
cp "$old" exact.bin
padded() {
    { cat "$1" && head -c 524288 /dev/zero | tr '\000' '\377'; } | head -c 524288
}
padded "$old" >padded.bin
{ padded "$old" | head -c 524272 && printf '\167\302\225\363\140\322\357\177\065\122\120\017\054\266\171\200'; } >trailer.bin
padded "$new" >newer.bin
cp "$new" new.bin
{ head -c 5000 "$old" && printf '\001\252' && tail -c +5003 "$old"; } >damaged.bin
head -c 60000 "$old" >short.bin

asked=0
ask() { # PACKAGE IMAGE VERSION DESCRIPTION COMMAND
    rm -rf dev
    quiet device create dev --description "$samples/$4.json" --image firmware=$2 --version $3 \
        --trust INSECURE-release.pub.pem
    fwdelta install $1 --device dev --command $5 --json >.out 2>&1
    installed=$(sed -n 's|^ *"code": \([0-9]*\).*|\1|p' .out)
    fwdelta verify $1 --trust INSECURE-release.pub.pem --source $2 --source-version $3 \
        --device "$samples/$4.json" --command $5 >.out 2>&1
    verify=$(sed -n 's/^result: \([0-9]*\) .*/\1/p' .out)
    asked=$((asked + 1))
    [ -n "$installed" ] && [ "$installed" = "$verify" ] ||
        echo "$*: the device says '$installed', verify says '$verify'"
}

for image in exact padded trailer newer new damaged short; do
    for device in inplace-4k inplace-64k dual-slot; do
        for version in 1.0.0 1.0.1; do
            ask good.upd $image.bin $version $device any
        done
    done
    ask full.upd $image.bin 1.0.0 inplace-4k full
    ask full.upd $image.bin 1.0.1 dual-slot any
done
for package in product stranger unsigned counter hardware stored short full; do
    ask $package.upd padded.bin 1.0.0 inplace-4k delta
    ask $package.upd trailer.bin 1.0.0 dual-slot any
done
for package in flip-*.upd; do
    ask $package trailer.bin 1.0.0 inplace-4k any
done
head -c 900000 /dev/zero >large.upd
ask large.upd exact.bin 1.0.0 inplace-4k any
echo "$asked states, each with one answer"
