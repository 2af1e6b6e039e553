# Trial: an update of the other slot runs so many starts and goes back, unless it is confirmed.
. ./lib.sh
key=INSECURE-release.pem
small_images
sed 's/"policy": {/"policy": {"trial_starts": 2, /' "$samples/dual-slot.json" >trial.json
quiet gen old.bin new.bin --key $key -o a.upd --from-version 1.0.0 --to-version 1.0.1
device() {
    rm -rf dev
    quiet device create dev --description trial.json --image firmware=old.bin --version 1.0.0 \
        --trust INSECURE-release.pub.pem
}
shown() {
    lines '(^firmware|^journal|^trial)' device show dev
}

echo "nobody confirms"
device
lines '(INSTALL: 128|runs from)' install a.upd --device dev
shown
lines '(INSTALL|runs from)' boot dev
shown
lines '(INSTALL|fwdelta)' install a.upd --device dev # one more start
shown
lines '(INSTALL|runs from)' boot dev
shown
lines '(INSTALL|runs from)' boot dev

echo "what failed may be sent again, and be confirmed"
lines '(INSTALL: 128|runs from)' install a.upd --device dev
run device confirm dev
run device confirm dev
fwdelta device confirm dev --json | grep -E '"(journal|trial_starts)": [^{]'
for start in 1 2 3 4; do
    fwdelta boot dev | grep -E '(INSTALL|runs from)'
done

echo "power fails while it goes back"
device
quiet install a.upd --device dev
quiet boot dev
quiet boot dev
for at in 3 5; do
    lines 'was cut' boot dev --cut $at
    run device confirm dev
done
lines '(INSTALL|runs from)' boot dev

echo "power cut at operations of trial and return"
quiet gen old.bin new.bin --key $key -o b.upd --from-version 1.0.0 --to-version 1.0.1 --device trial.json --force
proof() {
    lines '(lost|fwdelta)' torture b.upd --image firmware=old.bin --version 1.0.0 \
        --trust INSECURE-release.pub.pem --cuts random:300 --device "$@"
}
proof trial.json
proof trial.json --unconfirmed
proof "$samples/dual-slot.json" --unconfirmed

echo "in place: the old blocks are kept"
sed 's/"policy": {/"policy": {"trial_starts": 2, /' "$samples/inplace-4k.json" >inplace.json
quiet gen old.bin new.bin --key $key -o p.upd --from-version 1.0.0 --to-version 1.0.1 --device inplace.json
rm -rf dev
quiet device create dev --description inplace.json --image firmware=old.bin --version 1.0.0 \
    --trust INSECURE-release.pub.pem
lines '(INSTALL: 128|runs from)' install p.upd --device dev
quiet boot dev
shown
for at in 4 9; do
    lines 'was cut' boot dev --cut $at
done
lines '(INSTALL|runs from)' boot dev
shown
lines '(lost|fwdelta)' torture p.upd --image firmware=old.bin --version 1.0.0 \
    --trust INSECURE-release.pub.pem --cuts random:300 --device inplace.json --unconfirmed

echo "a device without a trial"
rm -rf dev
quiet device create dev --description "$samples/dual-slot.json" --image firmware=old.bin \
    --version 1.0.0 --trust INSECURE-release.pub.pem
quiet install a.upd --device dev
run device confirm dev
run device confirm nowhere
run device confirm
