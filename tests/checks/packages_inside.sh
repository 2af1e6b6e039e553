#!/bin/sh
# On a bare Debian, as root, in the tree: installs the packages in build/package, uses them as the README's
# example does, and removes them again.
#
# usage: sh tests/checks/packages_inside.sh (by bare_machine.sh packages)
set -eu
packages=$PWD/build/package
readme=$PWD/README.md
temp=$(mktemp -d)
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND

fail() {
    echo "packages: $*"
    exit 1
}

quietly() {
    "$@" >"$temp/log" 2>&1 || { tail -n 20 "$temp/log"; fail "failed: $*"; }
}

# The blocks of shell commands after a title of the README, without the one that wants a token and those that
# run scripts of the tree.
block() {
    sed '/token:begin/,/token:end/d' "$readme" | sed -n "/^## $1\$/,/^## /p" |
        sed -n '/^```sh$/,/^```$/p' | sed '/^```/d; /^sh samples/d'
}

quietly apt-get update
quietly apt-get install -y --no-install-recommends "$packages"/fwdelta_*.deb
for library in curl ldap coap sqlite; do
    ! ldd /usr/bin/fwdelta | grep -q "$library" || fail "fwdelta links $library"
    [ "$(dpkg-query -W -f '${Status}\n' "*$library*" 2>/dev/null | grep -c 'ok installed')" -eq 0 ] ||
        fail "the package fwdelta brings $library"
done
status=0
fwdelta module dev >"$temp/out" 2>&1 || status=$?
[ "$status" -eq 3 ] && grep -q 'fwdelta-module is neither in .*; install the package' "$temp/out" ||
    fail "without its package 'fwdelta module' says: $(cat "$temp/out")"

quietly apt-get install -y --no-install-recommends "$packages"/*.deb
for command in $(fwdelta --help | awk '/^  [a-z]/ { print $1 }'); do
    [ -s "/usr/share/man/man1/fwdelta-$command.1" ] || fail "no manual page of $command"
done

# What the README shows, with the samples that the documents have.
cp -R /usr/share/doc/fwdelta/samples "$temp"
cd "$temp"
block 'In short' >commands
grep -c '^fwdelta' commands
sh ./commands >out 2>&1 || fail "the example ended with status $?: $(tail -n 3 out)"
grep -q '^result      no device was lost' out || { cat out && fail "the example did not end as it should"; }
fwdelta device show dev | grep -q 'version 1\.0\.1' || fail "the device does not run 1.0.1"

fwdelta module dev --tcp 27199 --json >ready &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -s ready ] && break
    sleep 0.2
done
kill "$pid" && wait "$pid" || fail "the module ended with status $?"
grep -q '"tcp": "127.0.0.1:27199"' ready || fail "the module did not say where it is"
status=0
fwdelta campaign check samples/campaign.json >out 2>&1 || status=$?
[ "$status" -le 1 ] && grep -q '^C1 ' out || fail "campaign check: $(cat out)"

names=$(for file in "$packages"/*.deb; do dpkg-deb -f "$file" Package; done)
dpkg -L $names | sort -u >files
quietly apt-get purge -y $names
while read -r file; do
    case $file in */fwdelta*) [ ! -e "$file" ] || fail "left behind: $file" ;; esac
done <files
[ -z "$(find / -xdev -path /home -prune -o -path /tmp -prune -o -path /proc -prune -o -name '*fwdelta*' -print)" ] ||
    fail "left behind: $(find / -xdev -path /home -prune -o -path /tmp -prune -o -name '*fwdelta*' -print | head -n 3)"
rm -rf "$temp"
echo "packages: installed, used and removed"
