#!/bin/sh
# module/README.md takes a reader to a completed update: its commands run as they stand, its transcript is
# what they say, and the sample host application breaks no rule, for each family that has one.
#
# usage: sh tests/check_module_page.sh PROGRAM
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
temp=$(mktemp -d)
page=$root/module/README.md

# The modules are children of the shells below; each is in a group that ends with its file of ids.
stop_all() {
    for id in $(cat "$temp"/*.id 2>/dev/null); do
        kill "$id" 2>/dev/null || true
    done
    rm -rf "$temp"
}
trap stop_all EXIT
trap 'exit 1' INT TERM HUP

mkdir "$temp/bin"
ln -s "$program" "$temp/bin/fwdelta"
ln -s "$root/samples" "$temp/samples"
PATH=$temp/bin:$PATH
export PATH
cd "$temp"

# block LABEL: the lines of the page's fenced blocks with this label.
block() {
    awk -v label="$1" '$0 == "```" { on = 0 } on { print } $0 == "```" label { on = 1 }' "$page"
}

# A module in the background is noted, and its ports are waited for.
with_ids() {
    sed 's|^fwdelta module \([a-z0-9]*\) .*&$|& echo $! >$!.id; while [ ! -e \1/tty ]; do sleep 0.1; done|'
}

# Progress may be told in other steps; an IMEI is made for each device.
comparable() {
    grep -vE '^\.\.\.$|\+UFWPREVAL: [0-9]|\+UUFWINSTALL: ([2-9]|[1-9][0-9])$' |
        sed -E 's/IMEI: [0-9]{15}/IMEI: N/'
}

fail() {
    echo "check_module_page: $1"
    exit 1
}

block 'sh page' | with_ids >commands.sh
sh -e commands.sh >said 2>problems || {
    cat said problems
    fail 'the commands of the page do not run'
}
block 'text transcript' | comparable >expected
comparable <said | grep -E '^[<>] ' >found
diff -u expected found || fail 'the transcript of the page is not what was said'
grep -q '^LARA-R6001-01B now runs 1.1.0$' said || fail 'the host application did not update'
status=0
fwdelta module log-check dev.log >checked 2>&1 || status=$?
[ "$status" -eq 1 ] && grep -q '^H11 *BROKEN' checked || fail 'log-check did not find H11 broken'

# The sample host application with the other families; a second run finds nothing to do.
update_one() {
    fwdelta device create "$1" --description samples/devices/inplace-4k.json \
        --image firmware=samples/images/demo-1.0.0.bin --version 1.0.0 --trust release.pub.pem \
        >/dev/null
    fwdelta module "$1" --profile "$1" --time-scale 1000 --log "$1.json" >/dev/null &
    echo $! >"$1.id"
    while [ ! -e "$1/tty" ]; do sleep 0.1; done
    ./update_host "$1/tty" update.upd 1.1.0 "$1.state" "$1.log" >"$1.said" ||
        fail "the host application did not update $1"
    for log in "$1.json" "$1.log"; do
        fwdelta module log-check "$log" >"$1.checked" 2>&1 || {
            cat "$1.checked"
            fail "the host application breaks a rule with $1"
        }
    done
    [ ! -e "$1.state" ] || fail "$1: the host still remembers the package"
    ./update_host "$1/tty" update.upd 1.1.0 "$1.state" "$1.again" >>"$1.said"
    ! grep -q UFWINSTALL "$1.again" || fail "$1 was updated twice"
    touch "$1.good"
}

families='sara-r4 sara-r5 lara-l6'
workers=
for family in $families; do
    update_one "$family" &
    workers="$workers $!"
done
wait $workers
for family in $families; do
    [ -e "$family.good" ] || fail "see above: $family"
done
echo "the page's commands run; 4 modules were updated by the sample host application"
