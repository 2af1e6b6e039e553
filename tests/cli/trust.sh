# Keys that change in the field: sets of keys, a device that takes them, a stolen key.
. ./lib.sh
small_images
sed 's/"system": {/"trust": {"blocks": [{"size": 4096, "count": 2}]}, "system": {/' \
    "$samples/inplace-4k.json" >keys.json
for key in a b c d; do
    quiet keygen -o $key.pem
done

echo "the first set, and the one that follows it: key a was stolen"
run trust create --trust a.pub.pem --trust b.pub.pem --trust c.pub.pem --threshold 2 -o 1.fwt
run trust update 1.fwt --trust b.pub.pem --trust c.pub.pem --trust d.pub.pem --key b.pem --key c.pem -o 2.fwt
run trust show 2.fwt --built-in 1.fwt
lines '(chain|reason)' verify 2.fwt --trust 1.fwt
run verify 2.fwt --trust 1.fwt --junit report.xml
lines '(kind|trust set|package before)' inspect 2.fwt
fwdelta trust show 2.fwt --json | grep -E '"(version|threshold|accepted|reason)"'
lines 'trust set' trust export 2.fwt -o set.h
grep -c 0x set.h

echo "a device whose firmware the stolen key signed"
quiet gen old.bin new.bin --key a.pem --key b.pem -o a.upd --from-version 1.0.0 --to-version 1.0.1
quiet gen new.bin old.bin --key a.pem --key b.pem -o stolen.upd --from-version 1.0.1 --to-version 6.6.6
quiet gen new.bin old.bin --key c.pem --key d.pem -o b.upd --from-version 1.0.1 --to-version 1.0.2
run device create dev --description keys.json --image firmware=old.bin --version 1.0.0 --trust 1.fwt
lines '(INSTALL|runs from)' install a.upd --device dev
run device trust dev 2.fwt
run device trust dev 2.fwt
lines '(INSTALL|runs from)' boot dev
lines '(INSTALL: |fwdelta)' install stolen.upd --device dev
lines '(trust set|retired|revoked)' device show dev
lines '(INSTALL: |runs from)' install b.upd --device dev
lines '(runs from)' boot dev
lines '(trust set|retired|revoked)' device show dev
fwdelta device show dev --json | grep -E '"(lost|built_in|revoked)"'

echo "power fails while it takes the set"
run device fault dev --remove keys
quiet device create cut --description keys.json --image firmware=old.bin --version 1.0.0 --trust 1.fwt
for at in 2 5 6 9; do
    lines 'was cut' device trust cut 2.fwt --cut $at
    lines 'trust set' device show cut
done
quiet boot cut
lines 'trust set' device show cut

echo "what is refused"
run trust update 1.fwt --trust b.pub.pem --trust d.pub.pem --key b.pem -o few.fwt
run trust show few.fwt
run device trust dev few.fwt
run trust update few.fwt --trust b.pub.pem --key b.pem -o next.fwt
run trust update 1.fwt --trust b.pub.pem --trust c.pub.pem --key b.pem --key d.pem -o next.fwt
quiet trust create --trust a.pub.pem --set-version 4294967294 -o last.fwt
run trust update last.fwt --trust b.pub.pem --key a.pem --key b.pem -o next.fwt
run device trust dev 1.fwt
run trust update 1.fwt --trust a.pub.pem --trust b.pub.pem --key a.pem --key b.pem --set-version 9 -o branch.fwt
run device trust dev branch.fwt
run trust create --trust d.pub.pem -o other.fwt
run device trust dev other.fwt
run device trust dev a.upd
run install 2.fwt --device dev
run prove 2.fwt --device keys.json --image firmware=old.bin --version 1.0.0 --trust a.pub.pem --key a.pem
run reproduce 2.fwt old.bin new.bin
run verify 2.fwt --trust a.pub.pem
echo '{"roles": ["firmware"]}' >d.pub.json
run trust create --trust d.pub.pem -o none.fwt
echo '{"roles": ["firmware", "keys"]}' >d.pub.json
run trust create --trust d.pub.pem -o none.fwt
rm d.pub.json
run trust create --trust d.pub.pem -o other.fwt
run trust create --trust d.pub.pem
run trust create -o none.fwt
run trust create --trust d.pub.pem --key d.pem -o none.fwt
run trust create --trust d.pub.pem --threshold 5 -o none.fwt
run trust update
run trust show
run trust show d.pem
run trust show missing.fwt
run trust nonsense
quiet device create fixed --description "$samples/inplace-4k.json" --image firmware=old.bin --version 1.0.0 --trust a.pub.pem
run device trust fixed 2.fwt
echo "a set in place of keys: its threshold counts, and only who keeps it takes it"
quiet trust create --trust a.pub.pem --trust b.pub.pem --trust c.pub.pem --threshold 3 -o three.fwt
lines 'result' verify a.upd --trust three.fwt
on="--device $samples/inplace-4k.json --image firmware=old.bin --version 1.0.0 --trust 1.fwt"
run device create odd --description "$samples/inplace-4k.json" --image firmware=old.bin --version 1.0.0 --trust 1.fwt
# shellcheck disable=SC2086
run torture a.upd $on
# shellcheck disable=SC2086
run prove a.upd $on --key a.pem
run device factory odd --description "$samples/inplace-4k.json" --package a.upd --trust 1.fwt
byte=$(od -An -tu1 -j 100 -N 1 2.fwt | tr -d ' ')
cp 2.fwt bad.fwt && printf "\\$(printf %o $((byte ^ 1)))" | dd of=bad.fwt bs=1 seek=100 conv=notrunc 2>/dev/null
run trust export bad.fwt -o bad.h

