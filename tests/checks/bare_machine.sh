#!/bin/sh
# Both commands of the README on a machine on which nothing is installed: a minimal Debian, made with
# debootstrap from this machine's own apt sources, with a fresh clone of the committed tree.
#
# usage: sh tests/checks/bare_machine.sh [--cache DIR] [--fresh] [--keep] [CASE...]
#
#   user      as a user without root and sudo: status 3 and one sentence, nothing is installed
#   root      samples/walkthrough.sh and tests/run.sh as root: nothing fails, nothing is skipped; then the
#             walkthrough once more as a user, for whom everything is installed
#   no-pty    the tests in build/release once more without /dev/pts: what needs a pseudo-terminal is
#             skipped with its reason, and nothing fails (after root, in the same file system)
#   packages  the packages in build/package, made by check_packages.sh: installed, used by the README's example,
#             removed (not without being asked for)
#   container  the RUN lines of samples/ci/Containerfile: its first stage makes the packages, its second one
#             installs them in a file system of its own (not without being asked for)
#   enter     no test: a shell in such a file system
#
#   --cache DIR   where the file system and downloaded packages are kept, outside the tree
#                 (default: $XDG_CACHE_HOME/fwdelta-bare or ~/.cache/fwdelta-bare)
#   --fresh       makes the file system anew
#   --keep        leaves the file system that was used, and says where it is
#
# Without a CASE: user, root, no-pty. Needs root and debootstrap. Mounts are made in a mount namespace
# of their own, so that they are gone when the last process there ends, however it ends.
#
# exit status: 0 all held, 1 one did not, 2 misuse, 77 such a machine cannot be made here
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/fwdelta-bare
keep=
fresh=
cases=

misuse() {
    echo "bare_machine: $1; sh tests/checks/bare_machine.sh --help" >&2
    exit 2
}

cannot() {
    echo "skipped: no bare machine can be made here: $1"
    exit 77
}

while [ $# -gt 0 ]; do
    case $1 in
    --cache)
        [ $# -ge 2 ] || misuse '--cache needs a folder'
        cache=$2
        shift
        ;;
    --fresh) fresh=1 ;;
    --keep) keep=1 ;;
    -h | --help)
        sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//p;}' "$0"
        exit 0
        ;;
    user | root | no-pty | packages | container | enter) cases="$cases $1" ;;
    *) misuse "'$1' is not known" ;;
    esac
    shift
done
cases=${cases:-user root no-pty}

[ "$(id -u)" -eq 0 ] || cannot 'it needs root'
for tool in debootstrap unshare setpriv git apt-get; do
    command -v $tool >/dev/null || cannot "$tool is not installed"
done
unshare --mount true 2>/dev/null || cannot 'mount namespaces are not allowed'

# ---- the root file system -----------------------------------------------------------------------

# This machine's Debian archives: address, suite and component, one a line.
archives() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
        'Origin: Debian' | sort -u
}

known_archives() {
    archives >"$work/archives"
    if [ ! -s "$work/archives" ]; then
        apt-get update -q >/dev/null 2>&1 || true
        archives >"$work/archives"
    fi
    [ -s "$work/archives" ] || cannot 'apt knows no Debian archive'
}

# The release that this machine runs, as debootstrap calls it.
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")

# Runs a command in mount and process namespaces of its own. When this script ends, so do all its
# processes, and with them the mounts. In the background, so that a signal is heard at once.
in_namespace() {
    status=0
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child "$@" <&3 &
    inside=$!
    wait $inside || status=$?
    inside=
    return $status
}

# Written under another name first: a file of the right name is complete.
make_base() {
    new=$(mktemp -d "$cache/new.XXXXXX")
    echo "making a minimal $suite in $cache"
    address=$(awk -v suite="$suite" '$2 == suite { print $1; exit }' "$work/archives")
    [ -n "$address" ] || cannot "apt knows no archive of $suite"
    in_namespace debootstrap --variant=minbase --cache-dir="$cache/archives" "$suite" "$new/root" \
        "$address" >"$new/log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 5 "$new/log"
        rm -rf --one-file-system "$new"
        cannot 'debootstrap failed, see above'
    fi
    rm -f "$new/root/var/cache/apt/archives/"*.deb
    tar -C "$new/root" -cf "$new/base.tar" .
    mv "$new/base.tar" "$base"
    rm -rf --one-file-system "$new"
}

