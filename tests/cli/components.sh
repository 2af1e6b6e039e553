# Firmware in place and boot code in two slots, in one package.
. ./lib.sh
key=INSECURE-release.pem
quiet gen "$samples/demo-1.0.0.bin" "$samples/demo-1.1.0.bin" --from-version 1.0.0 \
    --to-version 1.1.0 --component boot,from=1,to=2="$samples/boot-1.bin:$samples/boot-2.bin" \
    --key $key -o a.upd --device "$samples/two-component.json" --counter 3
device() {
    rm -rf dev
    quiet device create dev --description "$samples/two-component.json" \
        --image firmware="$samples/demo-1.0.0.bin" --version firmware=1.0.0 \
        --image boot="$samples/boot-1.bin" --version boot=1 --trust INSECURE-release.pub.pem
}
for cut in 20 60 200 400 600 op=800,tear=unstable,seed=3; do
    device
    lines 'fwdelta' install a.upd --device dev --cut $cut
    quiet boot dev
    fwdelta device show dev | grep -q 'version 1.1.0' || quiet install a.upd --device dev
    run boot dev
    quiet device dump dev firmware -o firmware.bin --force
    quiet device dump dev boot -o boot.bin --force
    expect_same firmware.bin "$samples/demo-1.1.0.bin"
    expect_same boot.bin "$samples/boot-2.bin"
done
echo "the security counter does not go back"
quiet gen "$samples/demo-1.1.0.bin" "$samples/demo-1.0.1.bin" --counter 2 --key $key -o back.upd \
    --from-version 1.1.0 --to-version 1.0.1
lines 'INSTALL|firmware:|fwdelta' install back.upd --device dev
