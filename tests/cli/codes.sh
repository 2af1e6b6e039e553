# Every documented result code from its cause, as a user can try it: 'device fault' breaks the
# device, a tool breaks the package. (F1 to F30 of the acceptance set; the rows that need a package
# signed with a wrong content are in test_codes.)
. ./lib.sh
key=INSECURE-release.pem
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.0.1.bin
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --counter 3 -o a.upd
quiet gen "$old" "$new" --key INSECURE-other.pem --from-version 1.0.0 --to-version 1.0.1 -o other.upd
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --product X9 -o x9.upd
quiet gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.0.1 --name modem -o modem.upd
quiet gen --full "$new" --to-version 1.0.1 --key $key -o full.upd

# device [DESCRIPTION [IMAGE VERSION]]
device() {
    rm -rf dev
    quiet device create dev --description "${1:-$samples/inplace-4k.json}" \
        --image firmware="${2:-$old}" --version "${3:-1.0.0}" --trust INSECURE-release.pub.pem
}

# flipped FILE OFFSET OUT: a byte has another value
flipped() {
    cp "$1" "$3"
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$3" bs=1 seek="$2" conv=notrunc 2>/dev/null
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

device; fault; row F1 a.upd
fault; row F2 a.upd
device "$samples/inplace-4k.json" "$samples/demo-1.1.0.bin" 1.1.0; fault; row F3 a.upd
device; fault
flipped a.upd 0 b.upd; row F4 b.upd
size=$(wc -c <a.upd)
payload=$((size - 100))
flipped a.upd $payload b.upd; row F7 b.upd
row "F8, unknown key" other.upd
device; fault --remove keys; row F9 a.upd
device; fault
head -c $((size - 1)) a.upd >b.upd; row "F10, short" b.upd
(cat a.upd; printf '\032') >b.upd; row "F10, long" b.upd
row F11 a.upd --transport xmodem
sed 's/"ram_budget": [0-9]*/"ram_budget": 40000/' "$samples/inplace-4k.json" >small.json
device small.json; fault; row F14 a.upd
sed 's/"ram_budget": [0-9]*/"ram_budget": 4000/' "$samples/inplace-4k.json" >small.json
device small.json; fault; row F15 a.upd
device; fault --destroy partition-table; row F16 a.upd
device; fault --remove flash; row F17 a.upd
device; fault --destroy bad-block-table; row F18 a.upd
device; fault --destroy file-store; row F19 a.upd
device; fault; row F20 modem.upd
device; fault --fault program,fail,area=firmware,skip=20; row F21 a.upd
device; fault --fault program,fail,area=journal; row F22 a.upd
device; fault --fault program,silent,area=firmware,skip=20; row F23 a.upd
device; fault --hook finalization=finalize; row F24 a.upd
device; fault --hook validation=canary; row F25 a.upd
device; fault --hook validation=internal; row F26 a.upd
device; fault; row F28 full.upd
row F30 x9.upd
device; fault --flip firmware:5000; row "source flipped" a.upd
device; fault --spoil firmware:5000; row "source unreadable" a.upd
device; fault --counter firmware=4; row "older counter" a.upd

echo
echo "a way back: faults are cleared, a full package installs"
device; fault --fault program,fail,area=firmware,skip=20; row "F21 again" a.upd
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
