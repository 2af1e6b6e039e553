#!/bin/sh
# Size of whole signed packages × the best peer, and CPU time of gen × bsdiff, by instruction set.
#
#   sh bench/ratios.sh [OPTIONS]
#
#   --fwdelta FILE      the program (default build/release/fwdelta)
#   --list FILE DIR     pairs (name, old, new, instruction set) and the folder of their images; may be
#                       repeated. Default: samples/corpus.tsv and debian.tsv, which are fetched
#   --kernel            also the Linux kernel of Debian, 6.1.0-47 to 6.1.0-50: that for arm64 (33 MB) and
#                       the code of that for amd64 (15 MB)
#   --pairs REGEX       only pairs whose name matches
#   --gen OPTIONS       for gen, in place of those below: --gen '--codec lite --ram 16K'
#   --runs N            CPU times are the median of N runs (default 3; over 4 MiB 1; 0: no times)
#   --out DIR           for ratios.csv and ratios.md (default build/bench)
#   --quick             one pair of samples/images, no times: nothing is fetched
#   --readme            put the table, date and machine into the README
#
# Peers that are on PATH are run (peers.sh), for others peer-bytes.tsv has what they made. Packages are
# made with 64 KiB of decoder memory (over 4 MiB: what gen takes by itself), default effort, one thread;
# each is verified against both images.
# Exit status: 0, 1 a package is wrong or larger than the best peer's patch and 240 bytes, 2 misuse, 3
# something is missing.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=bench/peers.sh
. "$here/bench/peers.sh"
fwdelta=$here/build/release/fwdelta
out=$here/build/bench
pattern=. runs=3 kernel='' readme='' given='' options=''
command_line='sh bench/ratios.sh'
margin=240
large=4194304
tab=$(printf '\t')

fail() {
    echo "ratios: $2" >&2
    exit "$1"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
: >"$work/pairs"

# add_pairs FILE DIR
add_pairs() {
    [ -f "$1" ] || fail 3 "there is no list of pairs $1"
    awk -F "$tab" -v OFS="$tab" -v dir="$2/" '!/^#/ && NF >= 4 { print $1, dir $2, dir $3, $4 }' \
        "$1" >>"$work/pairs"
}

while [ $# -gt 0 ]; do
    case $1 in
    --list)
        [ $# -ge 3 ] || fail 2 "--list needs a file and a folder; see sh bench/ratios.sh --help"
        add_pairs "$2" "$3"
        given=yes
        command_line="$command_line --list $2 DIR"
        shift 2
        ;;
    --fwdelta | --pairs | --gen | --runs | --out)
        [ $# -ge 2 ] || fail 2 "$1 needs a value; see sh bench/ratios.sh --help"
        case $1 in
        --fwdelta) fwdelta=$2 ;;
        --pairs) pattern=$2 ;;
        --gen) options=$2 ;;
        --runs) runs=$2 ;;
        --out) out=$2 ;;
        esac
        shift
        ;;
    --kernel) kernel=yes command_line="$command_line --kernel" ;;
    --quick)
        echo "demo-1.0.0-1.0.1${tab}demo-1.0.0.bin${tab}demo-1.0.1.bin${tab}thumb2" >"$work/demo"
        add_pairs "$work/demo" "$here/samples/images"
        given=yes runs=0
        ;;
    --readme) readme=yes ;;
    -h | --help)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) fail 2 "'$1' is not known; see sh bench/ratios.sh --help" ;;
    esac
    shift
done
case $runs in
*[!0-9]* | '') fail 2 "--runs needs a number, not '$runs'" ;;
esac
runs_asked=$runs
tools=$(dirname "$fwdelta")/bench
if [ ! -x "$fwdelta" ] || [ ! -x "$tools/fwdelta-cost" ]; then
    fail 3 "$fwdelta, or bench/ beside it, is missing: cmake --preset release && cmake --build --preset release"
fi
peer_is_there bsdiff:default || fail 3 "bsdiff is missing: sh tests/install_packages.sh build bench"

# Runs a command $times times; leaves the median of its CPU seconds in $cost.
costs() {
    : >"$work/costs"
    run=0
    while [ "$run" -lt "$times" ]; do
        "$tools/fwdelta-cost" "$work/cost" "$@" >"$work/log" 2>&1 || return 1
        cat "$work/cost" >>"$work/costs"
        run=$((run + 1))
    done
    cost=$(sort -n "$work/costs" | sed -n "$(((times + 1) / 2))p" | cut -d ' ' -f 1)
}

size_of() {
    wc -c <"$1" | tr -d ' '
}

# make_package CODEC-OPTIONS...
make_package() {
    if [ -n "$options" ]; then
        # shellcheck disable=SC2086 # several words
        set -- "$@" $options
    elif [ "$(size_of "$new")" -le $large ]; then
        set -- "$@" --ram 64K
    fi
    costs "$fwdelta" gen "$old" "$new" -o "$work/p.upd" --force --raw --jobs 1 --key "$work/key.pem" \
        --from-version 1 --to-version 2 "$@" || {
        sed 's/^/    /' "$work/log" >&2
        fail 1 "$pair: fwdelta gen failed"
    }
}

