# Files that belong together: all of them appear, or none.
. ./lib.sh
key=INSECURE-release.pem
trust=INSECURE-release.pub.pem
small_images
quiet gen old.bin new.bin --key $key --from-version 1 --to-version 2 --device "$samples/inplace-4k.json" -o a.upd
quiet export-bsdiff40 a.upd old.bin -o patch
quiet device create dev --description "$samples/inplace-4k.json" --image firmware=old.bin --version 1 --trust $trust
on="--device $samples/inplace-4k.json --image firmware=old.bin --version 1 --trust $trust"
cuts="--cuts random:3"
mkdir new

# check COMMAND...: its status, and what it has left in the folder new.
check() {
    fwdelta "$@" >.out 2>.err
    echo "$1 [$?] $(ls -A new)" | stable
    grep -q 'cannot be written' .err || cat .err
}

# Nobody can make a file in /proc; root is told so only when it tries.
nowhere=/proc/fwdelta-of-a-test
echo "== the last one cannot be made"
check gen old.bin new.bin --key $key -o new/a --sbom new/b --provenance $nowhere
check import-bsdiff40 old.bin patch --key $key -o new/a --provenance new/b --sbom $nowhere
check prove a.upd $on --key $key $cuts -o new/a --html $nowhere
check torture a.upd $on $cuts --report new/a --junit new/b --sarif $nowhere
check verify a.upd --trust $trust --junit new/a --sarif $nowhere
check detach a.upd --sig new/a -o $nowhere

echo "== there is no room for the last one"
head -c 3000 old.bin >tiny-old.bin
head -c 3000 new.bin >tiny-new.bin
# full BLOCKS COMMAND...: no file may have more than so many blocks of 512 bytes
full() {
    (
        trap '' XFSZ
        ulimit -f $1
        shift
        check "$@"
    )
}
full 2 gen tiny-old.bin tiny-new.bin --key $key -o new/a --sbom new/b --provenance new/c
full 100 prove a.upd $on --key $key $cuts -o new/a --html new/b

echo "== what was there stays"
echo old >new/a
echo old >new/b
full 2 gen tiny-old.bin tiny-new.bin --key $key -o new/a --sbom new/b --force
cat new/a new/b
check gen old.bin new.bin --key $key -o new/c --sbom new/b
rm new/*

echo "== killed at some moment: who finds the package finds the files beside it"
begin=$(date +%s%N)
quiet gen old.bin new.bin --key $key -o new/a.upd --sbom new/a.json --provenance new/a.intoto.json
took=$((($(date +%s%N) - begin) / 1000))
for part in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    rm -f new/*
    fwdelta gen old.bin new.bin --key $key -o new/a.upd --sbom new/a.json --provenance new/a.intoto.json \
        >/dev/null 2>&1 &
    pid=$!
    sleep "$(awk "BEGIN { printf \"%.6f\", $took * (0.5 + $part / 40) / 1000000 }")"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null || true
    if [ -e new/a.upd ]; then
        digest=$(sha256sum new/a.upd | cut -c 1-64)
        grep -q "$digest" new/a.json && grep -q "$digest" new/a.intoto.json || echo "part $part: $(ls -A new)"
    fi
    ls -A new | grep -v '^a\.'
done
leftovers
