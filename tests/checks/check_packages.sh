#!/bin/sh
# The packages for Debian and RPM systems: built, looked through, and with --bare installed, used and removed on
# a bare Debian.
#
# usage: sh tests/checks/check_packages.sh [--bare]
#
# Builds in build/package of the tree. Needs cpack, dpkg-dev, rpm and binutils; status 77 without them.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
build=build/package

for tool in cpack dpkg-shlibdeps rpmbuild rpm2cpio cpio readelf; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done

fail() {
    echo "check_packages: $*"
    exit 1
}

quietly() {
    "$@" >"$temp/log" 2>&1 || { tail -n 20 "$temp/log"; fail "failed: $*"; }
}

build_all() {
    rm -f $build/*.deb $build/*.rpm
    quietly cmake --preset package
    quietly cmake --build --preset package -j 2
    for kind in DEB RPM; do
        (cd $build && quietly cpack -G $kind)
    done
    [ "$(ls $build/*.deb | wc -l)" -eq 6 ] && [ "$(ls $build/*.rpm | wc -l)" -eq 6 ] ||
        fail "six packages of each kind are expected"
}

# Debian's own words for what its hardening checks: PIE, full RELRO, no stack protector missing, FORTIFY.
hardened() {
    readelf -hW "$1" | grep -q 'Type: *DYN' || fail "$1: is not position independent"
    readelf -lW "$1" | grep -q GNU_RELRO || fail "$1: no RELRO"
    readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS.*NOW' || fail "$1: RELRO is partial"
    readelf -lW "$1" | grep GNU_STACK | grep -q 'RW ' || fail "$1: the stack may be executed"
    readelf -sW --dyn-syms "$1" >"$temp/symbols"
    grep -q __stack_chk_fail "$temp/symbols" || fail "$1: no stack protector"
    grep -qE '__[a-z]+_chk' "$temp/symbols" && grep -qE '__(mem|str|snprintf|vsnprintf|fprintf|printf|read)[a-z]*_chk' \
        "$temp/symbols" || fail "$1: not fortified"
}

programs() {
    for program in bin/fwdelta libexec/fwdelta/fwdelta-module libexec/fwdelta/fwdelta-campaign libexec/fwdelta/fwdelta-matrix; do
        hardened "$temp/deb/usr/$program"
    done
    readelf -dW "$temp/deb/usr/bin/fwdelta" | grep NEEDED >"$temp/needed"
    ! grep -iE 'curl|ldap|coap|cbor|sqlite|http' "$temp/needed" || fail "the program that signs links these"
}

# The library, from sources and from archives, where the packages put it.
library() {
    printf 'cmake_minimum_required(VERSION 3.16)\nproject(boot C)\nadd_subdirectory(%s device)\n' \
        "$temp/deb/usr/share/fwdelta/source/verify" >"$temp/CMakeLists.txt"
    printf 'add_executable(boot boot.c)\ntarget_link_libraries(boot fwdelta::verify fwdelta::refdelta)\n' \
        >>"$temp/CMakeLists.txt"
    printf '#include "verify/verify.h"\nint main(void)\n{\n    return fwd_update_init == 0;\n}\n' >"$temp/boot.c"
    quietly cmake -S "$temp" -B "$temp/build"
    quietly cmake --build "$temp/build" -j 2
    "$temp/build/boot" || fail "a boot loader of the installed sources does not run"
    [ -n "$(find "$temp/deb" -name fwdeltaConfig.cmake)" ] && [ -n "$(find "$temp/deb" -name fwdelta-verify.pc)" ] ||
        fail "no CMake package or pkg-config file"
}

build_all
mkdir "$temp/deb" "$temp/rpm"
for file in $build/*.deb; do
    quietly dpkg-deb -x "$file" "$temp/deb"
done
for file in $build/*.rpm; do
    rpm2cpio "$file" | (cd "$temp/rpm" && cpio -idm --quiet) || fail "$file cannot be unpacked"
done
(cd "$temp/deb" && find . -type f | sort) >"$temp/debs"
(cd "$temp/rpm" && find . -type f | sort) >"$temp/rpms"
diff "$temp/debs" "$temp/rpms" || fail "the two kinds hold different files"
programs
sh tests/checks/check_links.sh "$temp/deb/usr/share/doc/fwdelta"
! find "$temp/deb" -name '*.pem' | grep -v /source/ | grep -q . || fail "keys are installed"
library
for page in cli/man/*.1; do
    [ -e "$temp/deb/usr/share/man/man1/$(basename "$page")" ] || fail "$page is not installed"
done
for file in bash-completion/completions/fwdelta zsh/vendor-completions/_fwdelta \
    fish/vendor_completions.d/fwdelta.fish fwdelta/schemas/fwdelta-verify-1.schema.json; do
    [ -s "$temp/deb/usr/share/$file" ] || fail "share/$file is not installed"
done
echo "check_packages: $(wc -l <"$temp/debs" | tr -d ' ') files in 6 packages of each kind, hardened, links hold"
[ "${1:-}" != --bare ] || exec sh tests/checks/bare_machine.sh packages container
