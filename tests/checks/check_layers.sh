#!/bin/sh
# The layer rule: each include line names its layer, and no folder includes one above it. Also: a
# source file's base name occurs once in the tree, and no source file grows without end (450 lines; tests,
# which hold tables, 600).
#
# usage: sh tests/checks/check_layers.sh [SOURCE-FOLDER]; prints what offends, fails if anything does.
set -eu

checks=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$checks/../..}"
offences=0
product=$(sh "$checks/product_folders.sh")

offend() {
    echo "$1"
    offences=$((offences + 1))
}

# The rooms, lowest first: a room, a tab, the rooms (or headers) that it may include besides itself. What
# stands further down never occurs in a line further up, so that no two rooms include each other.
rooms='
format
format/record format
hostio
verify format format/record
verify/freestanding
verify/codec format verify
verify/refdelta/entropy format verify
verify/refdelta/reference format verify
verify/refdelta format verify verify/refdelta/entropy verify/refdelta/reference
verify/refdelta/isa format verify verify/refdelta verify/refdelta/entropy verify/refdelta/reference
verify/lite format verify verify/refdelta verify/refdelta/reference
verify/flash format format/record verify
verify/trust format format/record verify verify/flash
verify/rehearse format format/record verify verify/flash verify/trust
verify/undo format format/record verify verify/flash verify/trust verify/rehearse
verify/install format format/record verify verify/flash verify/trust verify/rehearse verify/undo
verify/keyring format verify verify/flash verify/trust verify/rehearse verify/install
verify/two_slots format verify verify/trust verify/rehearse verify/install
keys format hostio verify/ports.h
keys/token format hostio keys
keys/signing format hostio keys
gen hostio verify
gen/bsdiff hostio gen
gen/isa verify verify/refdelta verify/refdelta/reference
gen/image format hostio verify/refdelta verify/refdelta/reference
gen/locate format hostio gen gen/bsdiff gen/image gen/isa verify verify/refdelta verify/refdelta/reference
gen/refdelta format hostio gen gen/bsdiff gen/image gen/isa gen/locate verify verify/refdelta verify/refdelta/entropy verify/refdelta/reference verify/refdelta/isa
gen/lite format hostio gen gen/refdelta verify verify/refdelta verify/refdelta/reference verify/lite
gen/package format format/record hostio gen gen/bsdiff gen/image gen/refdelta gen/lite verify verify/codec verify/lite
sim/flash hostio verify
sim/family format verify
sim/device format format/record hostio keys verify verify/flash verify/trust verify/rehearse verify/install verify/keyring sim/flash sim/family
sim/cost format format/record hostio verify verify/flash verify/trust verify/rehearse verify/install sim/flash sim/family sim/device
sim/torture format hostio verify verify/flash verify/keyring sim/flash sim/device sim/cost
sim/history format hostio keys keys/signing gen gen/package verify verify/flash sim/device
manage/coap hostio
manage/lwm2m/format hostio
manage/lwm2m hostio manage/coap manage/lwm2m/format
module/transport hostio keys
module/modem format hostio keys verify verify/flash verify/trust sim/family sim/device manage/lwm2m manage/lwm2m/format module/transport
module/ufota format hostio sim/family sim/device manage/coap manage/lwm2m manage/lwm2m/format module/modem module/transport
module/telit sim/family sim/device manage/lwm2m module/modem module/transport
module/at sim/family sim/device manage/lwm2m manage/lwm2m/format module/modem module/ufota module/telit module/transport
module/process hostio manage/coap manage/lwm2m manage/lwm2m/format module/modem module/ufota module/telit module/at module/transport
module/smscenter hostio module/telit module/transport
module/logcheck hostio sim/family
manage/campaign/file hostio sim/device sim/family
manage/campaign/check format hostio keys verify verify/trust sim/family manage/campaign/file
manage/campaign/state hostio manage/campaign/file
manage/campaign/report hostio manage/campaign/file manage/campaign/state
manage/campaign/content hostio
manage/campaign/flow hostio manage/coap manage/lwm2m/format manage/campaign/file manage/campaign/check manage/campaign/state
manage/campaign/server hostio manage/campaign/file manage/campaign/check manage/campaign/state manage/campaign/report manage/campaign/content manage/campaign/flow
manage/campaign/rehearse format hostio sim/flash sim/device sim/family verify/flash module/transport module/modem module/at module/process manage/campaign/file manage/campaign/check manage/campaign/state manage/campaign/report manage/campaign/server
matrix/plan format hostio keys sim/device
matrix/run hostio matrix/plan
matrix/report hostio matrix/plan matrix/run
cli/common format hostio keys keys/signing gen gen/image gen/refdelta sim/device
cli/program hostio cli/common
cli/report format hostio gen/locate cli/common
cli/campaign gen/package hostio manage/campaign/file manage/campaign/check manage/campaign/state manage/campaign/report manage/campaign/server manage/campaign/rehearse cli/common cli/program
cli/sign format hostio keys keys/token keys/signing cli/common
cli/trust format hostio keys keys/signing verify verify/trust verify/keyring cli/common cli/sign
cli/device format hostio keys gen/image gen/package verify verify/flash sim/device sim/cost sim/family sim/torture sim/history cli/common cli/report cli/trust
cli/torture format hostio keys keys/signing gen/package verify sim/device sim/family sim/torture sim/history cli/common cli/report cli/device
cli/module format hostio gen/package verify sim/device sim/family module/process module/smscenter module/logcheck cli/common cli/device cli/program
cli/build format hostio keys keys/signing gen gen/image gen/bsdiff gen/refdelta gen/package verify verify/trust sim/device sim/cost cli/common cli/report cli/sign cli/device
cli/inspect format hostio keys keys/signing gen/image gen/lite gen/refdelta gen/package sim/device cli/common cli/report cli/device
cli/reproduce format hostio keys keys/signing sim/device cli/common cli/inspect
cli/prove format hostio keys keys/signing gen/package verify sim/family sim/device sim/cost sim/torture cli/common cli/report cli/sign cli/device cli/torture cli/inspect
cli/verify format hostio keys keys/token gen/image verify verify/trust verify/install sim/family sim/device cli/common cli/report cli/sign cli/trust cli/device
cli/matrix hostio matrix/plan matrix/run matrix/report cli/common cli/program
cli format/release.h cli/common cli/program
'

