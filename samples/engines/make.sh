#!/bin/sh
# The jobs of a plan by make: sh make.sh DIR [PROCESSES]
set -eu
fwdelta matrix list "$1" --make | make --silent --keep-going --jobs "${2:-2}" --file - || echo "not all jobs passed"
fwdelta matrix report "$1"
