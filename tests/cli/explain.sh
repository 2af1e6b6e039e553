# R34: codes that are not documented get no invented meaning.
. ./lib.sh
run explain
run explain 173
run explain source-digest
run explain ok
run explain payload-digest
run explain staging-io
run explain 133
run explain 70000
run explain nonsense
run explain 168 --json
run explain --json >a.txt
grep -c '"code"' a.txt