# The standard headers that a device without a C library has, or can supply in four functions.
freestanding='<(stdint|stddef|stdbool|string)\.h>'

includes_of() {
    grep -snE '^[[:space:]]*#[[:space:]]*include' "$1"/*.[ch] || true
}

# What the files of room $1 include of ours and may not; $2...: what they may.
check_room() {
    may="^$1/[^/]*\$"
    for other; do
        case $other in
        *.h) may="$may|^$other\$" ;;
        *) may="$may|^$other/[^/]*\$" ;;
        esac
    done
    includes_of "$1" | grep '"' | while IFS= read -r line; do
        name=${line#*\"}
        echo "${name%%\"*}" | grep -qE "$may" || echo "$line"
    done
}

# A room that a line names has its own line further up.
check_order() {
    seen=' '
    echo "$rooms" | while read -r room may; do
        for other in $may; do
            case $other in *.h) continue ;; esac
            case $seen in *" $other "*) ;; *) echo "$room names $other, which has no line above it" ;; esac
        done
        seen="$seen$room "
    done
}

# Every folder with sources of the product is a room.
check_rooms_known() {
    find $product -name '*.[ch]' | sed 's|/[^/]*$||' | sort -u |
        while read -r folder; do
            echo "$rooms" | grep -qE "^$folder( |\$)" || echo "$folder"
        done
}

# Every room of the list that has sources has its row in CONTRIBUTING.md.
check_rooms_described() {
    [ ! -e CONTRIBUTING.md ] || echo "$rooms" | while read -r room may; do
        ls "$room"/*.[ch] >/dev/null 2>&1 || continue
        grep -qE "^\\|.*[ [\`]$room/[] ,\`]" CONTRIBUTING.md || echo "$room"
    done
}

# A README.md of a room names files that are there.
check_files_named() {
    there=$(find . -path ./build -prune -o -path ./.git -prune -o -type f -print)
    find $product -name README.md | sort | while read -r page; do
        grep -oE '`[A-Za-z0-9_./*<>-]+\.(c|h|def|md|sh)`' "$page" | tr -d '\`' | sort -u | while read -r name; do
            case $name in *'<'* | *'*'*) continue ;; esac
            echo "$there" | grep -qE "(^|/)${name##*../}\$" || echo "$page names $name"
        done
    done
}

# A room is taken in at a glance.
check_room_size() {
    find $product tests bench -name '*.[ch]' 2>/dev/null |
        sed 's|/[^/]*$||' | sort | uniq -c | awk '$1 > 30 { print $2, $1 }'
}

check_freestanding() {
    includes_of "$1" | grep '<' | grep -vE "include $freestanding" | grep -vE "^($2)" || true
}

report() {
    if [ -n "$2" ]; then
        offend "$1:
$2"
    fi
}

while read -r room may; do
    [ -n "$room" ] && [ -d "$room" ] || continue
    report "$room/ may not include" "$(check_room "$room" $may)"
    case $room in
    format*) report "$room/ is freestanding, but includes" "$(check_freestanding "$room" '$')" ;;
    verify*)
        report "$room/ is freestanding, but includes" \
            "$(check_freestanding "$room" 'verify/codec/(xz_|codec_xz|codec_bsdiff_xz)')"
        ;;
    esac
done <<END
$rooms
END
report 'the list of rooms is not in order:' "$(check_order)"
report 'folders that are no rooms:' "$(check_rooms_known)"
report 'rooms without a row in CONTRIBUTING.md' "$(check_rooms_described)"
report 'files that are not there:' "$(check_files_named)"
report 'more than 30 sources are in' "$(check_room_size)"
report 'OpenSSL belongs into keys/ only' \
    "$(grep -rn '#include <openssl' $product |
        grep -v '^keys/\|^manage/coap/coap_server_restart.c:' || true)"

sources() {
    find . -path ./build -prune -o -path ./.git -prune -o -type f \
        \( -name '*.c' -o -name '*.h' -o -name '*.def' -o -name '*.sh' -o -name '*.cmake' \) -print
}

# The versions of the sample firmware differ in files of the same names; that is their purpose. Every
# folder's entry is called alike, too: main.c, run.sh.
names_twice() {
    sources | grep -v '^\./samples/firmware/' | sed 's|.*/||' | grep -vxE 'main\.c|run\.sh' | sort | uniq -d
}

report 'more than one file is named' "$(names_twice)"

longer_than() {
    xargs wc -l | awk -v max="$1" '$1 > max && $2 != "total" { print $2, $1 }'
}

code=$(sources | grep '\.[ch]$' | grep -v '^\./samples/firmware/')
report 'longer than 450 lines' "$(echo "$code" | grep -v '^\./tests/' | longer_than 450)"
report 'longer than 600 lines' "$(echo "$code" | longer_than 600)"

# A divider is one line that ends at column 100: `/* ---- text ------ */`.
broken_dividers() {
    xargs grep -nE '^/\* -{4}' /dev/null | awk '{
        line = $0
        sub(/^[^:]*:[0-9]*:/, "", line)
        if (length(line) != 100 || line !~ / -+ \*\/$/) print
    }'
}
report 'section dividers that are not one line of 100 columns' "$(echo "$code" | broken_dividers)"

if [ "$offences" -gt 0 ]; then
    exit 1
fi
echo "$(sources | wc -l) files keep the layer rule"
