# What a package may carry: firmware, a carrier profile, boot code, or several of them; nothing else is
# touched. R2, R3, R4, R75.
. ./lib.sh
key=INSECURE-release.pem
firmware=firmware,from=1.0.0,to=1.1.0=$samples/demo-1.0.0.bin:$samples/demo-1.1.0.bin
profile=carrier-profile,from=1,to=2=$samples/profile-1.bin:$samples/profile-2.bin
boot=boot,from=1,to=2=$samples/boot-1.bin:$samples/boot-2.bin

awk '{ print } /"components": \[/ { print "{\"name\": \"carrier-profile\", \"role\": \"carrier-profile\"," \
    "\"layout\": \"in-place\", \"slots\": [{\"blocks\": [{\"size\": 4096, \"count\": 4}]}]}," }' \
    "$samples/two-component.json" >three.json

quiet gen --component "$firmware" --key $key -o firmware.upd
quiet gen --component "$profile" --key $key -o profile.upd
quiet gen --component "$firmware" --component "$profile" --key $key -o both.upd
quiet gen --component "$boot" --component "$firmware" --component "$profile" --key $key -o all.upd
quiet gen --component "$boot" --key $key -o boot.upd

# what NAME FIRST SECOND: which of the two images a component has now
holds() {
    quiet device dump dev "$1" -o out.bin --force
    cmp -s out.bin "$2" && echo "    $1 as before"
    cmp -s out.bin "$3" && echo "    $1 new"
}

for module in sara-r4 lara-l6; do
    sed "s/lara-r6-01b/$module/" three.json >device.json
    rm -rf new
    quiet device create new --description device.json --trust INSECURE-release.pub.pem \
        --image firmware="$samples/demo-1.0.0.bin" --version firmware=1.0.0 \
        --image boot="$samples/boot-1.bin" --version boot=1 \
        --image carrier-profile="$samples/profile-1.bin" --version carrier-profile=1
    for package in firmware profile both all boot; do
        rm -rf dev
        cp -r new dev
        echo "$module, $package.upd"
        quiet install $package.upd --device dev
        grep -E 'UFWINSTALL: 1(28)?$' .out | sed 's/^/    /'
        holds firmware "$samples/demo-1.0.0.bin" "$samples/demo-1.1.0.bin"
        holds carrier-profile "$samples/profile-1.bin" "$samples/profile-2.bin"
        holds boot "$samples/boot-1.bin" "$samples/boot-2.bin"
    done
done

echo "a profile that replaces another profile than the device's"
quiet install profile.upd --device new
{ cat "$samples/profile-1.bin"; echo more; } >profile-3.bin
quiet gen --component "carrier-profile,from=1,to=3=$samples/profile-1.bin:profile-3.bin" --key $key \
    -o other.upd
lines 'INSTALL: |fwdelta' install other.upd --device new
