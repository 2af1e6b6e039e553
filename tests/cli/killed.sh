# The process is killed in the middle of an installation: what is in the device's files is enough.
. ./lib.sh
key=INSECURE-release.pem
new=$samples/demo-1.1.0.bin
quiet gen "$samples/demo-1.0.0.bin" "$new" --key $key --from-version 1.0.0 --to-version 1.1.0 -o a.upd
quiet device create dev --description "$samples/inplace-4k.json" --trust INSECURE-release.pub.pem \
    --image firmware="$samples/demo-1.0.0.bin" --version 1.0.0
cp -R dev fresh
now() {
    date +%s%N | cut -c1-16 # microseconds
}
begin=$(now)
quiet install a.upd --device dev
took=$(($(now) - begin))

# Kills the program after some part of the time that it takes, until it was in the middle five times.
middle=0
try=0
while [ $middle -lt 5 ] && [ $try -lt 200 ]; do
    try=$((try + 1))
    rm -rf dev && cp -R fresh dev
    delay=$(awk "BEGIN { printf \"%.4f\", $took * ($try * 7 % 20 + 1) / 20 / 1000000 }")
    fwdelta install a.upd --device dev >.out 2>.err &
    pid=$!
    sleep "$delay"
    kill -9 $pid 2>/dev/null
    # the shell may tell of the kill: that is no output of ours
    wait $pid 2>/dev/null && continue
    fwdelta device show dev | grep -q -e rehearsing -e staged -e 'being written' &&
        middle=$((middle + 1))
    fwdelta boot dev >.out 2>.err || echo "killed after $delay s: $(cat .err)"
    fwdelta device show dev | grep -q 'version 1.1.0' || fwdelta install a.upd --device dev >.out ||
        echo "killed after $delay s it does not install"
    quiet device dump dev firmware -o out.bin --force
    cmp out.bin "$new" || echo "killed after $delay s"
done
[ $middle -eq 5 ] || echo "it was in the middle only $middle times"
echo "the new image each time"
leftovers
