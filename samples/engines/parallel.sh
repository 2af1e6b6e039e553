#!/bin/sh
# The jobs of a plan by GNU parallel: sh parallel.sh DIR [OPTION-OF-PARALLEL]...
#
# On several machines that share DIR: sh parallel.sh DIR --sshlogin build1,build2
set -eu
[ $# -ge 1 ] || { echo "parallel.sh: expected the folder that 'fwdelta matrix plan' made: sh parallel.sh DIR [OPTION]..." >&2; exit 2; }
dir=$1
shift
for wave in 1 2; do
    fwdelta matrix list "$dir" --wave $wave | parallel "$@" || echo "not all jobs of wave $wave passed"
done
fwdelta matrix report "$dir"
