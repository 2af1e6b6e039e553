# shellcheck shell=sh disable=SC2034
# Other delta tools, as bench/run.sh calls them (sourced). A peer is TOOL:SETTING; its settings are
# those that made the smallest patches of these images. What is not on PATH is left out.

peer_list='bsdiff:default xdelta3:lzma zstd:ultra-22 hdiffz:lzma hdiffz:SD-lzma detools:lzma
    detools:cortex-m4'

peer_is_there() {
    case $1 in
    bsdiff:*) command -v bsdiff && command -v bspatch ;;
    hdiffz:*) command -v hdiffz && command -v hpatchz ;;
    *) command -v "${1%%:*}" ;;
    esac >/dev/null
}

# The two functions below leave the command in the arguments of `costs` (run.sh).

# peer_make PEER OLD NEW PATCH
peer_make() {
    case $1 in
    bsdiff:*) costs bsdiff "$2" "$3" "$4" ;;
    xdelta3:*) costs xdelta3 -9 -S lzma -A -I 0 -B 67108864 -W 16777216 -e -f -s "$2" "$3" "$4" ;;
    zstd:*) costs zstd -q -f --ultra -22 --long=31 --patch-from="$2" "$3" -o "$4" ;;
    hdiffz:lzma) costs hdiffz -f -m-1 -c-lzma-9-4m -p-1 "$2" "$3" "$4" ;;
    hdiffz:SD-lzma) costs hdiffz -f -m-1 -SD -c-lzma-9-4m -p-1 "$2" "$3" "$4" ;;
    detools:lzma) costs detools create_patch -c lzma "$2" "$3" "$4" ;;
    detools:cortex-m4) costs detools create_patch -c lzma --data-format arm-cortex-m4 "$2" "$3" "$4" ;;
    esac
}

# peer_apply PEER OLD PATCH OUT
peer_apply() {
    case $1 in
    bsdiff:*) costs bspatch "$2" "$4" "$3" ;;
    xdelta3:*) costs xdelta3 -d -f -B 67108864 -s "$2" "$3" "$4" ;;
    zstd:*) costs zstd -q -f -d --long=31 --patch-from="$2" "$3" -o "$4" ;;
    hdiffz:*) costs hpatchz -f "$2" "$3" "$4" ;;
    detools:*) costs detools apply_patch "$2" "$3" "$4" ;;
    esac
}