measure_peers() {
    awk -F "$tab" -v pair="$pair" -v OFS=, '$1 == pair { print pair, $2, $3 }' "$here/bench/peer-bytes.tsv" \
        >"$work/peers"
    # shellcheck disable=SC2154 # of peers.sh
    for peer in $peer_list; do
        times=1
        [ "$peer" != bsdiff:default ] || [ "$runs" -eq 0 ] || times=$runs
        if ! peer_is_there "$peer" || ! peer_make "$peer" "$old" "$new" "$work/patch"; then
            continue
        fi
        echo "$pair,$peer,$(size_of "$work/patch")" >>"$work/peers"
        if [ "$peer" = bsdiff:default ]; then
            bsdiff=$(size_of "$work/patch") bsdiff_seconds=$cost
        fi
    done
}

run_pair() {
    runs=$runs_asked
    for image in "$old" "$new"; do
        [ -f "$image" ] || fail 3 "$pair: $image is missing"
    done
    [ "$(size_of "$new")" -le $large ] || [ "$runs" -eq 0 ] || runs=1
    measure_peers
    best=$(sort -t, -k3,3n "$work/peers" | head -n 1)
    times=$runs fwd_seconds='' gen_seconds=''
    [ "$runs" -gt 0 ] || times=1
    if [ "$runs" -gt 0 ] && [ -z "$options" ]; then
        make_package --codec fwd --force-delta
        fwd_seconds=$cost
    else
        bsdiff_seconds=''
    fi
    make_package
    [ "$runs" -eq 0 ] || gen_seconds=$cost
    "$fwdelta" verify "$work/p.upd" --raw --trust "$work/key.pub.pem" --source "$old" --target "$new" \
        >"$work/log" 2>&1 || fail 1 "$pair: the package does not verify"
    echo "$pair,$isa,$(size_of "$new"),$bsdiff,$best,$(size_of "$work/p.upd"),$bsdiff_seconds,$gen_seconds,$fwd_seconds" |
        awk -F, -v OFS=, '{ print $1, $2, $3, $4, $7, $6, $8, $9, $10, $11 }' >>"$work/rows"
    tail -n 1 "$work/rows" >&2
}

write_readme() {
    {
        cat "$out/ratios.md"
        model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
        echo
        echo "Measured on $(date +%Y-%m-%d) (${model:-$(uname -m)}, $(nproc) processors) with \`$command_line\`."
    } >"$work/block"
    [ "$(grep -c '^<!-- bench:\(begin\|end\) -->$' "$here/README.md")" -eq 2 ] ||
        fail 3 "README.md has no lines <!-- bench:begin --> and <!-- bench:end -->"
    awk -v block="$work/block" '
        /^<!-- bench:end/ { skip = 0 }
        !skip
        /^<!-- bench:begin/ { skip = 1; while ((getline line < block) > 0) print line }
    ' "$here/README.md" >"$work/README.md"
    cat "$work/README.md" >"$here/README.md"
}

if [ -z "$given" ]; then
    sh "$here/samples/fetch-firmware.sh" "$here/build/corpus" >&2
    add_pairs "$here/samples/corpus.tsv" "$here/build/corpus"
    if sh "$here/bench/fetch-debian.sh" "$here/build/corpus/debian" >"$work/debian"; then
        add_pairs "$work/debian" "$here/build/corpus/debian"
    fi
fi
if [ -n "$kernel" ]; then
    kernels=$(sh "$here/bench/fetch-kernels.sh") || fail 3 "the kernels cannot be had"
    echo "$kernels" | paste -s - | sed "s/^/linux-6.1.0-47-50$tab/; s/\$/${tab}arm64/" >>"$work/pairs"
    kernels=$(sh "$here/bench/fetch-kernels.sh" --amd64) || fail 3 "the kernels cannot be had"
    echo "$kernels" | paste -s - | sed "s/^/linux-text-6.1.0-47-50$tab/; s/\$/${tab}x86-64-kernel/" >>"$work/pairs"
fi
"$fwdelta" keygen -o "$work/key.pem" >/dev/null
: >"$work/rows"
grep -E "$pattern" "$work/pairs" >"$work/chosen" || fail 2 "no pair matches '$pattern'"
while IFS=$tab read -r pair old new isa; do
    run_pair </dev/null
done <"$work/chosen"
mkdir -p "$out"
{
    echo "pair,isa,target_bytes,bsdiff_bytes,best_peer_bytes,best_peer,package_bytes,bsdiff_cpu_s,gen_cpu_s,gen_fwd_cpu_s"
    cat "$work/rows"
} >"$out/ratios.csv"
awk -v margin=$margin -f "$here/bench/ratios_table.awk" "$out/ratios.csv" >"$out/ratios.md" && status=0 || status=$?
cat "$out/ratios.md"
[ -z "$readme" ] || write_readme
exit "$status"