# lay_out ROOT: a fresh file system with a fresh clone in /home/someone/fwdelta.
lay_out() {
    tar -C "$1" -xf "$base"
    : >"$1/etc/apt/sources.list"
    sed 's/^/deb /' "$work/archives" >"$1/etc/apt/sources.list.d/machine.list"
    apt-config dump | grep -iE '^Acquire::https?::Proxy' >"$1/etc/apt/apt.conf.d/90machine" || true
    cp -L /etc/resolv.conf "$1/etc/resolv.conf"
    chroot "$1" useradd --create-home someone
    git clone --quiet --no-local --no-hardlinks "$tree" "$1/home/someone/fwdelta"
}

# enter ROOT PTS USER COMMAND...: runs it in the clone. PTS: yes, or no for a machine without /dev/pts.
enter() {
    in_namespace sh -eu -c '
        root=$1 pts=$2 user=$3 archives=$4
        shift 4
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=755,size=64k dev "$root/dev"
        while read -r name major minor; do
            mknod -m 666 "$root/dev/$name" c "$major" "$minor"
        done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
ptmx 5 2
END
        ln -s /proc/self/fd "$root/dev/fd"
        ln -s fd/0 "$root/dev/stdin"
        ln -s fd/1 "$root/dev/stdout"
        ln -s fd/2 "$root/dev/stderr"
        mkdir "$root/dev/shm" "$root/dev/pts"
        mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
        if [ "$pts" = yes ]; then
            mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
            ln -sf pts/ptmx "$root/dev/ptmx"
        fi
        mount --bind "$archives" "$root/var/cache/apt/archives"
        home=/root
        [ "$user" = root ] || home=/home/$user
        # Not exec: a process that changes its user no longer hears that its parent died, so the first
        # one of the name space stays root; when it dies, all others do.
        status=0
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$home" \
            USER="$user" TERM="${TERM:-dumb}" chroot --userspec="$user:$user" "$root" \
            sh -c "cd /home/someone/fwdelta && exec \"\$@\"" sh "$@" || status=$?
        exit $status
    ' sh "$1" "$2" "$3" "$cache/archives" $4
}

# ---- cases --------------------------------------------------------------------------------------

failures=0

held() {
    echo "bare_machine: ok: $1 ($(($(date +%s) - since)) s)"
}

fail() {
    echo "bare_machine: FAILED: $1 ($(($(date +%s) - since)) s)"
    failures=$((failures + 1))
}

# one_sentence SCRIPT: what a user who may install nothing is told.
one_sentence() {
    status=0
    enter "$root" yes someone "sh $1" >"$work/out" 2>"$work/err" || status=$?
    cat "$work/err"
    if [ "$status" -eq 3 ] && [ "$(wc -l <"$work/err")" -eq 1 ] &&
        grep -q 'needs root or sudo' "$work/err"; then
        held "a user without sudo gets one sentence from $1"
    else
        fail "a user without sudo gets status $status and the lines above from $1"
    fi
}

case_user() {
    since=$(date +%s)
    chown -R 1000:1000 "$root/home/someone/fwdelta"
    one_sentence samples/walkthrough.sh
    one_sentence tests/run.sh
    chown -R 0:0 "$root/home/someone/fwdelta"
}

walkthrough_as() {
    if enter "$root" yes "$1" 'sh samples/walkthrough.sh' >"$work/out" 2>&1; then
        held "samples/walkthrough.sh as $1"
    else
        tail -n 40 "$work/out"
        fail "samples/walkthrough.sh as $1"
    fi
}

case_root() {
    since=$(date +%s)
    walkthrough_as root
    since=$(date +%s)
    status=0
    enter "$root" yes root 'sh tests/run.sh' >"$work/out" 2>&1 || status=$?
    tail -n 3 "$work/out"
    if [ "$status" -eq 0 ] && tail -n 1 "$work/out" | grep -qxE '[1-9][0-9]* passed, 0 failed'; then
        held 'tests/run.sh'
    else
        grep -vE '^  (ok|skip) ' "$work/out" | tail -n 60
        fail "tests/run.sh ended with status $status and the last line above"
    fi
    since=$(date +%s)
    chown -R 1000:1000 "$root/home/someone/fwdelta"
    walkthrough_as someone
    chown -R 0:0 "$root/home/someone/fwdelta"
}

