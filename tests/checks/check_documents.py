"""Each option that a document gives to a subcommand of fwdelta is one that it has.

usage: check_documents.py FWDELTA FOLDER
"""
import pathlib
import re
import subprocess
import sys

fwdelta, root = sys.argv[1], pathlib.Path(sys.argv[2])


def said(*words):
    return subprocess.run([fwdelta, *words, '--help'], capture_output=True, text=True).stdout


COMMANDS = set(re.findall(r'^  ([a-z-]+)  ', said(), re.M))
options = {}  # by the first two words


def options_of(words):
    """Those of the command, and of its action where it has one."""
    key = tuple(words[:2])
    if key not in options:
        text = said(*key) if len(key) == 2 and re.fullmatch('[a-z-]+', key[1]) else ''
        options[key] = set(re.findall(r'(?<![\w-])--[a-z][a-z0-9-]*', text + said(key[0])))
    return options[key]


def spans(text):
    """What is code: `so`, and lines of blocks that call the program, with the lines they go on in."""
    for block in re.findall(r'^```.*?\n(.*?)^```', text, re.S | re.M):
        yield from re.sub(r'\\\n', ' ', block).splitlines()
    prose = re.sub(r'^```.*?^```', '', text, flags=re.S | re.M)
    for span in re.findall(r'(?<!`)`([^`]+)`(?!`)', prose):
        yield re.sub(r'\s+', ' ', span)


wrong, seen = [], 0
for path in sorted(root.glob('**/*.md')):
    if path.relative_to(root).parts[0] in ('build', 'tests'):
        continue
    for span in spans(path.read_text()):
        words = re.split(r'\s+', re.split(r'\s#\s|[|;&>]', span.strip())[0])
        if words and words[0] == 'fwdelta':
            words = words[1:]
        if len(words) < 2 or words[0] not in COMMANDS:
            continue
        for option in re.findall(r'(?<![\w-])--[a-z][a-z0-9-]*', ' '.join(words)):
            seen += 1
            if option not in options_of(words) | {'--help', '--json', '--force'}:
                wrong.append(f'{path.relative_to(root)}: fwdelta {words[0]} has no option {option}')
for line in wrong:
    print(line)
print(f'{seen} options in documents, {len(wrong)} that do not exist')
sys.exit(1 if wrong or seen < 50 else 0)
