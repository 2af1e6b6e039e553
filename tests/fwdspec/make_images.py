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


data = image.read_bytes()
(folder / 'thumb-1').write_bytes(data[8000:16000])
(folder / 'thumb-2').write_bytes(edited(data[8000:16000]))
(folder / 'tiny-1').write_bytes(b'\x01b')
(folder / 'tiny-2').write_bytes(b'\x01bc')
for name in ('a32', 'a64'):
    parts = [function(name, 150) for _ in range(150)]
    (folder / f'{name}-1').write_bytes(code(name, parts))
    for _ in range(5):
        parts[pick.randrange(150)] = function(name, 150)
    (folder / f'{name}-2').write_bytes(edited(code(name, parts)))
