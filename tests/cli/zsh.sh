# What zsh completes in a terminal: a key is pressed, and the line is looked at.
. ./lib.sh
command -v zsh >/dev/null || { echo "skipped: zsh is not installed"; exit 77; }
python3 -c 'import os; os.openpty()' 2>/dev/null || { echo "skipped: no pseudo-terminal can be made here"; exit 77; }
fwdelta --completion zsh >_fwdelta
cat >press.zsh <<'END'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "unset HISTFILE; PS1=; fpath=($PWD \$fpath); autoload -Uz compinit; compinit -u -d $PWD/dump"
# another key writes the line as it is then into a file
zpty -w z "tell() { print -r -- \"\$BUFFER\" >$PWD/line.new; mv $PWD/line.new $PWD/line; BUFFER= }; zle -N tell"
zpty -w z "bindkey '^X' tell; bindkey '^I' complete-word; setopt no_beep"
for line in "$@"; do
    rm -f line
    zpty -w -n z "$line"$'\t\x18'
    for i in {1..200}; do [[ -e line ]] && break; sleep 0.1; done
    print -r -- "$line -> $(<line)"
done
zpty -d z
END
HOME=$PWD TERM=xterm timeout 100 zsh -f press.zsh 'fwdelta expl' 'fwdelta gen --from' 'fwdelta device sh' \
    'fwdelta verify --jun' 'fwdelta gen --product x --out' 'fwdelta prove --sta' 'fwdelta keys e' 'fwdelta gen _fwd' \
    'fwdelta torture -' 'fwdelta nothing-like-it --' 2>&1
