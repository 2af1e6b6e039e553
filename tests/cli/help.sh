# Help goes to standard output with status 0, misuse to standard error with status 2.
. ./lib.sh

run --help
run --version
echo "no arguments: status and what is on standard output"
fwdelta >.out 2>.err
echo "[$?] $(wc -c <.out | tr -d ' ') bytes; first: $(head -n 1 .err)"
fwdelta --help | cmp - .err && echo "and the overview is on standard error"
echo
run explain --help
fwdelta help explain >a.txt && fwdelta explain -h >b.txt
expect_same a.txt b.txt
echo
run nonsense
run --nonsense
run help nonsense
for command in $(fwdelta --help | awk '/^  [a-z]/ { print $1 }'); do
    fwdelta "$command" --help >a.txt 2>.err || echo "$command --help: status $?"
    [ -s .err ] && echo "$command --help: wrote to standard error"
    page=$samples/fwdelta-$command.1
    for option in $(sed -n 's/.*--\([a-z0-9-]*\).*/\1/p' a.txt | sort -u); do
        [ "$option" = help ] && continue
        grep -q -e "\\\\-\\\\-$(echo "$option" | sed 's/-/\\\\-/g')" "$page" ||
            echo "$command: --$option is not in the man page"
    done
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        grep -q "^\.SH \"*$section" "$page" || echo "$command: no section $section"
    done
    grep -q -F "fwdelta\\-$(echo "$command" | sed 's/-/\\-/')" "$samples/fwdelta.1" || echo "$command: not in fwdelta.1"
done
echo "every option is in its man page"
