#!/bin/sh
# A key is stolen: it is replaced, retired and revoked, and the device runs all the time.
#
# usage: sh samples/stolen_key.sh FWDELTA FOLDER
#
# FWDELTA: the program; FOLDER: an empty folder, for everything that is made.
set -eu

[ $# -eq 2 ] || {
    echo "usage: sh samples/stolen_key.sh FWDELTA FOLDER" >&2
    exit 2
}
samples=$(cd "$(dirname "$0")" && pwd)
fwdelta=$(realpath "$1")
cd "$2"

title() {
    printf '\n== %s\n\n' "$1"
}

# expect STATUS ARGUMENTS...: shows and runs a command of fwdelta, which must end with that status.
expect() {
    wanted=$1
    shift
    echo "\$ fwdelta $*"
    status=0
    "$fwdelta" "$@" >output 2>&1 || status=$?
    tail -n 6 output | sed 's/^/    /'
    [ "$status" -eq "$wanted" ] || {
        echo "stolen_key: the command above ended with status $status, expected was $wanted" >&2
        exit 1
    }
}

says() {
    grep -q "$1" output || {
        echo "stolen_key: the output above does not say '$1'" >&2
        exit 1
    }
}

title "Three keys in three hands; two of them sign"
for key in a b c d; do
    expect 0 keygen -o $key.pem
done
expect 0 trust create --trust a.pub.pem --trust b.pub.pem --trust c.pub.pem --threshold 2 -o keys-1.fwt

title "A device that has them built in; an area for the sets to come"
sed 's/"system": {/"trust": {"blocks": [{"size": 4096, "count": 2}]}, "system": {/' \
    "$samples/devices/inplace-4k.json" >device.json
expect 0 device create dev --description device.json --image "firmware=$samples/images/demo-1.0.0.bin" \
    --version 1.0.0 --trust keys-1.fwt

title "A release by the keys a and b"
expect 0 gen "$samples/images/demo-1.0.0.bin" "$samples/images/demo-1.0.1.bin" --key a.pem --key b.pem \
    --from-version 1.0.0 --to-version 1.0.1 -o release.upd
expect 0 install release.upd --device dev

title "Key a is stolen. b and c sign the next set, in which d takes its place; power fails once"
expect 0 trust update keys-1.fwt --trust b.pub.pem --trust c.pub.pem --trust d.pub.pem --key b.pem --key c.pem \
    -o keys-2.fwt
expect 0 trust show keys-2.fwt --built-in keys-1.fwt
expect 4 device trust dev keys-2.fwt --cut 3
expect 0 device trust dev keys-2.fwt
says retired

title "The firmware that a signed runs on; the thief, who has b as well, installs nothing"
expect 0 boot dev
says 1.0.1
expect 0 gen --full "$samples/images/demo-1.0.0.bin" --key a.pem --key b.pem --to-version 6.6.6 -o thief.upd
expect 1 install thief.upd --command full --device dev
says too-few-signatures
expect 1 device trust dev keys-1.fwt
says trust-old

title "A release by the new keys: from now on what a signed does not even start"
expect 0 gen "$samples/images/demo-1.0.1.bin" "$samples/images/demo-1.0.0.bin" --key c.pem --key d.pem \
    --from-version 1.0.1 --to-version 1.0.2 -o next.upd
expect 0 install next.upd --device dev
expect 0 boot dev
says 1.0.2
expect 0 device show dev
says revoked
printf '\nThe stolen key is worth nothing any more.\n'
