# What a package asks of a device besides its own images: releases of other components, and the time.
. ./lib.sh
key=INSECURE-release.pem
trust=INSECURE-release.pub.pem
two="$samples/two-component.json"
sed 's/"max_attempts": 3/"max_attempts": 3, "expiry": "refuse"/; s/"clock_hz"/"clock": "2030-01-01", "clock_hz"/' \
    "$two" >clock.json
sed 's/"2030-01-01"/"2030-02-01T00:00:00Z"/' clock.json >late.json
sed 's/"2030-01-01"/"unset"/' clock.json >unset.json
sed 's/"2030-01-01"/"noon"/' clock.json >noon.json

old="$samples/demo-1.0.0.bin"
new="$samples/demo-1.1.0.bin"
gen() {
    quiet gen "$@" --key $key --force
}
lines 'requires|not after|installs' gen "$old" "$new" --key $key --from-version 1.0.0 --to-version 1.1.0 \
    --requires 'boot>=3' --not-after 2030-01-31 -o first.upd
gen "$old" "$new" --from-version 1.0.0 --to-version 1.1.0 --release 7 --requires 'boot>=3' \
    --not-after 2030-01-31 -o firmware.upd --device "$two"
gen "$samples/boot-1.bin" "$samples/boot-2.bin" --name boot --from-version 1 --to-version 2 --release 3 -o boot.upd
gen --component firmware,from=1.0.0,to=1.1.0="$old:$new" \
    --component boot,from=1,to=2="$samples/boot-1.bin:$samples/boot-2.bin" --release 7 --release boot=4 \
    --requires 'boot>=4' --requires 'firmware>=7' -o both.upd
lines '^release' gen --component firmware="$old:$new" --component boot="$samples/boot-1.bin:$samples/boot-2.bin" \
    --key $key --release boot=4 --release 7 -o order.upd

fwdelta gen "$old" "$new" --key $key --to-version 1.1.0 --release 7 --requires 'boot>=3' --not-after 2030-01-31 \
    -o told.upd --json >told.json
python3 -c 'import json; g = json.load(open("told.json")); print(g["requires"], g["not_after"], g["components"][0]["release"])'

echo "what it states"
lines 'release|requires|after' inspect firmware.upd
lines 'release|requires|after' inspect both.upd
run reproduce firmware.upd "$old" "$new" --device "$two"

echo "whether it may be installed"
lines '^V8|result|refused' verify firmware.upd --trust $trust --at 2030-01-31
lines '^V8|result|refused' verify firmware.upd --trust $trust --at 2030-01-31T23:59:59Z --installed boot=3
lines '^V8|result|refused' verify firmware.upd --trust $trust --at 2030-02-01 --installed boot=3
lines '^V8|result|refused' verify firmware.upd --trust $trust --at 2030-01-31 --installed boot=2
lines '^V8|result|refused' verify firmware.upd --trust $trust --device clock.json --source "$old" --installed boot=3
lines '^V8|result|refused' verify firmware.upd --trust $trust --device late.json --source "$old" --installed boot=3
lines '^V8|result|refused' verify firmware.upd --trust $trust --device late.json --at 2030-01-31 --installed boot=3
lines '^V8|result|refused' verify firmware.upd --trust $trust --device unset.json --installed boot=3
lines '^V8|result|refused' verify firmware.upd --trust $trust --device "$samples/inplace-4k.json" --at 2030-01-31
lines '^V8|result|refused' verify both.upd --trust $trust

echo "on a device: what it requires first"
device() {
    rm -rf dev
    quiet device create dev --description "$1" --image firmware="$old" --version firmware=1.0.0 \
        --image boot="$samples/boot-1.bin" --version boot=1 --trust $trust
}
device clock.json
lines 'fwdelta|INSTALL' install firmware.upd --device dev
quiet install boot.upd --device dev
fwdelta install firmware.upd --device dev --cost >cost.txt
sed -n 's/^flash: .* about \(.*\) s on the device$/\1/p; s/^time  *\([0-9.]*\) s on the device: .*/\1/p' cost.txt |
    awk 'NR == 1 { about = $1 } NR == 2 && about - $1 < 0.2 && $1 - about < 0.2 { print "two sums of its time agree" }'
lines 'component|release' device show dev
device clock.json
quiet install both.upd --device dev
echo "and not too late"
for clock in late unset; do
    device $clock.json
    quiet install boot.upd --device dev
    lines 'fwdelta|INSTALL' install firmware.upd --device dev
done

echo "what can never be"
run gen "$old" "$new" --key $key --requires 'modem>=1' --device "$two" -o no.upd
run gen "$old" "$new" --key $key --release 2 --requires 'firmware>=3' -o no.upd
run gen "$old" "$new" --key $key --requires 'boot>3' -o no.upd
run gen "$old" "$new" --key $key --requires 'boot>=0' -o no.upd
run gen "$old" "$new" --key $key --requires 'boot>=1' --requires 'boot>=2' -o no.upd
run gen "$old" "$new" --key $key --release 0 -o no.upd
run gen "$old" "$new" --key $key --release boot=1 -o no.upd
run gen "$old" "$new" --key $key --release 1 --release 2 -o no.upd
run gen "$old" "$new" --key $key --release 1 --release firmware=2 --release firmware=3 -o no.upd
run gen "$old" "$new" --key $key --not-after 2030-02-30 -o no.upd
run gen "$old" "$new" --key $key --not-after tomorrow -o no.upd
lines 'note: --not-after' gen "$old" "$new" --key $key --to-version 2 --not-after 2020-02-29 -o late.upd
run verify firmware.upd --trust $trust --at noon
run verify firmware.upd --trust $trust --installed boot
run verify firmware.upd --trust $trust --installed boot=x
run verify firmware.upd --trust $trust --installed 'boot>=3'
run verify firmware.upd --trust $trust --installed =3
run verify firmware.upd --trust $trust --installed boot=2 --installed boot=3
run device create no --description noon.json --trust $trust
[ ! -e no.upd ] && [ ! -e no ] && echo "nothing was written"
