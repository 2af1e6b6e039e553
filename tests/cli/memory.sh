# Packages that are made with less memory: they install, and are the same bytes whatever the threads.
. ./lib.sh
key=INSECURE-release.pem

# Images of 2 MiB: the demo firmware again and again, each time a little different.
image() {
    for i in $(seq 1 20); do
        cat "$samples/demo-$1.bin"
        echo "$i $i"
    done
}
image 1.0.0 >old.bin
image 1.1.0 >new.bin

make() {
    fwdelta gen old.bin new.bin --key $key --raw --from-version 1 --to-version 2 --force "$@"
}

for memory in 60M 43M; do
    make --memory $memory --jobs 1 -o $memory.1.upd >page.txt 2>&1 || cat page.txt
    make --memory $memory --jobs 4 -o $memory.4.upd >page.txt 2>&1
    cmp $memory.1.upd $memory.4.upd
    echo "$memory: $(grep -c '^installs' page.txt) trials, $(grep -o 'bsdiff-xz [a-z]*' page.txt)"
    fwdelta verify $memory.1.upd --raw --trust INSECURE-release.pub.pem --source old.bin --target new.bin | grep -c '^target'
done
cmp -s 60M.1.upd 43M.1.upd || echo "less memory, another package"
make --memory 32M -o least.upd
make --memory 42M -o least.upd >page.txt 2>&1 || cat page.txt
make --memory 41M --codec stored -o stored.upd >page.txt 2>&1 && echo "what searches nothing takes less"
make --memory 1K -o least.upd
make --memory many -o least.upd
make --memory 20G -o much.upd >page.txt 2>&1 || cat page.txt
cmp 60M.1.upd much.upd && echo "more than enough changes nothing"
fwdelta reproduce 43M.1.upd old.bin new.bin --memory 43M --raw | stable
