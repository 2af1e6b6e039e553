# What depends on the terminal: width, colours, and neither of them elsewhere.
. ./lib.sh
in_terminal() {
    python3 "$samples/in_terminal.py" "$@"
}
in_terminal 80 true || {
    echo "skipped: there are no pseudo-terminals"
    exit 77
}
key=INSECURE-release.pem
TERM=xterm
export TERM
unset NO_COLOR COLUMNS
small_images
quiet gen old.bin new.bin --key $key --from-version 1 --to-version 2 -o a.upd
quiet device create dev --description "$samples/inplace-4k.json" --image firmware=old.bin --version 1 \
    --trust INSECURE-release.pub.pem
for round in 1 2 3; do
    quiet gen --full old.bin --key $key --to-version 1 -o old.upd --force
    quiet install a.upd --device dev
    quiet install old.upd --device dev --command full
done

plain() {
    sed 's/\^\[\[[0-9;]*m//g'
}
echo "== wear in 60 columns, then in 120; no line is longer"
for columns in 60 120; do
    in_terminal $columns fwdelta device show dev | plain | sed -n '/^flash/,$p' | stable
    in_terminal $columns fwdelta device show dev | plain | sed -n '/^wear/,$p' |
        awk -v max=$columns 'length($0) > max { print "TOO LONG: " $0 }'
done
fwdelta device show dev | sed -n '/^wear/,$p' >80.txt
in_terminal 80 fwdelta device show dev | plain | sed -n '/^wear/,$p' >terminal.txt
expect_same terminal.txt 80.txt

echo "== colours: in a terminal only, and not under NO_COLOR or TERM=dumb"
in_terminal 80 fwdelta verify a.upd --trust INSECURE-release.pub.pem | grep -E '^(E1|V1|V5 )'
in_terminal 80 fwdelta verify a.upd --trust INSECURE-other.pub.pem | grep '^V4'
for how in NO_COLOR=1 TERM=dumb TERM=; do
    in_terminal 80 env $how fwdelta verify a.upd --trust INSECURE-release.pub.pem | grep -c '\^\['
done
in_terminal 80 env NO_COLOR= fwdelta verify a.upd --trust INSECURE-release.pub.pem | grep -c '\^\['
fwdelta verify a.upd --trust INSECURE-release.pub.pem | grep -c "$(printf '\033')" || true
