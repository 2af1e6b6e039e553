# Every command has --json, and what it prints then follows its schema (run_case.sh compares).
. ./lib.sh
key=INSECURE-release.pem
trust=INSECURE-release.pub.pem
for command in $(fwdelta --help | awk '/^  [a-z]/ { print $1 }'); do
    fwdelta "$command" --help | grep -q -e '--json' || echo "$command has no --json"
done
schema() {
    fwdelta "$@" --json >.out 2>.err || { [ $? -eq 1 ] && [ -s .out ]; } || cat .err
    sed -n 's/^ *"schema": "\(.*\)",/\1/p' .out | sort -u
}
small_images
schema keygen -o new.pem
schema keys show $key new.pub.pem
schema keys export $key --format der -o key.der
schema gen old.bin new.bin --key $key --from-version 1 --to-version 2 --device "$samples/inplace-4k.json" \
    --product demo --hardware 1-2 --counter 3 --timestamp -o a.upd
schema gen old.bin new.bin --key $key --codec lite --from-version 1 --to-version 2 -o lite.upd
schema inspect lite.upd
schema gen --full new.bin --unsigned --to-version 2 -o full.upd
schema gen --full new.bin --key $key --to-version 2 --product demo -o full-signed.upd
schema inspect a.upd --source old.bin
schema inspect full.upd
schema verify a.upd --trust $trust --source old.bin --target new.bin --device "$samples/inplace-4k.json"
schema verify a.upd --trust new.pub.pem
schema sign a.upd --key new.pem -o twice.upd
schema tbs full.upd -o tbs.bin
schema tbs full.upd --digest sha256 -o tbs.sha256
openssl pkeyutl -sign -inkey $key -rawin -in tbs.bin -out sig 2>/dev/null
schema attach full.upd --sig sig --pub $trust
schema detach full.upd --sig sig2
schema export-bsdiff40 a.upd old.bin -o patch
schema import-bsdiff40 old.bin patch --key $key --to-version 2 -o again.upd
schema device create dev --description "$samples/inplace-4k.json" --image firmware=old.bin --version 1 \
    --trust $trust
schema device factory fac --description "$samples/inplace-4k.json" --package full-signed.upd --trust $trust
schema device create dev2 --factory fac
schema device show dev
schema device fault dev --hook finalization=finalize
schema device fault dev --clear
schema install a.upd --device dev --cut 300
schema boot dev
schema device dump dev firmware -o dump.bin
schema torture a.upd --device "$samples/inplace-4k.json" --image firmware=old.bin --version 1 \
    --trust $trust --cuts random:5
schema prove a.upd --device "$samples/inplace-4k.json" --image firmware=old.bin --version 1 \
    --trust $trust --key new.pem --cuts random:5
sed 's/"system": {/"trust": {"blocks": [{"size": 4096, "count": 2}]}, "system": {/' \
    "$samples/inplace-4k.json" >keys.json
quiet trust create --trust new.pub.pem -o 1.fwt
quiet trust update 1.fwt --trust new.pub.pem --trust $trust --key new.pem -o 2.fwt
schema prove 2.fwt --device keys.json --image firmware=old.bin --version 1 --trust 1.fwt --key new.pem --cuts random:5
schema torture 2.fwt --device keys.json --image firmware=old.bin --version 1 --trust 1.fwt --cuts random:5
quiet gen old.bin new.bin --key $key --to-version 2 --from-version 1 --release 2 --requires 'modem>=3' \
    --not-after 2099-12-31 -o conditions.upd
schema inspect conditions.upd
schema verify conditions.upd --trust $trust --installed modem=3
schema reproduce a.upd old.bin new.bin --device "$samples/inplace-4k.json"
schema explain
schema explain 128
schema explain ok
printf '%s\n' '1.0 > AT+UDWNFILE=,12300,"FOAT"' '17.0 < >' '30.0 < OK' '31.0 > AT+UFWINSTALL' '31.1 < OK' >log
schema module log-check log

echo "a module that is told by TCP where it is"
# the program itself: what stands for it in tests would be in the way of the signal
"$samples/../real/fwdelta" module dev --tcp 18734 --json >ready.json 2>module.err &
pid=$!
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -s ready.json ] && break
    sleep 0.1
done
kill -TERM $pid
wait $pid
echo "[$?]"
cat module.err
grep -E '"(schema|tcp)"' ready.json
cp ready.json "$samples/../json/ready"
