"""usage: make_images.py FOLDER IMAGE: pairs of small images for each instruction set. The A32 and A64
ones are made up: functions of random instructions that call each other and load addresses."""
import pathlib
import random
import sys

folder, image = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
pick = random.Random(1)
WORDS = {'a32': [0xE3A00000, 0xE0800001, 0xE5910000, 0xE12FFF1E, 0xE1A00002],
         'a64': [0x52800000, 0x8B010000, 0xF9400020, 0xD65F03C0, 0xAA0203E0]}


def edited(data):
    """`data` with instructions changed, some bytes inserted and an odd end."""
    data = bytearray(data)
    for _ in range(20):
        data[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
    for _ in range(3):
        at = pick.randrange(len(data) // 4) * 4
        data[at:at] = data[200:200 + 4 * pick.randrange(1, 9)]
    return bytes(data) + b'\x07'


def code(isa, functions):
    """`functions`: a list of lists of (word, callee or None), linked one after the other."""
    starts, at = [], 0
    for body in functions:
        starts.append(at)
        at += 4 * len(body)
    words = []
    for body in functions:
        for word, callee in body:
            at = 4 * len(words)
            if callee is not None and isa == 'a32':
                word |= (starts[callee] - at - 8) >> 2 & 0xFFFFFF
            elif callee is not None and word == 0x94000000:
                word |= (starts[callee] - at) >> 2 & 0x3FFFFFF
            elif callee is not None and word & 0x9F000000 == 0x90000000:
                pages = (starts[callee] >> 12) - (at >> 12)
                word |= (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5
            elif callee is not None:
                word |= (starts[callee] & 0xFFF) << 10
            words.append(word)
    return b''.join(word.to_bytes(4, 'little') for word in words)


def function(isa, count):
    body = []
    for _ in range(pick.randrange(4, 40)):
        draw = pick.random()
        if draw < 0.15:
            body.append((0xEB000000 if isa == 'a32' else 0x94000000, pick.randrange(count)))
        elif draw < 0.25 and isa == 'a64':
            callee = pick.randrange(count)
            body += [(0x90000001, callee), (0x91000021, callee)]
        else:
            body.append((pick.choice(WORDS[isa]) ^ pick.randrange(8), None))
    return body


def counted(names, types):
    """A table as the kernel's of types: a name, flags and a type each; `names` and `types` have the numbers."""
    out = bytearray()
    for name, flags, kind in TABLE:
        out += names[name].to_bytes(4, 'little') + flags.to_bytes(4, 'little') + types[kind].to_bytes(4, 'little')
    return bytes(out)


def numbers(step, gone):
    """Numbers for 1500 things, in order; some leave a gap in this version."""
    out, at = [], 5000
    for i in range(1500):
        out.append(at)
        at += step + (7 if i % 97 == gone else 0)
    return out


other = random.Random(2)
TABLE = [(other.randrange(1500), 0x0D000000 + other.randrange(500), other.randrange(1500)) for _ in range(2100)]


def riscv_call(d):
    """JAL ra."""
    return 0xEF | (d >> 20 & 1) << 31 | (d >> 1 & 0x3FF) << 21 | (d >> 11 & 1) << 20 | (d >> 12 & 0xFF) << 12


def linked(parts, address, write):
    """Bytes of functions, made twice: once to know where they begin. write(piece, pc, starts) gives bytes."""
    starts = [0] * len(parts)
    for _ in range(2):
        out = bytearray()
        for i, part in enumerate(parts):
            out += bytes(-len(out) % 4)
            starts[i] = address + len(out)
            for piece in part:
                out += write(piece, address + len(out), starts)
    return bytes(out)


def write_riscv(piece, pc, starts):
    kind, value = piece
    if kind == 'call':
        return riscv_call(starts[value] - pc & 0x1FFFFF).to_bytes(4, 'little')
    if kind in ('address', 'relative', 'ram'):
        target = starts[value] if kind != 'ram' else 0x3FC80000 + 8 * (starts[value] >> 5 & 0xFFF)
        d = target - (pc if kind == 'relative' else 0)
        upper = d + 0x800 & 0xFFFFF000 | 0x517 | (0 if kind == 'relative' else 0x20)
        lower = 0x00050513 | (d & 0xFFF) << 20
        return upper.to_bytes(4, 'little') + lower.to_bytes(4, 'little')
    return value


def write_xtensa(piece, pc, starts):
    kind, value = piece
    if kind == 'call':
        return ((starts[value] - (pc & ~3) - 4 >> 2 & 0x3FFFF) << 6 | 0x25).to_bytes(3, 'little')
    if kind == 'load':
        at = (pc & ~3) - 8
        return ((at - (pc + 3 & ~3) >> 2 & 0xFFFF) << 8 | 0x21).to_bytes(3, 'little')
    if kind == 'word':
        return bytes(-pc % 4) + starts[value].to_bytes(4, 'little')
    return value


RISCV = [b'\x13\x01\x01\xff', b'\x01\x45', b'\x2e\x85', b'\x06\xc6', b'\x83\x27\x05\x00', b'\x82\x80',
         b'\xb3\x87\xe7\x40', b'\x19\xc1', b'\x63\x84\x07\x00', b'\x29\xa0']
XTENSA = [b'\x36\x41\x00', b'\x0c\x12', b'\x22\xa0\x01', b'\x1d\xf0', b'\x8c\x32', b'\x16\x22\x00',
          b'\x20\x20\x74', b'\x28\x03', b'\x06\x02\x00', b'\x76\x82\x05', b'\x66\x12\x08']


def write_x86(piece, pc, starts):
    kind, value = piece
    if kind == 'call':
        return b'\xe8' + (starts[value] - pc - 5 & 0xFFFFFFFF).to_bytes(4, 'little')
    if kind == 'jump':
        return b'\x0f\x84' + (starts[value] - pc - 6 & 0xFFFFFFFF).to_bytes(4, 'little')
    if kind == 'near':
        return b'\x75' + ((value & 0x3F) - 32 & 0xFF).to_bytes(1, 'little')
    if kind == 'relative':
        return b'\x48\x8d\x3d' + (starts[value] - pc - 7 & 0xFFFFFFFF).to_bytes(4, 'little')
    if kind == 'ram':
        target = 0x50000000 + 8 * (starts[value] >> 5 & 0xFFF)
        return b'\xc7\x05' + (target - pc - 10 & 0xFFFFFFFF).to_bytes(4, 'little') + b'\x01\0\0\0'
    if kind == 'address':
        return b'\xb8' + starts[value].to_bytes(4, 'little')
    if kind == 'loaded':
        return b'\x8b\x0d' + starts[value].to_bytes(4, 'little')
    if kind == 'table':
        return bytes(-pc % 8) + (0xFFFFFFFF << 32 | starts[value]).to_bytes(8, 'little')
    return value


def write_halves(piece, pc, starts, order, upper, lower, call, jump):
    kind, value = piece
    if kind == 'code':
        return int.from_bytes(value, 'little').to_bytes(4, order)
    if kind in ('call', 'jump'):
        return (call if kind == 'call' else jump)(pc, starts[value]).to_bytes(4, order)
    if kind == 'word':
        return starts[value].to_bytes(4, order)
    target = starts[value] if kind == 'address' else 0xA0100000 + 8 * (starts[value] >> 4 & 0xFFF)
    words = upper | target + 0x8000 >> 16 & 0xFFFF, lower | target & 0xFFFF
    return b''.join(w.to_bytes(4, order) for w in words)


def write_mips(order):
    def jump(op):
        return lambda pc, target: op << 26 | target >> 2 & 0x3FFFFFF
    return lambda piece, pc, starts: write_halves(piece, pc, starts, order, 0x3C040000, 0x24840000, jump(3), jump(2))


def write_ppc(piece, pc, starts):
    return write_halves(piece, pc, starts, 'big', 0x3C800000, 0x38840000,
                        lambda pc, target: 0x48000001 | target - pc & 0x3FFFFFC,
                        lambda pc, target: 0x41820000 | max(-0x7000, min(0x7000, target - pc)) & 0xFFFC)


def write_avr(piece, pc, starts):
    kind, value = piece
    if kind == 'call':
        return b'\x0e\x94' + (starts[value] >> 1).to_bytes(2, 'little')
    if kind == 'rcall':
        return (0xD000 | (starts[value] - pc - 2 >> 1 & 0xFFF)).to_bytes(2, 'little')
    if kind == 'lds':
        return b'\x80\x91' + (0x100 + starts[value] // 8).to_bytes(2, 'little')
    return value


def small_function(codes, kinds, count):
    body = []
    for _ in range(pick.randrange(4, 30)):
        draw = pick.random()
        if draw < 0.3:
            body.append((pick.choice(kinds), pick.randrange(count)))
        else:
            body.append(('code', pick.choice(codes)))
    return body


def segmented(code, data):
    """An image as the loaders of ESP chips want it: two segments with heads."""
    head = b'\xe9\x02\x02\x20' + (0x42000020).to_bytes(4, 'little') + bytes(16)
    pieces = ((0x3C000020, data), (0x42000020, code + bytes(-len(code) % 4)))
    return head + b''.join(a.to_bytes(4, 'little') + len(p).to_bytes(4, 'little') + p for a, p in pieces)


def make_segmented(name, codes, kinds, write):
    parts = [small_function(codes, kinds, 120) for _ in range(120)]
    for version in ('1', '2'):
        words = b''.join((0x42000020 + 4 * pick.randrange(2000)).to_bytes(4, 'little') for _ in range(60))
        code = linked(parts, 0x42000020, write)
        (folder / f'{name}-{version}').write_bytes(segmented(code, words + edited(image.read_bytes()[200:600])[:-1]
                                                             + bytes(4 * (version == '2'))))
        for _ in range(6):
            parts[pick.randrange(120)] = small_function(codes, kinds, 120)


def make_plain(name, codes, kinds, write, base):
    parts = [small_function(codes, kinds, 120) for _ in range(120)]
    for version in ('1', '2'):
        code = linked(parts, base, write)
        (folder / f'{name}-{version}').write_bytes(code + bytes(version == '2'))
        for _ in range(6):
            parts[pick.randrange(120)] = small_function(codes, kinds, 120)


X86 = [b'\x55', b'\x89\xe5', b'\x83\xec\x18', b'\x8b\x45\x08', b'\xc3', b'\x85\xc0', b'\x0f\xb6\xc0',
       b'\xc7\x45\xfc\x00\x00\x00\x00', b'\x8b\x04\x85\x00\x00\x02\x81', b'\xf7\xc1\x34\x12\x00\x00', b'\x66\xb8\x34\x12',
       b'\xf3\x0f\x10\x44\x24\x08', b'\xc5\xf8\x77', b'\x66\x0f\x3a\x0f\xc1\x08', b'\xd9\x44\x24\x04']
WIDE = [b'\x48\x89\xe5', b'\x48\x83\xec\x28', b'\x4c\x8b\x65\xf8', b'\x49\xbc' + bytes(range(8)), b'\x41\x5c']
data = image.read_bytes()
(folder / 'thumb-1').write_bytes(data[8000:16000])
(folder / 'thumb-2').write_bytes(edited(data[8000:16000]))
(folder / 'tiny-1').write_bytes(b'\x01b')
(folder / 'tiny-2').write_bytes(b'\x01bc')
make_segmented('rv32', RISCV, ['call', 'call', 'address', 'relative', 'ram'], write_riscv)
make_segmented('rv64', RISCV, ['call', 'call', 'relative'], write_riscv)
make_segmented('xtensa', XTENSA, ['call', 'call', 'load', 'word'], write_xtensa)
for name in ('a32', 'a64'):
    parts = [function(name, 150) for _ in range(150)]
    tables = [counted(numbers(11, gone), numbers(3, 2 * gone)) if name == 'a64' else b'' for gone in (1, 30)]
    (folder / f'{name}-1').write_bytes(code(name, parts) + tables[0])
    for _ in range(5):
        parts[pick.randrange(150)] = function(name, 150)
    (folder / f'{name}-2').write_bytes(edited(code(name, parts))[:-1] + tables[1] + b'\x07')
make_plain('x86-64', X86 + WIDE, ['call', 'call', 'jump', 'near', 'relative', 'ram', 'address', 'table'], write_x86,
           0x81000000)
make_plain('x86-32', X86, ['call', 'call', 'jump', 'near', 'address', 'loaded'], write_x86, 0x81000000)
MIPS = [w.to_bytes(4, 'little') for w in (0x27BDFFE0, 0xAFBF001C, 0x00000000, 0x02002025, 0x10400003, 0x8FA20018, 0x03E00008,
                                          0x3C020001, 0x34425678, 0x8C830004)]
PPC = [w.to_bytes(4, 'little') for w in (0x9421FFE0, 0x7C0802A6, 0x60000000, 0x2C030000, 0x41820008, 0x80010024, 0x4E800020,
                                         0x7FE3FB78, 0x38600001)]
AVR = [b'\x08\x95', b'\xcf\x93', b'\x80\xe0', b'\x09\xf4', b'\xfe\xcf', b'\x8f\x5f', b'\x00\x00', b'\xfc\x01']
for name, order in (('mips', 'little'), ('mips-be', 'big')):
    make_plain(name, MIPS, ['call', 'call', 'jump', 'address', 'ram', 'word'], write_mips(order), 0x80000000)
make_plain('powerpc', PPC, ['call', 'call', 'jump', 'address', 'ram', 'word'], write_ppc, 0x80000000)
make_plain('avr', AVR, ['call', 'rcall', 'lds'], write_avr, 0)