case_no_pty() {
    since=$(date +%s)
    status=0
    enter "$root" no root 'sh tests/run.sh --build release' >"$work/out" 2>&1 || status=$?
    sed -n '/^skipped: /p' "$work/out"
    tail -n 1 "$work/out"
    if [ "$status" -eq 0 ] && grep -q '^skipped: .*pseudo-terminal' "$work/out" &&
        tail -n 1 "$work/out" | grep -qxE '[1-9][0-9]* passed, 0 failed, [1-9][0-9]* skipped'; then
        held 'without /dev/pts what needs it is skipped'
    else
        grep -vE '^  (ok|skip) ' "$work/out" | tail -n 60
        fail "without /dev/pts tests/run.sh ended with status $status"
    fi
}

case_packages() {
    since=$(date +%s)
    ls "$tree"/build/package/*.deb >/dev/null || fail 'there are no packages; sh tests/checks/check_packages.sh'
    mkdir -p "$root/home/someone/fwdelta/build/package"
    cp "$tree"/build/package/*.deb "$root/home/someone/fwdelta/build/package"
    # this may be newer than what is committed
    cp "$tree/tests/checks/packages_inside.sh" "$root/home/someone/fwdelta/tests/checks/"
    cp "$tree/README.md" "$root/home/someone/fwdelta/"
    if enter "$root" yes root 'sh tests/checks/packages_inside.sh' >"$work/out" 2>&1; then
        tail -n 1 "$work/out"
        held 'packages are installed, used and removed'
    else
        tail -n 40 "$work/out"
        fail 'packages'
    fi
}

# run_lines STAGE: the RUN lines of that stage of the Containerfile, as a script.
run_lines() {
    awk -v stage="$1" '
        /^FROM / { at++ }
        at == stage && (/^RUN / || more) {
            line = $0
            sub(/^RUN /, "", line)
            more = sub(/\\$/, "", line)
            printf "%s%s", line, more ? " " : "\n"
        }' "$tree/samples/ci/Containerfile"
}

# container_stage ROOT STAGE
container_stage() {
    run_lines "$2" >"$1/home/someone/fwdelta/run-lines.sh"
    [ -s "$1/home/someone/fwdelta/run-lines.sh" ] || fail "stage $2 of the Containerfile runs nothing"
    if ! enter "$1" yes root 'sh -eux run-lines.sh' >"$work/out" 2>&1; then
        tail -n 30 "$work/out"
        fail "stage $2 of the Containerfile"
        return 1
    fi
}

case_container() {
    since=$(date +%s)
    container_stage "$root" 1 || return 0
    mkdir "$work/second"
    lay_out "$work/second"
    mkdir -p "$work/second/tmp/packages"
    cp "$root"/home/someone/fwdelta/build/package/*.deb "$work/second/tmp/packages/" || fail 'no packages'
    container_stage "$work/second" 2 || return 0
    if enter "$work/second" yes someone 'fwdelta --version' >"$work/out" 2>&1; then
        held "the Containerfile gives $(cat "$work/out")"
    else
        cat "$work/out"
        fail 'the program of the Containerfile does not run'
    fi
}

mkdir -p "$cache/archives/partial"
base=$cache/$suite.tar
[ -z "$fresh" ] || rm -f "$base"
inside=
exec 3</dev/null
# The downloaded packages are apt's to lock: two runs at once would refuse each other.
exec 9>"$cache/lock"
flock -n 9 || {
    echo "another run uses $cache; waiting for it"
    flock 9
}
# What a run that was killed has left.
for old in "${TMPDIR:-/tmp}"/fwdelta-bare.*/pid; do
    if [ -s "$old" ] && ! kill -0 "$(cat "$old")" 2>/dev/null; then
        rm -rf --one-file-system "${old%/pid}"
    fi
done
work=$(mktemp -d "${TMPDIR:-/tmp}/fwdelta-bare.XXXXXX")
echo $$ >"$work/pid"
root=$work/root
# No mount can be left in it: those of enter() are seen in its namespace only.
clean_up() {
    [ -z "$inside" ] || kill -KILL "$inside" 2>/dev/null || true
    if [ -n "$keep" ]; then
        rm -f "$work/pid"
        echo "bare_machine: left as it is: $work"
    else
        rm -rf --one-file-system "$work"
    fi
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP
known_archives
[ -s "$base" ] || make_base
mkdir "$root"
lay_out "$root"
for name in $cases; do
    case $name in
    user) case_user ;;
    root) case_root ;;
    no-pty) case_no_pty ;;
    packages) case_packages ;;
    container) case_container ;;
    enter)
        exec 3<&0
        enter "$root" yes root 'sh -i' || true
        exec 3</dev/null
        ;;
    esac
done
[ "$failures" -eq 0 ]
