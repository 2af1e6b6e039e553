#!/bin/sh
# module/README.md takes a reader to a completed update: its commands run as they stand, its transcript is
# what they say, and the sample host application breaks no rule, for each family that has one.
#
# usage: sh tests/checks/check_module_page.sh PROGRAM
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
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

# A module in the background is noted, and waited for until it hears.
with_ids() {
    sed 's|^fwdelta module \([a-z0-9]*\) .*&$|& echo $! >$!.id; until grep -qs normal \1.log; do kill -0 $!; sleep 0.1; done|'
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

# start_module NAME PROFILE [OPTION...]: a device of its own.
start_module() {
    name=$1
    profile=$2
    shift 2
    [ -d "$name" ] || fwdelta device create "$name" \
        --description samples/devices/inplace-4k.json --version 1.0.0 \
        --image firmware=samples/images/demo-1.0.0.bin --trust release.pub.pem >/dev/null
    fwdelta module "$name" --profile "$profile" --time-scale 1000 --log "$name.json" "$@" \
        >/dev/null &
    echo $! >"$name.id"
    while [ ! -e "$name/tty" ]; do
        kill -0 $! 2>/dev/null || fail "the module $name ended at once"
        sleep 0.1
    done
}

stop_module() {
    kill "$(cat "$1.id")" 2>/dev/null || true
    wait "$(cat "$1.id")" 2>/dev/null || true
    rm "$1.id"
}

keeps_the_rules() {
    for log in "$1.json" "$1.log"; do
        fwdelta module log-check "$log" >"$1.checked" 2>&1 || {
            cat "$1.checked"
            fail "the host application breaks a rule with $1"
        }
    done
}

# update_one PROFILE OPTION: the sample host application with another family, or another way in; a
# second run finds nothing to do.
update_one() {
    one=$1$2
    package=full.upd
    if [ -z "$2" ] || [ "$1" = sara-r4 ]; then package=update.upd; fi
    start_module "$one" "$1"
    ./update_host $2 "$one/tty" $package 1.1.0 "$one.state" "$one.log" >"$one.said" ||
        fail "the host application did not update $one"
    keeps_the_rules "$one"
    [ ! -e "$one.state" ] || fail "$one: the host still remembers the package"
    ./update_host $2 "$one/tty" $package 1.1.0 "$one.state" "$one.again" >>"$one.said"
    ! grep -qE 'UFWINSTALL|UFWUPD|UDWNFILE' "$one.again" || fail "$one was updated twice"
    stop_module "$one"
    touch "$one.good"
}

# A SARA-R5 that loses its power while it installs what came by Xmodem wants the file again.
update_interrupted() {
    start_module interrupted sara-r5 --cut 500
    ./update_host -k interrupted/tty full.upd 1.1.0 r5.state r5.log >r5.said 2>&1 &
    host=$!
    wait "$(cat interrupted.id)" 2>/dev/null || true
    kill $host 2>/dev/null || true
    wait $host 2>/dev/null || true
    start_module interrupted sara-r5
    ! ./update_host interrupted/tty update.upd 1.1.0 r5.state r5.log >r5.said 2>r5.refused ||
        fail 'a package by +UDWNFILE was taken by a SARA-R5 without firmware'
    grep -q 'full package by Xmodem' r5.refused || fail 'the host does not say what is wanted'
    ./update_host -k interrupted/tty full.upd 1.1.0 r5.state interrupted.log >r5.said ||
        fail 'the host application did not bring the file again'
    grep -q '^the module wants its firmware$' r5.said || fail 'SARA-R5 did not want its file'
    grep -q 'now runs 1.1.0' r5.said || fail 'SARA-R5 does not run 1.1.0'
    stop_module interrupted
    touch interrupted.good
}

workers=
ways='sara-r4: sara-r4:-x sara-r4:-k sara-r5: sara-r5:-x sara-r5:-k lara-l6: lara-r6-01b:-x
    lara-r6-00b:-k'
for way in $ways; do
    update_one "${way%%:*}" "${way#*:}" &
    workers="$workers $!"
done
update_interrupted &
workers="$workers $!"
wait $workers
for way in $ways interrupted:; do
    [ -e "${way%%:*}${way#*:}.good" ] || fail "see above: ${way%%:*} ${way#*:}"
done
echo "the page's commands run; 12 modules were updated by the sample host application"
