#!/bin/sh
# Each relative link of an installed document leads to a file beside it.
#
# usage: sh tests/checks/check_links.sh FOLDER
set -eu

find "$1" -name '*.md' | sort | while read -r page; do
    echo "page" >&3
    grep -oE '\]\([^)#:]+[)#]' "$page" | sed 's/^](//; s/[)#]$//' | sort -u | while read -r link; do
        [ -e "$(dirname "$page")/$link" ] || echo "links: ${page#"$1"/}: $link leads nowhere"
    done
done 3>&1 | awk '/^page$/ { pages++; next } { print; broken++ }
    END { printf "links: %d documents, %d links lead nowhere\n", pages, broken; exit pages <= 30 || broken > 0 }'
