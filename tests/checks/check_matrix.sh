#!/bin/sh
# A release of 40 versions, 4 products and 3 devices of each, with images of 100 to 500 KB: made in one run, and
# once more by a run that is killed at 50 random moments. Both make the same packages and the same report.
#
# usage: check_matrix.sh FWDELTA [VERSIONS [KILLS [KIB...]]]
#
#   VERSIONS  of each product (40); KILLS (50); KIB: of the first image of each product (104 210 320 460)
#
# Prints the time of the run beside the sum of its jobs. FWD_SEED: seed of the moments, default: another each time.
set -eu
fwdelta=$(realpath "$1")
shift
versions=${1:-40}
kills=${2:-50}
[ $# -lt 2 ] || shift
[ $# -eq 0 ] || shift
checks=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-matrix.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
seed=${FWD_SEED:-$(date +%s)}
echo "seed $seed"
cd "$work"
python3 "$checks/matrix_images.py" . $((versions + 1)) ${*:-104 210 320 460}
"$fwdelta" keygen -o key.pem >/dev/null

"$fwdelta" matrix plan release.json -o whole
begin=$(date +%s)
"$fwdelta" matrix run whole --jobs 2
echo "the run took $(($(date +%s) - begin)) s"
sed -n '/"times"/,/}/p' whole/report.json

# A moment: some time after so many of the jobs are done, a little more at each.
"$fwdelta" matrix plan release.json -o killed >/dev/null
all=$(find whole/jobs -name result.json | wc -l)
done_now() {
    find killed/jobs -name result.json | wc -l
}
moments=$(awk -v seed="$seed" -v all="$all" -v kills="$kills" 'BEGIN {
    srand(seed)
    for (i = 0; i < kills; i++)
        print int((i + rand()) * 0.98 * all / kills) ":" sprintf("%.3f", rand() * 1.5)
}')
killed=0
for moment in $moments; do
    "$fwdelta" matrix run killed --jobs 2 >/dev/null 2>&1 &
    pid=$!
    while kill -0 $pid 2>/dev/null && [ "$(done_now)" -lt "${moment%:*}" ]; do sleep 0.1; done
    sleep "${moment#*:}"
    if kill -9 $pid 2>/dev/null; then killed=$((killed + 1)); fi
    wait $pid 2>/dev/null || true
done
echo "killed $killed times, the last when $(done_now) of $all jobs were done"
"$fwdelta" matrix run killed --jobs 2 >/dev/null
diff -r whole/packages killed/packages
sed '/"times"/,/}/d' whole/report.json >a
sed '/"times"/,/}/d' killed/report.json >b
diff a b
# nothing half done is left among what counts
[ -z "$(find killed -name '*.tmp*' -o -name '*.part')" ] || { find killed -name '*.tmp*'; exit 1; }
[ "$(find killed/jobs -name result.json | wc -l)" -eq "$all" ]
echo "$(find whole/packages -name '*.upd' | wc -l) packages, the same, and the same report"
[ "$killed" -gt $((kills / 2)) ]
