#!/bin/sh
# The sample host for Telit modules, a real module, its update server and a real FTP server: an update by each
# protocol, and neither the module's log nor the host's breaks a rule.
#
# usage: sh tests/checks/check_telit_host.sh PROGRAM
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
fwdelta=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
temp=$(mktemp -d)
ftpd=$(PATH=$PATH:/usr/sbin:/sbin command -v vsftpd) || {
    echo 'skipped: vsftpd is not installed'
    exit 77
}

stop_all() {
    for id in $(cat "$temp"/*.id 2>/dev/null); do
        kill "$id" 2>/dev/null || true
    done
    wait
    rm -rf "$temp"
}
trap stop_all EXIT
trap 'exit 1' INT TERM HUP
cd "$temp"

fail() {
    echo "check_telit_host: $1"
    cat ./*.said center.log 2>/dev/null || true
    exit 1
}

# A port at which nobody listens: some number of this process, and the next ones.
port=$((20000 + $$ % 20000))
mkdir root empty
echo secret >passwords
cat >vsftpd.conf <<END
listen=YES
background=NO
listen_address=127.0.0.1
listen_port=$((port + 1))
run_as_launching_user=YES
anonymous_enable=YES
local_enable=NO
secure_email_list_enable=YES
email_password_file=$temp/passwords
anon_root=$temp/root
secure_chroot_dir=$temp/empty
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
allow_writeable_chroot=YES
xferlog_enable=NO
END
"$ftpd" "$temp/vsftpd.conf" >/dev/null 2>&1 &
echo $! >ftp.id

"$fwdelta" keygen -o release.pem >/dev/null
"$fwdelta" gen "$root/samples/images/demo-1.0.0.bin" "$root/samples/images/demo-1.1.0.bin" --key release.pem \
    --from-version 1.0.0 --to-version 1.1.0 --product demo -o root/update.upd >/dev/null
cc -std=c11 -Wall -Wextra -Werror -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -I"$root/samples/host" -o ota_host \
    "$root/samples/host/telit/ota_host.c" "$root/samples/host/host_link.c"

mkfifo orders
"$fwdelta" module sms-center state.json --listen "$port" <orders >center.log 2>&1 &
echo $! >center.id
exec 3>orders

# await FILE TEXT
await() {
    tries=0
    until grep -qsF -- "$2" "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || fail "'$2' does not come"
        sleep 0.1
    done
}
await center.log 'serving at'

start_module() {
    "$fwdelta" device create "$1" --description "$root/samples/devices/inplace-4k.json" --version 1.0.0 \
        --image firmware="$root/samples/images/demo-1.0.0.bin" --trust release.pub.pem >/dev/null
    "$fwdelta" module "$1" --profile telit-pfm --time-scale 50 --log "$1.json" \
        --sms-center "127.0.0.1:$port" --sim "22201560200$2,+39$2" >/dev/null 2>&1 &
    echo $! >"$1.id"
    await "$1.json" normal
}

# The server orders an update of a module that has registered.
order() {
    imei=$(sed -n 's/.*imei=\([0-9]*\).*/\1/p' "$1.json" | head -1)
    echo "update $imei $1 manual ftp://ftp:secret@127.0.0.1:$((port + 1))/update.upd" >&3
}

finish() {
    wait "$2" || fail "the host did not see the update by $1 through"
    grep -q '^the module now runs 1.1.0$' "$1.said" || fail "$1 does not run 1.1.0"
    await center.log "$imei: ended with 128, runs 1.1.0"
    for log in "$1.json" "$1.log"; do
        "$fwdelta" module log-check "$log" --profile telit-pfm >checked 2>&1 || {
            cat checked
            fail "the host breaks a rule by $1"
        }
    done
    kill "$(cat "$1.id")"
    rm "$1.id"
    echo "$1: good"
}

# update_one PROTOCOL NUMBER HOST-OPTIONS...: a module of its own.
update_one() {
    name=$1
    start_module "$name" "$2"
    shift 2
    ./ota_host "$@" "$name/tty" 1.1.0 "$name.log" >"$name.said" 2>&1 &
    host=$!
    await "$name.said" Registered
    order "$name"
    finish "$name" $host
}

update_one sms 1001 -n +390001
update_one combined 1002 -s 127.0.0.1 "$port"

# By TCP/IP the host begins, so the order is there before it.
start_module tcp 1003
printf 'AT#OTASNAP="+390001"\r' >tcp/tty
await tcp.json REG-ACK
order tcp
await center.log 'waiting for it to ask'
./ota_host -a -s 127.0.0.1 "$port" tcp/tty 1.1.0 tcp.log >tcp.said 2>&1 &
finish tcp $!
