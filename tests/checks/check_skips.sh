#!/bin/sh
# Skips each instruction of what decides which firmware starts (tests/verify/skip_probe.c).
#
# usage: sh tests/checks/check_skips.sh PROBE [N]; N: only every N-th
# exit status: as of the probe; 77 on other processors than x86-64
set -eu

probe=$1
every=${2:-1}
[ "$(uname -m)" = x86_64 ] || {
    echo "skipped: this is no x86-64"
    exit 77
}
functions='fwd_boot_decide|choose|answer|fwd_running_find|fwd_running_by_record|by_package|fwd_start_[a-z_]*|run_test|test_set|test_place|test_pinned|note|load_set|check_component|check_counter|check_pinned|holds|fwd_authenticate[a-z_]*|check_entry|check_signatures|key_covers|fwd_flash_holds|fwd_flash_digest|fwd_flash_hash|fwd_hash_[a-z]*|fwd_image_digest_equal|fwd_digest_equal|no_doubt|right_version|check'
objdump -d --insn-width=16 "$probe" | awk -v functions="^($functions)(\\\\.|$)" '
    /^[0-9a-f]+ <.*>:$/ {
        name = $2
        gsub(/[<>:]/, "", name)
        wanted = name ~ functions
        next
    }
    wanted && /^ +[0-9a-f]+:\t/ {
        split($0, part, "\t")
        at = part[1]
        gsub(/[ :]/, "", at)
        size = split(part[2], bytes, " ")
        if (part[3] !~ /^(nop|data16|cs nop|xchg +%ax,%ax|int3)/)
            print at, size, name
    }' | "$probe" --every "$every"
