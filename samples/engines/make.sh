#!/bin/sh
# The jobs of a plan by make: sh make.sh DIR [PROCESSES]
set -eu
[ $# -ge 1 ] || { echo "make.sh: expected the folder that 'fwdelta matrix plan' made: sh make.sh DIR [PROCESSES]" >&2; exit 2; }
fwdelta matrix list "$1" --make | make --silent --keep-going --jobs "${2:-2}" --file - || echo "not all jobs passed"
fwdelta matrix report "$1"
