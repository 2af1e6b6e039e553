#!/bin/sh
# Every script line of the pipelines in samples/ci runs here, in their order, and leaves the files that
# the pipeline collects.
#
# usage: sh tests/checks/check_ci.sh PROGRAM
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "$1")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
PATH=$(dirname "$program"):$PATH
export PATH

fail() {
    echo "check_ci: $*"
    exit 1
}

# A firmware project of its own for each pipeline.
project() {
    mkdir -p "$temp/$1/ci" "$temp/$1/firmware" "$temp/$1/runner"
    cd "$temp/$1"
    cp "$root"/samples/ci/* ci/
    cp "$root/samples/devices/inplace-4k.json" ci/device.json
    cp "$root/tests/cli/INSECURE-release.pub.pem" ci/release.pub.pem
    objcopy -I binary -O ihex "$root/samples/images/demo-1.0.0.bin" firmware/app-old.hex
    objcopy -I binary -O ihex "$root/samples/images/demo-1.0.1.bin" firmware/app-new.hex
}

# The variables as the pipeline states them: NAME: value, or NAME = 'value'.
variables() {
    sed -n -E "s/^ +(OLD|NEW|OLD_VERSION|NEW_VERSION|PRODUCT|DEVICE|TRUST)(:| =) '?([^' ]*)'? *\$/\1='\3'/p" "$1"
}

run_pipeline() {
    project "$1"
    python3 "$root/tests/checks/ci_lines.py" script "ci/$1" >lines
    [ -s lines ] || fail "$1 has no script"
    variables "ci/$1" >settings
    [ "$(wc -l <settings)" -eq 7 ] || fail "$1 states $(wc -l <settings) variables, expected 7"
    {
        echo 'set -ea'
        cat settings
        # What the server supplies.
        echo "RUNNER_TEMP=$temp/$1/runner GITHUB_ENV=$temp/$1/env CUTS=random:60 MODULE_PORT=$2"
        echo "KEY=\$(cat '$root/tests/cli/INSECURE-release.pem')"
        echo "install -m 600 '$root/tests/cli/INSECURE-release.pem' key.pem; SIGNING_KEY=\$PWD/key.pem"
        cat lines
        echo '[ ! -e env ] || grep -q "^SIGNING_KEY=" env'
    } >job.sh
    sh ./job.sh >log 2>&1 || { cat log; fail "$1: a line of it failed"; }
    python3 "$root/tests/checks/ci_lines.py" files "ci/$1" | while read -r name; do
        # shellcheck disable=SC2086
        ls -d $name >/dev/null 2>&1 || fail "$1 collects $name, which is not there"
    done
    grep -q '^1\.0\.0' log || fail "$1: the module did not say its version"
    echo "$1: $(wc -l <lines | tr -d ' ') lines run"
}

run_pipeline github-actions.yml 27115
run_pipeline gitlab-ci.yml 27116
run_pipeline Jenkinsfile 27117
python3 "$root/tests/cli/check_json.py" "$root/schemas" "$temp"/*/out/*.json || fail "JSON against its schema"
