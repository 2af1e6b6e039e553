#!/bin/sh
# Every clause [Mn] of format/SPEC.md and [Fn] of format/FWD.md and [Ln] of format/LITE.md must be cited, as "[Mn]", by a test under
# tests/.
# Usage: check_musts.sh [SOURCE-FOLDER]; prints the clauses that no test cites, fails if there are any.
set -eu

root=${1:-$(dirname "$0")/../..}

clauses=
for file in SPEC.md FWD.md LITE.md; do
    found=$(sed -n 's/^- \(\[[MFL][0-9]*\]\).*/\1/p' "$root/format/$file")
    if [ -z "$found" ]; then
        echo "check_musts.sh: no clause found in format/$file; expected lines like '- [M1] ...'" >&2
        exit 1
    fi
    clauses="$clauses $found"
done

cited=$(find "$root/tests" -type f \( -name '*.c' -o -name '*.h' -o -name '*.sh' -o -name '*.py' -o -name '*.cmake' \) \
    -exec grep -ho '\[[MFL][0-9][0-9]*\]' {} + | sort -u)

missing=0
for clause in $clauses; do
    if ! printf '%s\n' "$cited" | grep -Fqx -e "$clause"; then
        grep -hF -e "- $clause" "$root/format/SPEC.md" "$root/format/FWD.md" "$root/format/LITE.md"
        missing=$((missing + 1))
    fi
done

total=$(printf '%s\n' $clauses | wc -l)
echo "$((total - missing)) of $total clauses are cited by a test"
[ "$missing" -eq 0 ]
