# R5: a root-of-trust file is a component like others; a delta and a full package replace it.
. ./lib.sh
key=INSECURE-release.pem
small_images
sed -e 's/"resumer": "boot"/"resumer": "immutable"/' -e 's/"name": "boot"/"name": "rot"/' \
    -e 's/"role": "boot"/"role": "rot"/' -e 's/lara-r6-01b/sara-r5/' \
    "$samples/two-component.json" >rot.json
printf '\001oot of trust, first' >rot-1.bin
printf '\001oot of trust, second' >rot-2.bin
for full in '' --full; do
    rm -rf dev
    quiet gen old.bin new.bin $full --key $key --from-version 1.0 --to-version 1.1 -f -o a.upd \
        --component rot,role=rot,from=1,to=2=rot-1.bin:rot-2.bin
    quiet device create dev --description rot.json --image firmware=old.bin --image rot=rot-1.bin \
        --version firmware=1.0 --version rot=1 --trust INSECURE-release.pub.pem
    lines 'UPD: 128|INSTALL: 128|rot' install a.upd --device dev --command any
    quiet device dump dev rot -o rot.bin -f
    expect_same rot.bin rot-2.bin
done
