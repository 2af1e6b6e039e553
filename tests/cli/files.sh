# as an ordinary user: files that cannot be read, or are not what they should be; folders and disks
# that cannot be written. One sentence, the right status, nothing partial.
. ./lib.sh
key=INSECURE-release.pem
trust=INSECURE-release.pub.pem
small_images
stored_package
quiet device create dev --description "$samples/dual-slot.json" --image firmware=old.bin \
    --version 1 --trust $trust
: >empty
mkdir folder
printf 'hello, world' >text
head -c 100 tiny.upd >short
cp old.bin secret && chmod 000 secret
# a file without content that is larger than every limit
dd if=/dev/null of=sparse bs=1 seek=9000000000 2>/dev/null

for bad in missing empty folder secret text short sparse; do
    echo "== $bad"
    run inspect $bad
    lines 'fwdelta|^result|^.[0-9].$' verify $bad --trust $trust
    lines 'fwdelta|^.[0-9].$' verify tiny.upd --trust $bad
    run tbs $bad -o out
    run sign $bad --key $key
    run sign tiny.upd --key $bad -o out
    run attach tiny.upd --sig $bad --pub INSECURE-other.pub.pem -o out
    run attach tiny.upd --sig text --pub $bad -o out
    lines 'fwdelta' install $bad --device dev
    run boot $bad
    run device show $bad
    run module dev --ca $bad
    run device create dev2 --description $bad --trust $trust
    run device create dev2 --description "$samples/dual-slot.json" --trust $bad
    case $bad in
    text | short) ;; # an image may be anything
    *)
        run gen $bad new.bin --key $key -o out
        run gen old.bin $bad --key $key -o out
        run device create dev2 --description "$samples/dual-slot.json" --image firmware=$bad \
            --trust $trust
        ;;
    esac
    run gen old.bin new.bin --key $bad -o out
    run gen old.bin new.bin --key $key --device $bad -o out
    run export-bsdiff40 $bad old.bin -o out
    run import-bsdiff40 old.bin $bad --key $key -o out
done
[ -e out ] && echo "out was written"
[ -e dev2 ] && echo "dev2 was made"

echo "== a folder that cannot be written"
mkdir closed && chmod 555 closed
run keygen -o closed/k.pem
run gen old.bin new.bin --key $key -o closed/a.upd
run tbs tiny.upd -o closed/tbs
run sign tiny.upd --key INSECURE-other.pem -o closed/a.upd
run device dump dev firmware -o closed/image
run device create closed/dev --description "$samples/dual-slot.json" --trust $trust
run gen old.bin new.bin --key $key -o folder
run gen old.bin new.bin --key $key -o nowhere/a.upd

echo "== a disk that is full"
limited() {
    blocks=$1
    shift
    (
        ulimit -f "$blocks"
        fwdelta "$@"
    ) >big.out 2>big.err
    status=$?
    echo "\$ fwdelta $*" | stable
    stable <big.err
    echo "[$status]"
}
limited 8 gen --full old.bin --key $key -o a.upd --codec stored
limited 8 device dump dev firmware -o image
limited 64 device create dev3 --description "$samples/dual-slot.json" --trust $trust
if [ -w /dev/full ]; then
    fwdelta explain 128 >/dev/full
    echo "[$?]"
fi
leftovers
ls
