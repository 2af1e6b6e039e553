# The power-loss proof as a command: all cuts, a replay, reports, and what it refuses.
. ./lib.sh
key=INSECURE-release.pem
small_images
quiet gen old.bin new.bin --key $key --from-version 1.0.0 --to-version 1.0.1 -o a.upd
on="--device $samples/inplace-4k.json --image firmware=old.bin --version 1.0.0"
trust="--trust INSECURE-release.pub.pem"

echo "every operation, every class"
# shellcheck disable=SC2086
{
    lines '^result' torture a.upd $on $trust --jobs 2 --report r.json --junit r.xml
    grep -c testcase r.xml >/dev/null && head -c 38 r.xml
    echo
    grep -E '"(lost_nothing|failures)"' r.json
    echo
    lines '^(result|second|fired)' torture a.upd $on $trust \
        --replay op=12,tear=half,seed=0+op=3,tear=unstable,seed=1
    lines 'result' torture a.upd $on $trust --cuts random:50 --tears before,half
    run torture a.upd $on $trust --report r.json
    run torture a.upd $on $trust --replay op=99999
    run torture a.upd $on $trust --replay nonsense
    run torture a.upd $on $trust --cuts many
    run torture a.upd $on $trust --tears half,third
    run torture a.upd $on
    run torture a.upd $trust
    run torture absent.upd $on $trust
    mkdir no-keys
    run torture a.upd $on --trust no-keys
    run prove a.upd $on --trust no-keys --key $key
    quiet gen --full old.bin --key $key --to-version 1.0.0 -o same.upd
    run torture same.upd $on $trust
    run torture same.upd $on $trust --cuts random:10

    echo "a full package where the keys of the update are removed"
    quiet gen --full new.bin --key $key --to-version 1.0.1 -o full.upd
    run torture a.upd $on $trust --start-faults --full full.upd
    quiet gen --full new.bin --key INSECURE-other.pem --to-version 1.0.1 -o full.upd --force
    lines '^result' torture a.upd $on $trust --trust INSECURE-other.pub.pem --start-faults --full full.upd --cuts random:2

    echo "a past"
    lines '^(result|past)' torture a.upd $on $trust --generations 2 --cuts random:5 --report past.json |
        sed 's/past        [0-9]*/past        N/'
    grep -E '"(start_faults|worn_blocks)"' past.json
    grep -qE '"generations": [1-9][0-9]*,' past.json && echo "cuts on a device with a past"
    lines '^(result|fired)' torture a.upd $on $trust --generations 2 --replay from=0+op=9,tear=half,seed=0
    lines '^(result|fired|counters)' torture a.upd $on $trust --worn \
        --replay worn=1,area=package,at=3+op=30,tear=half,seed=0
    lines '^(result|fired|starts)' torture a.upd $on $trust --start-faults \
        --replay op=9,tear=half,seed=0+start=blank,area=staging
    run torture a.upd $on $trust --generations 0
    run torture a.upd $on $trust --replay start=blank,area=nowhere

    echo "a name that is not UTF-8, and how many starts and second cuts"
    bad=$(printf 'b\303\251b\351.upd')
    cp a.upd "$bad"
    fwdelta torture "$bad" $on $trust --cuts random:20 --report bad.json --junit bad.xml | grep '^result'
    grep -E '"(package|second_cut_in|starts_of_a_storm)"' bad.json
    grep '<testsuite' bad.xml | cut -d ' ' -f 2
    fwdelta torture a.upd $on $trust --cuts double --tears half --second-every 7 --report double.json |
        sed -n -E 's/^(second cuts|storms +) ?[0-9]+/\1 N/p'
    grep '"second_cut_in"' double.json
}

echo "it is stopped: its workers end with it"
# The command lines of its processes: no other process names this package, nor does grep here.
processes() {
    grep -l -a -z -x ".*/stopped[.]$$[.]upd" /proc/[0-9]*/cmdline 2>/dev/null
}
# until TEST NUMBER: waits until so many run, a minute at the most; then ends them.
until_running() {
    for _ in $(seq 600); do
        test "$(processes | wc -l)" "$1" "$2" && return
        sleep 0.1
    done
    echo "expected $1 $2 processes, found $(processes | wc -l)"
    for process in $(processes); do
        kill -KILL "$(basename "$(dirname "$process")")"
    done
}
cp a.upd stopped.$$.upd
for signal in TERM INT KILL; do
    # a shell without job control starts it deaf to INT
    # shellcheck disable=SC2086
    env --default-signal=INT fwdelta torture "$PWD/stopped.$$.upd" $on $trust --jobs 2 --cuts double --tears all \
        --second-every 1 --every-state >.out 2>.err &
    pid=$!
    until_running -ge 3
    kill -$signal $pid
    wait $pid 2>/dev/null
    echo "$signal: status $?"
    until_running -eq 0
done
