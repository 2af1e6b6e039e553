#!/bin/sh
# fwdelta matrix run --engine slurm on a cluster of one node on this machine: the same packages and the same
# report as the engine of this machine, also when the node's daemon and its steps are killed half way.
#
# usage: check_slurm.sh FWDELTA
#
# Needs root, slurm-wlm and munge (tests/run.sh --with slurm installs them). Ends with 77 where it cannot run.
set -eu
fwdelta=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$PATH:/usr/sbin
[ "$(id -u)" -eq 0 ] || { echo "skipped: slurmd of a test needs root"; exit 77; }
for program in munged slurmctld slurmd sbatch scontrol; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-slurm.XXXXXX")

# The steps of this cluster, whose parent is init.
kill_steps() {
    for step in $(pgrep -x slurmstepd); do
        if tr '\0' '\n' <"/proc/$step/environ" 2>/dev/null | grep -qF "$work"; then
            kill -9 "$step" 2>/dev/null || true
        fi
    done
}

# What was started here, and only that.
stop() {
    for name in slurmd slurmctld munged; do
        [ ! -s "$work/$name.pid" ] || kill -9 "$(cat "$work/$name.pid")" 2>/dev/null || true
    done
    kill_steps
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

host=$(hostname -s)
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
chmod 755 "$work"
mkdir "$work/state" "$work/spool" "$work/munge"
head -c 1024 /dev/urandom >"$work/munge/key"
chmod 400 "$work/munge/key"
cat >"$work/slurm.conf" <<END
ClusterName=t
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
SlurmUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
KillWait=2
MaxArraySize=20001
MaxJobCount=20000
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=p Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
SLURM_CONF=$work/slurm.conf
export SLURM_CONF
munged --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munged.pid" \
    --seed-file="$work/munge/seed" --log-file="$work/munge/log"
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF"
for _ in $(seq 60); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep 0.5
done
sinfo -h -o %T | grep -q idle || { cat "$work"/*.log; echo "the cluster does not start"; exit 1; }

cd "$work"
"$fwdelta" keygen -o release.pem --no-passphrase >/dev/null 2>&1 || "$fwdelta" keygen -o release.pem >/dev/null
mkdir samples
cp -r "$root/samples/devices" "$root/samples/images" "$root/samples/release.json" samples/
"$fwdelta" matrix plan samples/release.json -o here >/dev/null
"$fwdelta" matrix run here >/dev/null
"$fwdelta" matrix plan samples/release.json -o there >/dev/null

# Half way the daemon of the node dies with all its steps, and comes back.
(
    for _ in $(seq 200); do
        [ "$(find there/jobs -name result.json | wc -l)" -lt 2 ] || break
        sleep 0.2
    done
    kill -9 "$(cat slurmd.pid)" || true
    kill_steps
    find there/jobs -name result.json | wc -l >killed_at
    sleep 1
    slurmd -f "$SLURM_CONF"
) &
"$fwdelta" matrix run there --engine slurm >out.txt 2>err.txt || { cat out.txt err.txt slurmctld.log | tail -n 60; exit 1; }
wait
cat out.txt
echo "killed when $(cat killed_at) of $(find there/jobs -name result.json | wc -l) jobs were done"
for file in here/packages/*.upd; do cmp "$file" "there/packages/$(basename "$file")"; done
sed '/"times"/,/}/d' here/report.json >a
sed '/"times"/,/}/d' there/report.json >b
diff a b
echo "the same packages, the same report"
