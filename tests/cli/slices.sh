# An application that rehearses in slices, and a boot loader that only acts: installed, cut, tortured, by each codec.
. ./lib.sh

small_images

sliced() {
    sed -e 's/"resumer"/"rehearse_slice": 1024, "codecs": ["fwd", "lite", "bsdiff-xz", "xz", "stored"], "resumer"/' \
        "$samples/$1.json" >"$1.json"
}
sliced inplace-4k
sliced dual-slot

device() {
    rm -rf dev
    quiet device create dev --description "$1.json" --image firmware=old.bin --version 1.0.0 \
        --trust INSECURE-release.pub.pem
}

package() {
    quiet gen old.bin new.bin --key INSECURE-release.pem --raw --from-version 1.0.0 --to-version 1.1.0 --force -o a.upd "$@"
}

echo "what is certified is what is counted"
package --device inplace-4k.json
device inplace-4k
lines 'UUFW|runs|this is what|otherwise' install a.upd --device dev --cost
echo "power fails while the application rehearses, and while the boot loader acts"
for at in 20 30 60 100; do
    device inplace-4k
    lines 'UUFW|power' install a.upd --device dev --cut $at
    lines 'UUFW|runs' boot dev
done

echo "no cut loses a device, whatever decodes"
for codec in fwd lite bsdiff-xz; do
    for device in inplace-4k dual-slot; do
        echo "$codec on $device"
        package --codec $codec
        lines result torture a.upd --device $device.json --image firmware=old.bin --trust INSECURE-release.pub.pem
    done
done
for device in inplace-4k dual-slot; do
    echo "a full package on $device"
    quiet gen --full new.bin --codec stored --key INSECURE-release.pem --raw --to-version 1.1.0 --force -o a.upd
    lines result torture a.upd --device $device.json --image firmware=old.bin --trust INSECURE-release.pub.pem
done
