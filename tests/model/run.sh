#!/bin/sh
# The models of the device library, checked by spin in every state (no hashing of states). README.md says what they
# are. Prints a line for each run of expected.tsv, in the order in which they end; fails when one that must hold
# falls, when one that must fall holds, or when the models and the code's table of states do not agree.
#
# usage: sh tests/model/run.sh MODEL_STATES short|long       (MODEL_STATES: build/release/tests/model_states)
#        sh tests/model/run.sh trace MODEL SWITCH=VALUE...   one run; a counterexample in words
#        sh tests/model/run.sh id MODEL SWITCH=VALUE...      the same of ab.pml, inplace.pml, undo.pml or trial.pml, as
#                                                            an id for replay_trace
#        sh tests/model/run.sh replay FOLDER                 goes through those of replays.tsv with the programs
#                                                            replay_trace and replay_trace_BROKEN of FOLDER
# FWD_MODEL_JOBS    runs at once (default: the processors)
# FWD_MODEL_MEMORY  megabytes for a run (default 4000)
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-model.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
tab=$(printf '\t')

usage() {
    sed -n '/^# usage:/,/^# FWD_MODEL_MEMORY/s/^# //p' "$here/run.sh" >&2
    exit 2
}

# check MODEL SWITCH...: leaves pan.out, follows and, when the model falls, a trail in $work/run
check() {
    rm -rf "$work/run" && mkdir "$work/run" && cp "$here"/*.pml "$work/run" && cd "$work/run" || return 2
    model=$1
    shift
    switches=
    for switch in "$@"; do switches="$switches -D$switch"; done
    # shellcheck disable=SC2086
    spin -a $switches "$model" >spin.out 2>&1 || { cat spin.out; return 2; }
    # One process: there is no order to reduce. Few states are stored, so they need no compression.
    cc "$optimize" -w -DSAFETY -DNOREDUCE -DNOCLAIM -DVECTORSZ=2048 -DMEMLIM="${FWD_MODEL_MEMORY:-4000}" -o pan pan.c || return 2
    ./pan -m1000000 -w22 >pan.out 2>follows
    # Only a search that came to its end, or to an error, says anything.
    if grep -q 'assertion violated' pan.out && [ -f "$model.trail" ]; then
        return 1
    fi
    grep -q 'errors: 0$' pan.out && ! grep -q 'Search not completed\|max search depth too small' pan.out || { cat pan.out; return 2; }
}

states() {
    sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' pan.out
}

# The counterexample in words, from the first start on and what fails at it.
words() {
    ./pan -r 2>/dev/null | grep -vE '^ *[0-9]+:.*proc|^[a-z_]+\[?.*= |^Never|^MSC|from_state, to_state' | grep -E '[a-z]' | sed -n '/START\|fault\|lost for good/,$p' | sed '/ended at\|#processes/,$d'
}

optimize=-O0
jobs=${FWD_MODEL_JOBS:-$(getconf _NPROCESSORS_ONLN)}
case ${1:-} in
id)
    shift
    case ${1:-} in
    ab.pml | inplace.pml | undo.pml | trial.pml) ;;
    *) usage ;;
    esac
    case $* in *RAISE=1*) kind=ab-counter ;; *) kind=${1%.pml} ;; esac
    check "$@"
    found=$?
    [ "$found" -ne 2 ] || exit 2
    [ "$found" -eq 1 ] || { echo "$*: holds" >&2; exit 1; }
    words | awk -v model="$kind" -f "$here/trace_id.awk"
    exit
    ;;
replay)
    [ $# -eq 2 ] && [ -x "$2/replay_trace" ] || usage
    programs=$(cd "$2" && pwd)
    grep -v '^#' "$here/replays.tsv" | tr '\n' '\0' |
        xargs -0 -n 1 -P "$jobs" sh "$here/run.sh" replay-row "$programs" || exit 1
    exit 0
    ;;
replay-row) # PROGRAMS LINE: a line of replays.tsv
    IFS=$tab read -r code model with <<EOF
$3
EOF
    # shellcheck disable=SC2086
    id=$(sh "$here/run.sh" id "$model" $with) || { echo "WRONG     $model $with: no counterexample"; exit 1; }
    real=$("$2/replay_trace" "$id")
    was=$?
    broken=
    lost=$real
    must=1
    if [ "$code" != known ]; then
        broken=$("$2/replay_trace_$code" "$id")
        must=$(($? == 1 ? 0 : 3))
        lost=$broken
    fi
    line="$code, $id: $real${broken:+; without the rule: $broken}"
    # What is lost is so by all that the model says, and not by a part of it.
    case $lost in *"passed over"*) must=3 ;; esac
    [ "$was" -eq "$must" ] || line="WRONG     $line"
    printf '%s\n' "$line"
    [ "$was" -eq "$must" ]
    exit
    ;;
trace)
    shift
    [ $# -ge 1 ] && [ -f "$here/$1" ] || usage
    check "$@"
    found=$?
    [ "$found" -ne 2 ] || exit 2
    [ "$found" -eq 1 ] || { echo "holds: $(states) states"; exit 0; }
    words
    sed -n 's/^pan:1: //p' pan.out
    exit 1
    ;;
row) # short|long FOLDER LINE: a line of expected.tsv; leaves in FOLDER what follows what
    [ "$2" = short ] || optimize=-O2
    out=$3
    IFS=$tab read -r _ must model with what <<EOF
$4
EOF
    # shellcheck disable=SC2086
    check "$model" $with >"$work/said"
    found=$?
    case $must$found in
    hold0) line="holds     $model $with: $what, $(states) states" ;;
    fall1) line="falls     $model $with: $what" ;;
    hold1) line="WRONG     $model $with: must hold, see: sh tests/model/run.sh trace $model $with" ;;
    fall0) line="WRONG     $model $with: holds without it: $what" ;;
    *) line="WRONG     $model $with: cannot be checked: $(cat "$work/said")" ;;
    esac
    printf '%s\n' "$line"
    case $line in WRONG*) exit 1 ;; esac
    [ "$must" = fall ] || cat follows >"$out/follows.$$"
    exit
    ;;
esac
[ $# -eq 2 ] && [ -x "$1" ] || usage
case $2 in short | long) ;; *) usage ;; esac
status=0

"$1" >"$work/states.pml" || exit 1
if ! diff "$here/states.pml" "$work/states.pml"; then
    echo "tests/model/states.pml is not the table of verify/install/states_table.c any more: look at the models, then write it anew"
    status=1
fi

grep "^$2$tab" "$here/expected.tsv" | tr '\n' '\0' |
    xargs -0 -n 1 -P "$jobs" sh "$here/run.sh" row "$2" "$work" || exit 1

# Each step that the table allows is made by a model, or other.tsv says who makes it; none is made that it does not.
awk -F "$tab" '!/^#/ { print "follows", $1, $2 }' "$here/other.tsv" | sort >"$work/other"
cat "$work"/follows.* | sort -u >"$work/made"
awk '/^#define FOLLOWERS/ { on = 1 } /^#define RESUME/ { on = 0 }
    on && /->/ { gsub(/[()]/, " "); from = $3; mask = $5
        for (to = 0; to < 16; to++) { if (int(mask / 2 ^ to) % 2) print "follows", from, to } }' "$work/states.pml" >"$work/table"
if [ "$2" = short ]; then
    sort -u "$work/made" "$work/other" >"$work/told"
    sort -u "$work/table" >"$work/allowed"
    if ! diff "$work/allowed" "$work/told" >"$work/diff"; then
        sed -n 's/^< follows/allowed by the table, and made by nothing:/p; s/^> follows/made, and not allowed by the table:/p' "$work/diff"
        status=1
    fi
    comm -12 "$work/made" "$work/other" | sed 's/follows/other.tsv lists what a model makes:/' | grep . && status=1
fi
exit "$status"
