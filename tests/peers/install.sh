#!/bin/sh
# Brings the LwM2M server that tests/peers drives, once, into a folder.
#
# usage: sh tests/peers/install.sh FOLDER
# exit status: 0 it is there, 77 it cannot be had, and the reason after "skipped: "
set -eu

library=lwm2m-node-lib@1.4.0
folder=$1

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    echo "skipped: npm is not installed: sh tests/install_packages.sh peers"
    exit 77
fi
[ ! -f "$folder/node_modules/lwm2m-node-lib/package.json" ] || exit 0
mkdir -p "$folder"
if ! (cd "$folder" && npm install --no-audit --no-fund --loglevel=error "$library") >"$folder/install.log" 2>&1; then
    tail -n 5 "$folder/install.log"
    echo "skipped: npm could not fetch $library; check the network and npm's registry setting"
    exit 77
fi
