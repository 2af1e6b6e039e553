"""FWD.md chapters 10.1, 10.2 and 11 as far as they are about x86: shapes of instructions, their references."""
from collections import namedtuple

LONGEST = 15
ADDRESS_LEAST = 0x10000
ONE = ('mmmmbz..mmmmbz.x' 'mmmmbz..mmmmbz..' 'mmmmbzp.mmmmbzp.' 'mmmmbzp.mmmmbzp.'
       'hhhhhhhhhhhhhhhh' '................' '..emppppzZbB....' 'nnnnnnnnnnnnnnnn'
       'BZBBmmmmmmmmmmmm' '..........f.....' 'oooo....bz......' 'bbbbbbbbiiiiiiii'
       'BBw.vvBZt.w..b..' 'mmmmbb..mmmmmmmm' 'nnnnbbbbrrfn....' 'p.pp..gG......mm')
TWO = ('mmmm.........m.B' 'mmmmmmmmmmmmmmmm' 'mmmmmmmmmmmmmmmm' '........m.B.....'
       'mmmmmmmmmmmmmmmm' 'mmmmmmmmmmmmmmmm' 'mmmmmmmmmmmmmmmm' 'BBBBmmm.mmmmmmmm'
       'rrrrrrrrrrrrrrrr' 'mmmmmmmmmmmmmmmm' '...mBm.....mBmmm' 'mmmmmmmmmmBmmmmm'
       'mmBmBBBm........' 'mmmmmmmmmmmmmmmm' 'mmmmmmmmmmmmmmmm' 'mmmmmmmmmmmmmmmm')

# Offsets of parts in the instruction; None where it has none.
Shape = namedtuple('Shape', 'size map opcode near far disp value relative', defaults=[None] * 4 + [False])


class Short(Exception):
    """So few bytes do not tell the shape."""


def shape(data, wide):
    """The shape of what begins with these bytes, or Short."""
    looked = at = 0

    def take():
        nonlocal looked, at
        at += 1
        looked = at
        return data[at - 1] if at <= len(data) else 0
    half = large = False
    kind, opcode, map_ = 'p', 0, 0
    while kind == 'p' and at < LONGEST:
        opcode = take()
        kind = ONE[opcode]
        half |= opcode == 0x66
        if kind == 'h' and not wide:
            kind = '.'
        if kind in 'hp':
            kind, large = 'p', kind == 'h' and bool(opcode & 8)
    if kind == 'x':
        opcode = take()
        map_ = {0x38: 2, 0x3A: 3}.get(opcode, 1)
        if map_ > 1:
            opcode = take()
        kind = 'm' if map_ == 2 else 'B' if map_ == 3 else TWO[opcode]
    elif kind in 've':
        first = data[at] if at < len(data) else 0
        if not wide and first < 0xC0:
            kind = 'm'
        else:
            map_ = 1 if opcode == 0xC5 else first & 3
            at += {0xC5: 1, 0xC4: 2, 0x62: 3}[opcode]
            opcode = take()
            kind = 'mmmB'[map_] if map_ != 1 else TWO[opcode]
    near = far = disp = value = None
    relative, reg = False, 0
    if kind in 'mBZgG':
        modrm = take()
        mod, rm, reg = modrm >> 6, modrm & 7, modrm >> 3 & 7
        scaled = mod != 3 and rm == 4
        base = take() & 7 if scaled else rm
        if mod == 1:
            at += 1
        elif mod == 2 or mod == 0 and base == 5:
            disp, relative = at, wide and mod == 0 and not scaled
            at += 4
    if kind in 'zZ' or kind == 'i' and not large or kind == 'G' and reg < 2:
        value = None if half else at
        at += 2 if half else 4
    elif kind == 'i':
        at += 8
    elif kind == 'n':
        near, at = at, at + 1
    elif kind == 'r':
        far, at = at, at + 4
    elif kind == 'o':
        disp, at = None if wide else at, at + (8 if wide else 4)
    elif kind in 'bB':
        at += 1
    elif kind == 'g':
        at += reg < 2
    else:
        at += {'f': 6, 'w': 2, 't': 3}.get(kind, 0)
    if looked > len(data):
        raise Short
    if at > LONGEST:
        return Shape(1, 0, 0)
    return Shape(at, map_, opcode, near, far, disp, value, relative)


def leads_at(s):
    """Offset of the 4 bytes that literals have absolute; None: none."""
    if s.far is not None and s.map == 0 and s.opcode == 0xE8:
        return s.far
    return s.disp if s.relative else None


def field_at(data, wide):
    """Where what changes most begins in these bytes."""
    try:
        s = shape(data, wide)
    except Short:
        return len(data)
    return next((part for part in (s.far, s.near, s.disp, s.value) if part is not None), len(data))


def moved(data, s, by):
    at = leads_at(s)
    if at is None:
        return data
    w = int.from_bytes(data[at:at + 4], 'little') + by & 0xFFFFFFFF
    return data[:at] + w.to_bytes(4, 'little') + data[at + 4:]
