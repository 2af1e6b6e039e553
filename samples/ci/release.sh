#!/usr/bin/env bash
# A firmware release, step by step: bash ci/release.sh build|verify|torture|module
#
# Variables (the pipelines set them): OLD, NEW, OLD_VERSION, NEW_VERSION, PRODUCT, DEVICE (a description),
# SIGNING_KEY (a file or pkcs11: URI), SIGNING_PIN (of a token or an encrypted file; may be empty),
# TRUST (the public key), HOST_TEST (a command; default: ask the module for its firmware), OUT (default: out).
set -euo pipefail
out=${OUT:-out}
mkdir -p "$out"

need() {
    for name; do
        [ -n "${!name:-}" ] || { echo "release.sh: the variable $name is not set" >&2; exit 2; }
    done
}

build() {
    need OLD NEW OLD_VERSION NEW_VERSION PRODUCT DEVICE SIGNING_KEY
    pin=()
    [ -z "${SIGNING_PIN:-}" ] || pin=(--passphrase-env SIGNING_PIN)
    fwdelta gen "$OLD" "$NEW" --from-version "$OLD_VERSION" --to-version "$NEW_VERSION" \
        --product "$PRODUCT" --device "$DEVICE" --key "$SIGNING_KEY" "${pin[@]}" \
        -o "$out/update.upd" --force --json >"$out/gen.json"
}

# What each device will check, with the images and the device's description: every check is made.
verify() {
    need OLD NEW DEVICE TRUST
    fwdelta verify "$out/update.upd" --trust "$TRUST" --source "$OLD" --target "$NEW" --device "$DEVICE" \
        --junit "$out/verify.xml" --sarif "$out/verify.sarif" --force --json >"$out/verify.json"
}

# Power cuts at every flash operation, in every class of what that leaves behind.
torture() {
    need OLD OLD_VERSION DEVICE TRUST
    fwdelta torture "$out/update.upd" --device "$DEVICE" --image "firmware=$OLD" --version "$OLD_VERSION" \
        --trust "$TRUST" --cuts "${CUTS:-single}" --junit "$out/torture.xml" --sarif "$out/torture.sarif" \
        --report "$out/torture.json" --force
}

ask_version() {
    exec 3<>"/dev/tcp/127.0.0.1/$MODULE_PORT"
    printf 'AT+CGMR\r' >&3
    timeout 20 sed '/^OK/q' <&3 | tr -d '\r'
}

# The host application against a virtual module.
module() {
    need OLD OLD_VERSION DEVICE TRUST
    export MODULE_PORT=${MODULE_PORT:-27015}
    rm -rf "$out/module"
    fwdelta device create "$out/module" --description "$DEVICE" --image "firmware=$OLD" \
        --version "$OLD_VERSION" --trust "$TRUST"
    fwdelta module "$out/module" --tcp "$MODULE_PORT" --json --time-scale 100 --log "$out/module.log" \
        >"$out/module.json" &
    pid=$!
    trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
    for _ in $(seq 100); do # the line that says where the ports are
        [ -s "$out/module.json" ] && break
        kill -0 "$pid" || exit 1
        sleep 0.1
    done
    if [ -n "${HOST_TEST:-}" ]; then
        sh -c "$HOST_TEST"
    else
        ask_version
    fi
    kill "$pid"
    wait "$pid"
    trap - EXIT
    fwdelta module log-check "$out/module.log"
}

case ${1:-} in
build | verify | torture | module) "$1" ;;
*)
    echo "usage: bash ci/release.sh build|verify|torture|module" >&2
    exit 2
    ;;
esac
