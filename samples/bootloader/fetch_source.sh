#!/bin/sh
# Fetches the source of a Debian package as this machine's own package sources have it, checked as apt checks
# it, and unpacks it with Debian's patches. Needs no root and leaves apt's own state alone.
#
# usage: sh fetch_source.sh PACKAGE FOLDER         (FOLDER becomes the source; nothing is done when it is there)
#
# exit status: 0, 3 it cannot be fetched
set -eu

package=$1
folder=$2
[ ! -d "$folder" ] || exit 0
command -v apt-get >/dev/null || {
    echo "fetch_source: this is no Debian or Ubuntu; unpack the source of $package as $folder" >&2
    exit 3
}
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$(dirname "$folder")/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The machine's sources, as sources of source packages.
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/parts" "$work/source"
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -f "$list" ] || sed -n 's/^deb /deb-src /p' "$list" >"$work/parts/$(basename "$list" .list).list"
done
for list in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"$work/parts/$(basename "$list")"
done
apt() {
    (cd "$work/source" && apt-get -q -o Dir::State::Lists="$work/lists" -o Dir::Etc::SourceList=/dev/null \
        -o Dir::Etc::SourceParts="$work/parts" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@" \
        >"$work/log" 2>&1)
}
if ! apt update || ! apt source --only-source "$package"; then
    tail -n 5 "$work/log" >&2
    echo "fetch_source: the source package of $package cannot be fetched; see above, or unpack it by hand as" \
        "$folder" >&2
    exit 3
fi
mv "$(find "$work/source" -mindepth 1 -maxdepth 1 -type d)" "$folder"
