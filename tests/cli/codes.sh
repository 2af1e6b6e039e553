# What 'device fault' breaks beside the rows of samples/result_codes.sh, the way back, and misuse.
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.0.1.bin
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --counter 3 -o a.upd
quiet gen "$old" "$new" --key INSECURE-other.pem --from-version 1.0.0 --to-version 1.0.1 -o other.upd
quiet gen --full "$new" --to-version 1.0.1 --key $key -o full.upd

# device [POLICY]
device() {
    rm -rf dev
    sed "s/\"policy\": {/&${1:-}/" "$samples/inplace-4k.json" >device.json
    quiet device create dev --description device.json --image firmware="$old" \
        --version 1.0.0 --trust INSECURE-release.pub.pem
}

# row NAME PACKAGE [OPTIONS]: the code, where it is told, what runs afterwards; boots until it ends
row() {
    name=$1
    shift
    fwdelta install "$@" --device dev --json >.out 2>.err || true
    starts=0
    while grep -q '"next": "resume"' .out && [ $starts -lt 5 ]; do
        fwdelta boot dev --json >.out 2>.err || true
        starts=$((starts + 1))
    done
    code=$(sed -n 's/^ *"code": \([0-9]*\).*/\1/p' .out)
    reason=$(sed -n 's/^ *"reason": "\(.*\)",/\1/p' .out)
    where=$(sed -n 's/^ *"\(port\|baud\)": \([0-9]*\).*/\2/p' .out | tr '\n' ' ')
    next=$(sed -n 's/^ *"next": "*\([a-z]*\)"*,*/\1/p' .out)
    version=$(sed -n 's/^ *"version": "\(.*\)"/\1/p' .out)
    echo "$name: $code $reason; port and speed $where; next: $next${version:+, version $version}"
}

fault() {
    quiet device fault dev --channel 3:57600 "$@"
}

device; fault; row "a key that is not known" other.upd
device; fault --flip firmware:5000; row "source flipped" a.upd
device; fault --spoil firmware:5000; row "source unreadable" a.upd
device; fault --fault read,fail,area=firmware,start=1; row "source unreadable at one start" a.upd
row "and then again" a.upd
device; fault --counter firmware=4; row "older counter" a.upd
device; fault --counter firmware=3; row "equal counter" a.upd
device '"refuse_downgrade": true, '; fault --counter firmware=3; row "equal counter, refused" a.upd
device '"refuse_downgrade": true, '; fault --counter firmware=2; row "higher counter" a.upd

echo
echo "a way back: faults are cleared, a full package installs"
device; fault --fault program,fail,area=firmware,skip=20; row "a program that fails" a.upd
quiet device fault dev --clear
row "full package" full.upd --command full

echo
echo "misuse"
device
run device fault dev --hook somewhere=internal
run device fault dev --fault program,area=nowhere
run device fault dev --flip firmware:99999999
run device fault dev --destroy everything
run device fault dev --counter radio=1
run device fault dev --remove everything
cp dev/flash.img flash.img
quiet device show dev
cp .out show.txt
run device fault dev --hook finalization=finalize --flip firmware:0 --spoil firmware:9 --remove flash --remove everything
expect_same dev/flash.img flash.img
quiet device show dev
expect_same .out show.txt
