#!/bin/sh
# From two firmware images to an updated device, with the power cut in the middle.
#
# usage: sh samples/walkthrough.sh [--program FWDELTA --folder DIR]
#
# Installs what is missing (Debian / Ubuntu packages, as root or with sudo), builds fwdelta, and then
# shows each command that it runs. Everything it makes is in build/walkthrough; it can be run again.
# With --program nothing is installed or built, and everything is made in DIR, an empty folder.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/build/walkthrough
fwdelta=$root/build/release/fwdelta
old=demo-1.0.0.bin
new=demo-1.0.1.bin
step=0
given=

if [ "${1:-}" = --program ] && [ "${3:-}" = --folder ] && [ $# -eq 4 ]; then
    fwdelta=$(realpath "$2")
    work=$4
    given=1
elif [ $# -gt 0 ]; then
    echo "usage: sh samples/walkthrough.sh [--program FWDELTA --folder DIR]" >&2
    exit 2
fi

title() {
    step=$((step + 1))
    printf '\n== %d. %s\n\n' "$step" "$1"
}

stop() {
    echo "walkthrough: $1" >&2
    exit 1
}

# Long output: the first and the last lines.
abridge() {
    awk '{ line[NR] = $0 }
        END {
            for (i = 1; i <= NR; i++) {
                if (NR > 24 && i == 9) { printf "    ... %d lines ...\n", NR - 20; i = NR - 11 }
                print line[i] == "" ? "" : "    " line[i]
            }
        }'
}

# expect STATUS ARGUMENTS...: shows and runs a command of fwdelta, which must end with that status.
expect() {
    wanted=$1
    shift
    echo "\$ fwdelta $*"
    status=0
    "$fwdelta" "$@" >output 2>&1 || status=$?
    abridge <output
    [ "$status" -eq "$wanted" ] ||
        stop "the command above ended with status $status, expected was $wanted"
}

shows() {
    grep -q -e "$1" output || stop "the output above should have said '$1'"
}

build() {
    mkdir -p "$work"
    cd "$root"
    cmake --preset release -DBUILD_TESTING=OFF >"$work/build.log" 2>&1 &&
        cmake --build --preset release -j "$(nproc)" --target fwdelta >>"$work/build.log" 2>&1 || {
        tail -n 30 "$work/build.log" >&2
        stop "fwdelta did not build; the messages above are the end of $work/build.log"
    }
    echo "built ${fwdelta#"$root"/}: $("$fwdelta" --version)"
}

number_of() {
    sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" "$2" | head -n 1
}

# A power cut somewhere in the middle of the installation: how many flash operations it has is
# counted on a copy of the device.
operation_to_cut() {
    rm -rf copy
    cp -R "$1" copy
    "$fwdelta" install update.upd --device copy --json >count.json ||
        stop "the package does not install on a copy of the device"
    erases=$(number_of erases count.json)
    programs=$(number_of programs count.json)
    rm -rf copy
    [ -n "$erases" ] && [ -n "$programs" ] ||
        stop "'fwdelta install --json' did not tell how many flash operations there were"
    operations=$((erases + programs))
    cut=$((operations * 2 / 3))
}

install_with_power_cut() {
    expect 0 device create "$1" --description "$1.json" --image "firmware=$old" \
        --version 1.0.0 --trust release.pub.pem
    operation_to_cut "$1"
    printf '\nThe installation takes %d flash operations. Power fails at operation %d:\n\n' \
        "$operations" "$cut"
    expect 4 install update.upd --device "$1" --cut "$cut"
    [ "$1" != inplace-4k ] || shows 'UFWINSTALL: '
    printf '\nPower is back. The device goes on where it was:\n\n'
    expect 0 boot "$1"
    shows ': 128'
    shows '1\.0\.1'
    expect 0 device show "$1"
    expect 0 device dump "$1" firmware -o "$1.bin"
    cmp -s "$1.bin" "$new" || stop "the image in device '$1' is not $new"
    printf '\nWhat device '\''%s'\'' holds is demo-1.0.1.bin, byte for byte.\n' "$1"
}

size_of() {
    wc -c <"$1"
}

# row FROM TO: package, full package and Debian's bsdiff of the same two images.
row() {
    from=demo-$1.bin
    to=demo-$2.bin
    "$fwdelta" gen "$from" "$to" -o row.upd --force --key release.pem --from-version "$1" \
        --to-version "$2" --product demo >output 2>&1 || stop "gen failed: $(cat output)"
    "$fwdelta" gen --full "$to" -o full.upd --force --key release.pem --to-version "$2" \
        --product demo >output 2>&1 || stop "gen --full failed: $(cat output)"
    patch=-
    if command -v bsdiff >/dev/null 2>&1; then
        bsdiff "$from" "$to" row.bsdiff
        patch=$(size_of row.bsdiff)
    fi
    printf '    %-16s %9d %13d %12s %14d\n' "$1 -> $2" "$(size_of "$to")" "$(size_of full.upd)" \
        "$patch" "$(size_of row.upd)"
}

printf 'fwdelta: two firmware images become a signed package, which updates a simulated device.\n'
if [ -z "$given" ]; then
    title 'Build'
    sh "$root/tests/install_packages.sh" build
    build
    rm -rf "$work"/*
    printf 'Everything below happens in build/walkthrough.\n'
fi
cd "$work"
cp "$root"/samples/images/demo-*.bin "$root"/samples/devices/*.json .

title 'A key to sign with'
expect 0 keygen -o release.pem

title 'A signed package: the difference between version 1.0.0 and 1.0.1'
expect 0 gen "$old" "$new" -o update.upd --key release.pem --from-version 1.0.0 \
    --to-version 1.0.1 --product demo --device inplace-4k.json

title 'What is in it'
expect 0 inspect update.upd

title 'Is it right? Checked with the public key and the images, as a device would'
expect 0 verify update.upd --trust release.pub.pem --source "$old" --target "$new" \
    --device inplace-4k.json

title 'A device that is updated in place (4 KiB erase blocks), and a power cut'
install_with_power_cut inplace-4k

title 'The same package on a device with two slots, and a power cut'
install_with_power_cut dual-slot

# A release that never says that it is well: after two starts the device goes back by itself.
goes_back() {
    sed 's/"policy": {/"policy": {"trial_starts": 2, /' "$1.json" >"$1-trial.json"
    expect 0 gen "$old" "$new" -o trial.upd --force --key release.pem --from-version 1.0.0 \
        --to-version 1.0.1 --product demo --device "$1-trial.json"
    rm -rf dev-trial
    expect 0 device create dev-trial --description "$1-trial.json" --image firmware="$old" \
        --version 1.0.0 --trust release.pub.pem
    expect 0 install trial.upd --device dev-trial
    shows 'version 1.0.1 runs'
    expect 0 boot dev-trial
    expect 0 boot dev-trial
    expect 1 boot dev-trial
    shows 'UUFWINSTALL: 224'
    "$fwdelta" device dump dev-trial firmware -o back.bin --force >output 2>&1 &&
        cmp "$old" back.bin || stop 'the old firmware is not back'
    printf '    the device has the bytes of 1.0.0 again\n'
}

title 'A bad release on a device with two slots: nobody confirms it, and it goes back by itself'
goes_back dual-slot

title 'The same in place: the old blocks are kept until it is confirmed'
goes_back inplace-4k
expect 0 install trial.upd --device dev-trial
expect 0 device confirm dev-trial
expect 0 boot dev-trial
shows 'version 1.0.1 runs'

title 'What the code means'
expect 0 explain 128

title 'Sizes in bytes'
printf '    %-16s %9s %13s %12s %14s\n' update image 'full package' 'bsdiff 4.3' 'delta package'
row 1.0.0 1.0.1
row 1.0.1 1.1.0
row 1.0.0 1.1.0
printf '\n    Packages have a signature, digests and versions (about 300 bytes); a bsdiff patch has none.\n'
printf '\nDone: both devices run 1.0.1. Next: fwdelta --help, and sh tests/run.sh\n'
