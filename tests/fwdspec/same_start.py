"""usage: same_start.py ROOT: chapter 13 of format/FWD.md must be the tables of verify/refdelta/model_start.c."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
chapter = (root / 'format' / 'FWD.md').read_text().split('\n## 13.')[1]
lines = [line.strip() for line in chapter.splitlines() if re.fullmatch('    [0-9A-F]+', line)]
told = bytes.fromhex(''.join(lines))
source = re.sub(r'/\*.*?\*/', '', (root / 'verify' / 'refdelta' / 'model_start.c').read_text(), flags=re.S)
done = bytes(int(v, 16) for v in re.findall(r'\b0x([0-9A-Fa-f]{1,2})\b', source))
if not told or told != done:
    sys.exit(f'chapter 13 has {len(told)} bytes, verify/refdelta/model_start.c {len(done)}, and they differ')
