#!/bin/sh
# The same update in twenty lines, to see how little a host has to say. For reading and for trying; a
# host application looks like update_host.c.
#
# usage: sh by_hand.sh TTY PACKAGE
set -eu

exec 3<>"$1"
stty raw -echo <&3 # the port stays raw as long as it is open

say() {
    echo "> $1"
    printf '%s\r' "$1" >&3
}

# Shows what the module says until a line begins with $1; an ERROR ends it.
until_line() {
    while IFS= read -r line <&3; do
        line=$(printf %s "$line" | tr -d '\r')
        [ -z "$line" ] || echo "< $line"
        case $line in
        "$1"*) return 0 ;;
        *ERROR*) exit 1 ;;
        esac
    done
}

# The prompt has no end of line: it is read byte by byte.
until_prompt() {
    while [ "$(dd bs=1 count=1 <&3 2>/dev/null)" != '>' ]; do :; done
    echo '< >'
}

say ATE0
until_line OK
say ATI
until_line OK
say "AT+UDWNFILE=\"update\",$(wc -c <"$2" | tr -d ' '),\"FOAT\""
until_prompt
cat "$2" >&3
until_line OK
say AT+UFWINSTALL=1,115200
until_line OK
until_line +UUFWINSTALL:\ 128
sleep 3 # the module restarts; a real one needs some seconds
say ATE0
until_line OK
say ATI
until_line OK
