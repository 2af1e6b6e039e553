#!/bin/sh
# Installs what is missing of the Debian / Ubuntu packages of some groups of packages.txt.
#
# usage: sh tests/install_packages.sh GROUP...
#
# Says one line when it installs, nothing when everything is there. Asks nothing. On a system
# without apt it only names what is needed: the build says soon enough what is missing.
#
# exit status: 0 all there, 2 misuse, 3 something could not be installed
set -eu

list=$(cd "$(dirname "$0")" && pwd)/packages.txt
log=$(mktemp)
trap 'rm -f "$log"' EXIT

wanted() {
    for group; do
        found=$(sed -n "s/^$group \([^ ]*\).*/\1/p" "$list")
        if [ -z "$found" ]; then
            echo "install_packages: there is no group '$group' in $list" >&2
            exit 2
        fi
        echo "$found"
    done
}

is_there() {
    program=$(sed -n "s/^[a-z]* $1 //p" "$list" | head -n 1)
    if [ -n "$program" ] && command -v "$program" >/dev/null 2>&1; then
        return 0
    fi
    dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q '^install ok installed$'
}

missing() {
    for package; do
        is_there "$package" || echo "$package"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

install() {
    as_root apt-get install -y -q --no-install-recommends "$@" >"$log" 2>&1 </dev/null
}

# What this release of Debian or Ubuntu has under that name. The others are named: what is really missing
# then, the build says.
known() {
    for package; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            echo "$package"
        else
            echo "install_packages: there is no package $package here; going on without it" >&2
        fi
    done
}

# Lists that are older than the mirror name files that are gone: only then are they fetched.
install_with_update() {
    if install "$@"; then
        return 0
    fi
    as_root apt-get update -q >"$log" 2>&1 </dev/null || return 1
    there=$(known "$@")
    [ -z "$there" ] || install $there
}

packages=$(wanted "$@")
if ! command -v apt-get >/dev/null 2>&1; then
    echo "install_packages: this is no Debian or Ubuntu; needed are the equivalents of:" $packages
    exit 0
fi
absent=$(missing $packages)
if [ -z "$absent" ]; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
    echo "install_packages: packages are missing, and installing them needs root or sudo; as root run:" \
        apt-get install $absent >&2
    exit 3
fi
echo "Installing with apt-get:" $absent
if ! install_with_update $absent; then
    tail -n 5 "$log" >&2
    echo "install_packages: apt-get could not install the packages above; install them and run" \
        "this again" >&2
    exit 3
fi