echo "what power cuts do to a change of keys, and to an update of such a device"
quiet trust update 2.fwt --trust c.pub.pem --trust d.pub.pem --key c.pem --key d.pem -o 3.fwt
on="--device keys.json --image firmware=old.bin --version 1.0.0 --trust 1.fwt --jobs 2"
# shellcheck disable=SC2086
{
    lines '^(keys|result| +[0-9]+ found)' torture 2.fwt $on
    quiet gen --full old.bin --key a.pem --key b.pem -o other.upd --to-version 1.0.0
    lines '^(result|worn)' torture 3.fwt $on --trust-set 2.fwt --start-faults --worn --report keys.report
    lines '^result' torture a.upd $on --cuts random:20
    lines '^(power cuts|inputs)' prove a.upd $on --key a.pem --cuts random:20
    lines '^(power cuts|repeated)' prove a.upd $on --check a.upd.proof.json --signer a.pub.pem --sample 5
    lines '^(power cuts|inputs|keys|set|fwdelta)' prove 2.fwt $on --key b.pem --html keys.html
    run prove 2.fwt $on --check 2.fwt.proof.json --signer b.pub.pem --sample 20
    run prove 1.fwt $on --key b.pem
    run prove 2.fwt --device keys.json --image firmware=old.bin --version 1.0.0 --trust a.pub.pem --key b.pem
    run prove bad.fwt $on --key b.pem
    run torture a.upd $on --trust-set 3.fwt
    run torture 2.fwt $on --trust-set 3.fwt
    run torture 2.fwt $on --trust-set missing.fwt
    run torture 2.fwt $on --trust-set a.pub.pem
    run torture 1.fwt $on --cuts random:10
    run torture 1.fwt $on
    run torture 2.fwt $on --trust-set 2.fwt
    run torture 2.fwt $on --generations 2
    run torture 2.fwt $on --unconfirmed
    run torture a.upd $on --worn
    quiet gen --full new.bin --key a.pem --key b.pem -o full-2.upd --to-version 1.0.1
    lines '^(update|worn|result)' torture a.upd $on --worn --full full-2.upd --cuts random:5
    run torture a.upd $on --full full-2.upd
    run torture a.upd $on --worn --full a.upd
    run torture a.upd $on --worn --full other.upd
    run torture a.upd $on --worn --full absent.upd
    run torture a.upd $on --worn --full full-2.upd --generations 1
    run torture 2.fwt $on --worn --full full-2.upd
    run torture 2.fwt --device "$samples/inplace-4k.json" --image firmware=old.bin --version 1.0.0 --trust a.pub.pem
}
lost=$(sed -n 's/.*"lost_nothing": //p' keys.report)
echo "lost nothing: $lost"

echo "a factory that programs the set"
quiet gen --full old.bin --key a.pem --key b.pem -o full.upd --to-version 1.0.0
lines '(factory|trust)' device factory program --description keys.json --package full.upd --trust 1.fwt
ls program
grep '"keys"' program/program.json
lines '^device' device create made --factory program
lines 'runs from' boot made
lines 'trust set' device trust made 2.fwt
lines '^(cuts|result)' torture a.upd --device keys.json --image firmware=old.bin --version 1.0.0 --factory program --cuts random:5 --tears half
run torture a.upd --device keys.json --image firmware=old.bin --version 1.0.0 --factory missing
mkdir empty
run torture a.upd --device keys.json --image firmware=old.bin --version 1.0.0 --factory empty
run device create never --factory empty
ls odd bad.h none.fwt next.fwt 2>&1 | sed 's/.*: //' | sort | uniq
