"""usage: refuses.py PACKAGE SOURCE: the decoder of the specification refuses what the clauses
[F1] to [F9] forbid: [F1] [F2] [F3] [F4] [F5] [F6] [F7] [F8], and, of a package with several segments, [F9],
each by a change of a good package."""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import fwd_decode  # noqa: E402
from fwdspec.bits import Invalid  # noqa: E402

component, section = fwd_decode.read_package(pathlib.Path(sys.argv[1]).read_bytes())
source = pathlib.Path(sys.argv[2]).read_bytes()
good, runs_size = component.params, int.from_bytes(section[:4], 'little')
empty = bytes(4)
no_room = component._replace(params=good[:4] + bytes(3) + good[7:])
CASES = [
    ('F1', component._replace(params=b'\x02' + good[1:]), section),
    ('F1', component._replace(params=good[:1] + b'\x63' + good[2:]), section),
    ('F2', component._replace(params=good[:8]), section),
    ('F2', component._replace(params=good[:2] + b'\x02' + good[3:]), section),
    ('F2', component._replace(params=good[:3] + b'\x00' + good[4:]), section),
    ('F2', component._replace(params=good[:8] + b'\x01'), section),
    ('F3', component._replace(size=2 ** 30 - 1), section),
    ('F3', component._replace(section_size=4), section[:4]),
    ('F4', component._replace(params=good[:2] + b'\x00' + good[3:4] + b'\xff\xff\x00' + good[7:]), section),
    ('F5', component, section + bytes(8)),
    ('F6', component, empty + section[4 + runs_size:]),
    ('F6', component, section[:4 + runs_size]),
    ('F7', component._replace(size=1), section),
    ('F8', no_room, section),
]
if good[8] > 2:
    CASES.append(('F9', component._replace(params=good[:8] + b'\x02'), section))
assert fwd_decode.decode(component, section, source)
for clause, changed, data in CASES:
    try:
        fwd_decode.decode(changed, data, source)
    except Invalid as error:
        if not str(error).startswith(clause):
            sys.exit(f'refused for {error}; expected {clause}')
    else:
        sys.exit(f'not refused: {clause}')
