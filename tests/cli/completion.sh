# Completion for three shells, from the tables of options.
. ./lib.sh
for shell in bash zsh fish; do
    if ! command -v $shell >/dev/null; then
        echo "skipped: $shell is not installed"
        exit 77
    fi
    fwdelta --completion $shell >$shell.script || echo "status $?"
    $shell -n $shell.script && echo "$shell reads it"
done

# complete WORD...: what bash offers for the last of them
complete_bash() {
    bash --norc -c '. ./bash.script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fwdelta; echo "${COMPREPLY[*]}"' \
        fwdelta "$@"
}
complete_fish() {
    fish --no-config -c "source fish.script; complete -C '$*'" | cut -f 1 | tr '\n' ' '
    echo
}
echo "== bash"
complete_bash fwdelta ex
complete_bash fwdelta gen --fro
complete_bash fwdelta device ''
complete_bash fwdelta device show --
complete_bash fwdelta gen --output ''
complete_bash fwdelta keys e
echo "== fish"
HOME=$PWD complete_fish fwdelta ex
HOME=$PWD complete_fish fwdelta gen --fro
HOME=$PWD complete_fish fwdelta verify --sou
echo "== zsh (zsh.sh presses keys)"
grep -c '^            ' zsh.script | awk '{ print ($1 > 200 ? "many" : $1) " specifications" }'
zsh -f -c 'cp zsh.script _fwdelta; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -d dump; echo ${_comps[fwdelta]}'

echo "== each command and option is in all three"
for command in $(fwdelta --help | awk '/^  [a-z]/ { print $1 }'); do
    for option in $(fwdelta "$command" --help | sed -n 's/^  \(-., \|    \)--\([a-z0-9-]*\).*/\2/p' | sort -u); do
        [ "$option" = help ] && continue
        sed -n "/^    $command)\$/,/;;/p" bash.script | grep -q -e "--$option " || echo "bash: $command --$option"
        sed -n "/^    $command)\$/,/;;/p" zsh.script | grep -q -e "'\*\{0,1\}--$option[=[]" || echo "zsh: $command --$option"
        grep -q -e "from $command' -l $option\( \|\$\)" fish.script || echo "fish: $command --$option"
    done
done
run --completion
run --completion tcsh
