#!/bin/sh
# Images of other processors out of Debian packages, by name and version (debian.tsv).
#
#   sh bench/fetch-debian.sh [DIR]                 (default: build/corpus/debian)
#
# Uses apt-get download. What this machine's apt does not know (a version of another release of Debian)
# is left out with a sentence. Prints the pairs that are there: name, old, new, instruction set; paths
# in DIR. Exit status: 0, 1 an image has another digest than the list says, 3 nothing could be had.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-$here/../build/corpus/debian}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
temp=$(mktemp -d "$dir/fetch.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM HUP
tab=$(printf '\t')

fail() {
    echo "fetch-debian: $2" >&2
    exit "$1"
}

# unpack PACKAGE VERSION: leaves its files in $temp/PACKAGE_VERSION
unpack() {
    [ -d "$temp/$1_$2" ] && return
    [ ! -f "$temp/$1_$2.missing" ] || return 1
    mkdir "$temp/deb" "$temp/$1_$2"
    if (cd "$temp/deb" && apt-get download -q "$1=$2" && dpkg-deb -x ./*.deb "../$1_$2") >"$temp/log" 2>&1; then
        rm -r "$temp/deb"
    else
        rm -r "$temp/deb" "$temp/$1_$2"
        : >"$temp/$1_$2.missing"
        return 1
    fi
}

digest_of() {
    sha256sum <"$1" | cut -d ' ' -f 1
}

# image PACKAGE VERSION MEMBER DIGEST FILE
image() {
    if [ ! -f "$dir/$5" ]; then
        if ! unpack "$1" "$2"; then
            echo "fetch-debian: $pair is left out: apt-get cannot download $1=$2" >&2
            return 1
        fi
        cp "$temp/$1_$2/$3" "$dir/$5.new"
        mv "$dir/$5.new" "$dir/$5"
    fi
    [ "$(digest_of "$dir/$5")" = "$4" ] || fail 1 "$dir/$5 has another SHA-256 than debian.tsv says: remove it"
}

command -v apt-get >/dev/null || fail 3 "apt-get is missing; this needs Debian or a derivative"
count=0
while IFS=$tab read -r pair isa member package old old_digest new new_digest; do
    case $pair in '#'*) continue ;; esac
    if image "$package" "$old" "$member" "$old_digest" "$pair@old" </dev/null &&
        image "$package" "$new" "$member" "$new_digest" "$pair@new" </dev/null; then
        printf '%s\t%s\t%s\t%s\n' "$pair" "$pair@old" "$pair@new" "$isa"
        count=$((count + 1))
    fi
done <"$here/debian.tsv"
[ "$count" -gt 0 ] || fail 3 "no package of debian.tsv could be had"
