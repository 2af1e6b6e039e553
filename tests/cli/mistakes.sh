# The commands that people get wrong. Each line of the table is a command; what is shown for it is one
# sentence on standard error and the status, nothing on standard output, and no file that was not there.
. ./lib.sh
key=INSECURE-release.pem
pub=INSECURE-release.pub.pem
desc=$samples/inplace-4k.json
small_images
quiet gen old.bin new.bin --key $key --from-version 1.0.0 --to-version 1.0.1 --product demo -o good.upd
quiet gen old.bin new.bin --unsigned --to-version 1.0.1 -o unsigned.upd
quiet gen --full new.bin --key $key --to-version 1.0.1 -o full.upd
quiet device create dev --description "$desc" --image firmware=old.bin --version 1.0.0 --trust $pub
head -c 200 good.upd >cut.upd
{ cat new.bin && printf more; } >other.bin
gzip -nc new.bin >new.bin.gz
printf '<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n' >downloaded.bin
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 12345\n' 7 >lfs.bin
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out weak.pem 2>/dev/null
ssh-keygen -q -t ed25519 -N '' -f ssh-key -C '' && chmod 600 weak.pem ssh-key
openssl pkey -in $key -aes256 -passout pass:right -out locked.pem && chmod 600 locked.pem
echo wrong >pass.txt
sed 's/"product": *"demo"/"product": "other"/' "$desc" >other.json
sed 's/,$/,,/' "$desc" >broken.json
sed 's/"program_unit"/"programm_unit"/' "$desc" >misspelt.json
objcopy -I binary -O ihex new.bin new.hex
sed '5s/..\(.\)$/FF\1/' new.hex >bad.hex
: >empty.bin
head -c 9000000 /dev/zero | tr '\000' '\001' >large.bin
mkdir folder
ls >../before

wrong() {
    echo "\$ fwdelta $*" | stable
    status=0
    fwdelta "$@" >.out 2>.err || status=$?
    grep -v ': note: ' .err | stable | sed 's,at least [0-9]* bytes,at least N bytes,'
    echo "[$status]"
    [ "$status" -ne 0 ] || echo "NOT REFUSED"
    # verify, install, boot and torture report, and then say why
    case $1 in verify | install | boot | torture) : >.out ;; esac
    [ ! -s .out ] || echo "AND ON STANDARD OUTPUT: $(cat .out)"
    [ "$(grep -cv ': note: ' .err)" -eq 1 ] || echo "NOT ONE SENTENCE"
    grep -v ': note: ' .err | grep -qE ';|, but |: expected|--[a-z]|explain' || echo "DOES NOT SAY WHAT TO DO"
    ls >../after
    cmp -s ../before ../after || echo "LEFT BEHIND: $(diff ../before ../after | grep '^[<>]' | tr '\n' ' ')"
}

while IFS='|' read -r command; do
    case $command in '' | \#*) echo "$command" && continue ;; esac
    eval "wrong $command"
done <<END
# no command, or one of another tool
build old.bin new.bin
diff old.bin new.bin -o x.upd
apply good.upd
genkey
--verbose gen old.bin new.bin

# gen: what is missing
gen old.bin new.bin
gen new.bin --key $key
gen old.bin new.bin -k $pub -o x.upd
gen old.bin new.bin --key release.pem -o x.upd
gen old.bin new.bin --key ssh-key -o x.upd
gen old.bin new.bin --key weak.pem -o x.upd
gen old.bin new.bin --key locked.pem --passphrase-file pass.txt -o x.upd
gen old.bin new.bin --key $key --from-version 1.0.0 -o x.upd

# gen: the wrong file
gen old.bin nwe.bin --key $key --to-version 2 -o x.upd
gen old.bin empty.bin --key $key --to-version 2 -o x.upd
gen old.bin folder --key $key --to-version 2 -o x.upd
gen old.bin new.bin.gz --key $key --to-version 2 -o x.upd
gen old.bin downloaded.bin --key $key --to-version 2 -o x.upd
gen old.bin lfs.bin --key $key --to-version 2 -o x.upd
gen old.bin bad.hex --key $key --to-version 2 -o x.upd
gen old.bin good.upd --key $key --to-version 2 -o x.upd
gen old.bin new.bin --key $key --to-version 2 -o good.upd
gen old.bin new.bin --key $key --to-version 2 -o nowhere/x.upd
gen old.bin new.bin --key $key --to-version 2 -o folder

# gen: for a device
gen old.bin new.bin --key $key --to-version 2 -d inplace-4k -o x.upd
gen old.bin new.bin --key $key --to-version 2 -d broken.json -o x.upd
gen old.bin new.bin --key $key --to-version 2 -d misspelt.json -o x.upd
gen old.bin new.bin --key $key --to-version 2 --product demo -d other.json -o x.upd
gen --full large.bin --key $key --to-version 2 -d "$desc" -o x.upd
gen old.bin new.bin --key $key --to-version 2 --ram 4 --codec fwd -o x.upd

# verify
verify good.upd
verify good.upd --trust $key
verify good.upd --trust INSECURE-other.pub.pem
verify new.bin --trust $pub
verify cut.upd --trust $pub
verify unsigned.upd --trust $pub
verify good.upd --trust $pub --source new.bin
verify good.upd --trust $pub --source old.bin --target other.bin
verify good.upd --trust $pub --source old.bin --device other.json

# sign, attach, keys
sign good.upd --key $key
sign good.upd --key $pub
attach unsigned.upd --sig old.bin --pub $pub
keys export $key

# devices
device create dev --description "$desc" --image firmware=old.bin --version 1 --trust $pub
device create dev2 --description "$desc" --image old.bin --version 1 --trust $pub
device create dev2 --description "$desc" --image firmwear=old.bin --version 1 --trust $pub
device show
device dump dev firmware
install good.upd
install good.upd --device dve
install full.upd --device dev
install unsigned.upd --device dev
boot good.upd
torture good.upd --device "$desc" --image firmware=old.bin --trust INSECURE-other.pub.pem
module good.upd
explain 999
insepct good.upd
install good.upd --devcie dev
explain bad-magik
END
