#!/bin/sh
# Every clause [Mn] of format/SPEC.md must be cited, as "[Mn]", by a test under tests/.
# Usage: check_musts.sh [SOURCE-FOLDER]; prints the clauses that no test cites, fails if there are any.
set -eu

root=${1:-$(dirname "$0")/..}
spec=$root/format/SPEC.md

clauses=$(sed -n 's/^- \(\[M[0-9]*\]\).*/\1/p' "$spec")
if [ -z "$clauses" ]; then
    echo "check_musts.sh: no clause found in $spec; expected lines like '- [M1] ...'" >&2
    exit 1
fi

cited=$(find "$root/tests" -type f \( -name '*.c' -o -name '*.h' -o -name '*.sh' -o -name '*.cmake' \) \
    -exec grep -ho '\[M[0-9][0-9]*\]' {} + | sort -u)

missing=0
for clause in $clauses; do
    if ! printf '%s\n' "$cited" | grep -Fqx -e "$clause"; then
        grep -F -e "- $clause" "$spec"
        missing=$((missing + 1))
    fi
done

total=$(printf '%s\n' "$clauses" | wc -l)
echo "$((total - missing)) of $total clauses are cited by a test"
[ "$missing" -eq 0 ]
