# What the cases share. A case is a shell script; `run ARGS` shows and runs a command of fwdelta.

set -u

# What differs from run to run, or with the version of a library, is replaced by a word.
stable() {
    sed -E -e 's/[0-9a-f]{32,}/HEX/g' -e 's/\b[0-9a-f]{16}\b/HEX/g' -e 's/^(time +)[0-9.]+ s/\1N s/' \
        -e 's/about [0-9.]+ s/about N s/' -e 's/[0-9]+ (erases|programs)/N \1/g' \
        -e 's/xz [0-9]+\.[0-9]+\.[0-9]+[a-z]*/xz X.Y.Z/' \
        -e 's/(as (fwd|bsdiff-xz|xz)) [0-9]+ bytes \([0-9.]+ %/\1 N bytes (N %/' \
        -e 's/package, [0-9]+ bytes, [0-9.]+ %/package, N bytes, N %/' \
        -e 's/^(to be signed .*)\([0-9]+ bytes/\1(N bytes/' \
        -e '/^tried /s/[0-9]+ bytes/N bytes/g' \
        -e 's/(dev[0-9]*)\.[A-Za-z0-9]{6}/\1.RANDOM/' \
        -e '/^(certified|certificate|costs|starts) /s/[0-9.]+ (bytes|of a|million|s$|s,)/N \1/g' \
        -e '/this is what was counted/s/[0-9.]+ (bytes|s)/N \1/g' -e '/^action /s/[0-9.]+ (bytes|s)/N \1/g' \
        -e "s|$samples|SAMPLES|g" -e "s|$PWD|HERE|g"
}

# Shows a command, its output (standard output first) and, when it is not 0, its status.
run() {
    echo "\$ fwdelta $*" | stable
    status=0
    fwdelta "$@" >.out 2>.err || status=$?
    cat .out .err | stable
    [ "$status" -eq 0 ] || echo "[$status]"
    echo
}

# The same without its output on success: for what comes before the thing that is shown.
quiet() {
    fwdelta "$@" >.out 2>.err && return
    echo "\$ fwdelta $*"
    cat .out .err
    exit 1
}

# lines PATTERN ARGS: shows only the lines of the output that match, and the status.
lines() {
    pattern=$1
    shift
    echo "\$ fwdelta $* | grep '$pattern'" | stable
    status=0
    fwdelta "$@" >.out 2>.err || status=$?
    cat .out .err | stable | grep -E -e "$pattern"
    [ "$status" -eq 0 ] || echo "[$status]"
    echo
}

expect_same() {
    cmp "$1" "$2" && echo "$1 is $2" | stable
}

# Two images of some 30 KB, the same everywhere.
small_images() {
    # the first byte keeps them from being text
    awk 'BEGIN { for (i = 0; i < 1500; i++) printf "%d:%d;", i, (i * 7919) % 10007 }' |
        sed 's/^0/\x01/' >old.bin
    sed -e 's/:5000;/:5001;/' -e 's/;777:[0-9]*;/;777:a new piece of firmware;/' old.bin >new.bin
}

# A package that is the same byte for byte wherever it is built.
stored_package() {
    printf '\001he old image' >tiny-old.bin
    printf '\001he new image, a little longer' >tiny-new.bin
    quiet gen tiny-old.bin tiny-new.bin --codec stored --key INSECURE-release.pem \
        --from-version 1.0 --to-version 1.1 --product demo --hardware 1-4 --label "spring" \
        --counter 7 -o tiny.upd --force
}

# Prints what an output that failed has left behind; nothing is right.
leftovers() {
    find . -name '.fwdelta-*' -print
    find . -name 'dev*.??????' -print
}

mode_of() {
    ls -ld "$1" | cut -c1-10
}
