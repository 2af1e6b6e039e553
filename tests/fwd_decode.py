"""A second decoder of codecs 3 (fwd) and 4 (lite), written from format/SPEC.md, FWD.md and LITE.md alone, to
show that they are enough. It is slow and plain, and shares nothing with the C code.

usage: python3 tests/fwd_decode.py PACKAGE SOURCE OUTPUT
"""
import hashlib
import pathlib
import sys
from collections import namedtuple

sys.dont_write_bytecode = True

from fwdspec import body, lite, runs  # noqa: E402
from fwdspec.bits import Invalid, Model, RangeDecoder  # noqa: E402

SPEC = pathlib.Path(__file__).resolve().parent.parent / 'format' / 'FWD.md'
ARENA_OF_CLASS = {0: 65536, 1: 262144, 255: 2 ** 32 - 1}

Component = namedtuple('Component', 'codec section_size size digest source_size source_digest params')
Lite = namedtuple('Lite', 'isa slots_log history_log horizon corrections intervals segments')
Parameters = namedtuple('Parameters', 'isa ram_class pages intervals entries segments')


def number(data):
    return int.from_bytes(data, 'little')


def start_table(size):
    """Chapter 13: the table of `size` contexts, from its hexadecimal digits in the specification."""
    text = SPEC.read_text()
    chapter = text[text.index('\n## 13.'):]
    for block in chapter.split('bytes:')[1:]:
        digits = ''.join(line.strip() for line in block.splitlines() if line.startswith('    '))
        data = bytes.fromhex(digits)
        if len(data) == (size + 1) // 2:
            return [4096 * v + 2048 for byte in data for v in (byte & 15, byte >> 4)][:size]
    sys.exit(f'{SPEC}: no start table of {size} contexts in chapter 13')


def varint(data, at):
    """SPEC.md 2.2: the value, and where the next field begins."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def read_component(value, payload_size):
    """SPEC.md 4.3, of the only component: its section is the payload."""
    flags, codec = value[0], value[1]
    section_size, at = varint(value, 2)
    if section_size != 0:
        sys.exit('the last component states the size of its section')
    target_size, at = varint(value, at)
    digest, at = value[at:at + 32], at + 32
    source_size, source_digest = 0, b''
    if flags & 0x10:
        source_size, at = varint(value, at)
        source_digest, at = value[at:at + 16], at + 16
    texts = []
    for _ in range(4 if flags & 0x10 else 3):
        texts.append(value[at + 1:at + 1 + value[at]])
        at += 1 + value[at]
    return Component(codec, payload_size, target_size, digest, source_size, source_digest, texts[-1])


def read_package(data):
    """SPEC.md 3 to 5, without the signatures: the one component and its section."""
    if data[:3] != b'FWD' or data[4] >> 4 != 1:
        sys.exit('not a package of version 1')
    manifest_size, payload_size, digest = number(data[5:7]), number(data[7:11]), data[11:43]
    manifest = data[43:43 + manifest_size]
    block = 43 + manifest_size
    block_size = number(data[block:block + 2])
    payload = data[block + block_size:]
    if len(payload) != payload_size:
        sys.exit('the sizes of the package do not add up')
    if hashlib.sha256(payload).digest() != digest:
        sys.exit('the payload is not the one of the header')
    components, at = [], 0
    while at < len(manifest):
        kind = manifest[at] & 0x7F
        length, at = varint(manifest, at + 1)
        if kind == 0x10:
            components.append(read_component(manifest[at:at + length], payload_size))
        at += length
    if len(components) != 1:
        sys.exit(f'{len(components)} components; expected one')
    return components[0], payload


def arena(p):
    """F4."""
    def r(n):
        return (n + 15) // 16 * 16
    b = r(2 * body.END) + r(12 * body.WEIGHT_ROWS) + r(12 * body.SECOND_ROWS) + r(18 * body.REFINE_ROWS)
    b += 16 * p.segments + 2 * r(8 * p.entries) + r(2048 * p.pages) + r(1024 * p.pages)
    return 10240 + r(10 * p.intervals) + max(16 * p.intervals, b)


def read_parameters(component):
    """Chapter 1."""
    raw = component.params
    if len(raw) != 9 or raw[2] not in ARENA_OF_CLASS or raw[3] == 0 or not 2 <= raw[8] <= 128:
        raise Invalid('F2: parameters')
    if raw[0] != 1 or raw[1] > 13:
        raise Invalid('F1: version or instruction set')
    p = Parameters(raw[1], raw[2], raw[3], number(raw[4:7]), 16 * raw[7], raw[8])
    if not (0 < component.size < 2 ** 30 - 1 and 0 < component.source_size < 2 ** 30 - 1
            and component.section_size > 4):
        raise Invalid('F3: sizes')
    if arena(p) > ARENA_OF_CLASS[p.ram_class]:
        raise Invalid(f'F4: arena {arena(p)}')
    return p


def lite_arena(p):
    """L4."""
    size = 560 + 16 * p.segments + 48 + (512 if p.isa in (5, 6, 11, 12, 13) else 0) + 16 * p.corrections + 12 * p.horizon
    size += 1348 + 2036 + (3 << p.slots_log) + (1 << p.history_log) + 16 + (6 * p.intervals + 3) // 4 * 4
    return (size + 15) // 16 * 16


def read_lite(component):
    """LITE.md chapter 1."""
    raw = component.params
    if len(raw) != 9 or not (8 <= raw[2] <= 14 and 6 <= raw[3] <= 12 and 2 <= raw[4] <= 64 and 2 <= raw[8] <= 128):
        raise Invalid('L2: parameters')
    if raw[0] != 1 or raw[1] > 13:
        raise Invalid('L1: version or instruction set')
    if not (0 < component.size < 2 ** 23 and 0 < component.source_size < 2 ** 23 and component.section_size > 3):
        raise Invalid('L3: sizes')
    return Lite(raw[1], raw[2], raw[3], raw[4], raw[5], number(raw[6:8]), raw[8])


def decode_lite(component, section, source):
    params = read_lite(component)
    middle = 3 + number(section[:3])
    found = lite.read_runs(lite.Coder(section[3:middle]), len(source), component.size)
    return lite.Body(lite.Coder(section[middle:]), params, source, component.size, found).decode()


def decode(component, section, source):
    if component.codec == 4:
        return decode_lite(component, section, source)
    params = read_parameters(component)
    middle = 4 + number(section[:4])
    coder = RangeDecoder(section[4:middle])
    model = Model(coder, start_table(runs.END), 8, 0, 24)
    found = runs.read_runs(model, len(source), component.size)
    coder.end()
    rest = RangeDecoder(section[middle:])
    return body.Body(rest, start_table(body.END), params, source, component.size, found).decode()


def main(package, source, output):
    component, section = read_package(pathlib.Path(package).read_bytes())
    old = pathlib.Path(source).read_bytes()
    if component.codec not in (3, 4):
        sys.exit(f'{package}: codec {component.codec}; expected 3 or 4')
    if len(old) != component.source_size or hashlib.sha256(old).digest()[:16] != component.source_digest:
        sys.exit(f'{source}: not the source of {package}')
    try:
        new = decode(component, section, old)
    except Invalid as error:
        sys.exit(f'{package}: {error}')
    pathlib.Path(output).write_bytes(new)
    if hashlib.sha256(new).digest() != component.digest:
        sys.exit(f'{package}: what was decoded is not the target')


if __name__ == '__main__':
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
