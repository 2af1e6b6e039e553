"""FWD.md chapter 10.1 and the writing of 10.2: references in the source and in the target."""
from collections import namedtuple

from .bits import M32
from . import x86
from .values import A32, A64, ARM, NONE, RV32, RV64, THUMB, X86, X86_64, XTENSA

(POINTER, DATA, RELATIVE, OFFSET, CALL, JUMP, FAR, LOAD, LOAD_FAR, ADR, NEAR, COND, TEST, HIGH, LOW) = range(15)
WORDS = (POINTER, DATA)
TAIL = 0x800000

# target: an address until it is resolved, then an offset, or an address with data or fixed set. part: of
# RISC-V's LOW and ADR, what the register holds in T; of x86, the offset of the field in the instruction.
Reference = namedtuple('Reference', 'type target unit size second data fixed split part',
                       defaults=[4, False, False, False, False, 0])
Segment = namedtuple('Segment', 'offset size address')


class Image:
    """Where an image lies (chapter 3)."""

    def __init__(self, size, known, segments, alias, gp, windows):
        self.size, self.known, self.segments = size, known, segments
        self.alias, self.gp, self.windows = alias, gp, windows
        self.values = range(0)  # offsets of values that shift, of A64's S

    def address(self, offset):
        s = self.segments[0]
        for t in self.segments:
            if t.offset <= offset:
                s = t
        return s.address + offset - s.offset & M32

    def offset(self, address, tail=0, mask=M32):
        for s in self.segments:
            inside = address - s.address & mask
            if inside < s.size + (tail if s is self.segments[-1] else 0):
                return s.offset + inside
        return None

    def in_window(self, w):
        return any(first <= w >> 16 <= last for first, last in self.windows)

    def resolve(self, found, tail=0, outside=False, fixed=False):
        """`found` with its address made an offset, or data or fixed where these are allowed; or None."""
        target = self.offset(found.target & M32, tail)
        if target is not None:
            return found._replace(target=target)
        found = found._replace(target=found.target & M32, data=True)
        if outside and self.in_window(found.target):
            return found
        return found._replace(fixed=True) if fixed else None


def sx(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def u16(data, at):
    return int.from_bytes(data[at:at + 2], 'little')


def u32(data, at):
    return int.from_bytes(data[at:at + 4], 'little')


def match_word(image, w):
    if image.known:
        target = image.offset(w)
        if target is not None:
            return Reference(POINTER, target, 0)
    if image.alias and (w - image.alias) & M32 < image.size:
        return Reference(POINTER, (w - image.alias) & M32, 0, 4, True)
    return Reference(DATA, w, 0, data=True) if image.in_window(w) else None


def match_long(image, data):
    if not image.known or len(data) < 8:
        return None
    target = image.offset(int.from_bytes(data, 'little'), TAIL, 2 ** 64 - 1)
    return None if target is None else Reference(POINTER, target, 0, 8)


def far24(h, k):
    """S:I1:I2:h[9:0]:k[10:0]."""
    s = h >> 10 & 1
    i1, i2 = 1 ^ (k >> 13 & 1) ^ s, 1 ^ (k >> 11 & 1) ^ s
    return s << 23 | i1 << 22 | i2 << 21 | (h & 0x3FF) << 11 | k & 0x7FF


def with_far24(h, k, offset):
    s, i1, i2 = offset >> 23 & 1, offset >> 22 & 1, offset >> 21 & 1
    h = h & 0xF800 | s << 10 | offset >> 11 & 0x3FF
    return h, k & 0xD000 | (1 ^ i1 ^ s) << 13 | (1 ^ i2 ^ s) << 11 | offset & 0x7FF


def match_thumb(at, h, k):
    """at: the address; k is None where no whole second half follows."""
    a = at + 4 & ~3
    if h >> 11 >= 0x1D:
        if k is None:
            return None
        if h & 0xFF7F == 0xF85F:
            return Reference(LOAD_FAR, a + (k & 0xFFF if h >> 7 & 1 else -(k & 0xFFF)), 0)
        if h & 0xF800 == 0xF000:
            if k & 0xC000 == 0xC000 and k >> 12 & 1:
                return Reference(CALL, at + 4 + sx(far24(h, k) << 1, 25), 1)
            if k & 0xD000 == 0x9000:
                return Reference(JUMP, at + 4 + sx(far24(h, k) << 1, 25), 1)
            if k & 0xD000 == 0x8000 and h >> 6 & 15 < 14:
                s, j1, j2 = h >> 10 & 1, k >> 13 & 1, k >> 11 & 1
                far = s << 20 | j2 << 19 | j1 << 18 | (h & 0x3F) << 12 | (k & 0x7FF) << 1
                return Reference(FAR, at + 4 + sx(far, 21), 1)
        return None
    if h & 0xF800 == 0x4800:
        return Reference(LOAD, a + 4 * (h & 0xFF), 2, 2)
    if h & 0xF800 == 0xA000:
        return Reference(ADR, a + 4 * (h & 0xFF), 2, 2)
    if h & 0xF800 == 0xE000:
        return Reference(NEAR, at + 4 + 2 * sx(h, 11), 1, 2)
    if h & 0xF000 == 0xD000 and h >> 8 & 15 < 14:
        return Reference(COND, at + 4 + 2 * sx(h, 8), 1, 2)
    if h & 0xF500 == 0xB100:
        return Reference(TEST, at + 4 + ((h >> 9 & 1) << 6 | (h >> 3 & 31) << 1), 1, 2)
    return None


def match_a32(at, w):
    if w >> 28 == 15:
        return None
    if w >> 25 & 7 == 5:
        return Reference(HIGH, at + 8 + 4 * sx(w, 24), 2)
    if w >> 16 & 0xF7F == 0x51F:
        return Reference(LOW, at + 8 + (w & 0xFFF if w >> 23 & 1 else -(w & 0xFFF)), 0)
    return None


def match_a64_branch(at, w):
    if w >> 26 == 0x25:
        return Reference(CALL, at + 4 * sx(w, 26), 2)
    if w >> 26 == 0x05:
        return Reference(JUMP, at + 4 * sx(w, 26), 2)
    if w & 0xFF000010 == 0x54000000 or w & 0x7E000000 == 0x34000000 or w & 0x3B000000 == 0x18000000:
        return Reference(COND, at + 4 * sx(w >> 5, 19), 2)
    if w & 0x7E000000 == 0x36000000:
        return Reference(TEST, at + 4 * sx(w >> 5, 14), 2)
    return None


def is_value(w):
    return 0 < w < 2 ** 24


def is_adrp(w):
    return w & 0x9F000000 == 0x90000000


def is_low(w):
    return w & 0xFFC00000 == 0x91000000 or w & 0x3B000000 == 0x39000000


def scale(w):
    if w & 0xFFC00000 == 0x91000000:
        return 0
    return 4 if w & 0x04800000 == 0x04800000 else w >> 30


def low(w):
    return (w >> 10 & 0xFFF) << scale(w)


def page(at, w):
    return (at & ~0xFFF) + (sx((w >> 5 & 0x7FFFF) << 2 | w >> 29 & 3, 21) << 12)


def match_pages(image, source, at, w):
    pc = image.address(at)
    if is_adrp(w):
        target = page(pc, w)
        for i in range(at + 4, min(at + 36, len(source) - 3), 4):
            v = u32(source, i)
            if is_low(v) and v >> 5 & 31 == w & 31:
                target += low(v)
                break
        return Reference(HIGH, target, 12, split=True)
    if is_low(w):
        for i in range(at - 4, max(at - 36, -1), -4):
            v = u32(source, i)
            if v & 31 == w >> 5 & 31:
                target = page(pc - at + i, v) + low(w)
                return Reference(LOW, target, scale(w), split=True) if is_adrp(v) else None
    return None


def match_table(source, at):
    if at < 4 or at + 8 > len(source):
        return None
    before, w, after = u32(source, at - 4), u32(source, at), u32(source, at + 4)
    if w >> 25 not in (0, 127):
        return None
    if 4096 <= w < len(source) and 0 <= w - before < 32768 and 0 <= after - w < 32768:
        return Reference(OFFSET, w, 0)
    if abs(sx(w, 32)) >= 4096 and (at + w) & M32 < len(source):
        return Reference(RELATIVE, (at + w) & M32, 0)
    return None


# RISC-V.

def bits(w, *places):
    """The bits of w that (highest, lowest) pairs name, the first pair uppermost."""
    value = 0
    for high, low_ in places:
        value = value << (high - low_ + 1) | w >> low_ & (2 << (high - low_)) - 1
    return value


JAL = ((31, 31), (19, 12), (20, 20), (30, 21))
BRANCH = ((31, 31), (7, 7), (30, 25), (11, 8))
CJ = ((12, 12), (8, 8), (10, 9), (6, 6), (7, 7), (2, 2), (11, 11), (5, 3))
CB = ((12, 12), (6, 5), (2, 2), (11, 10), (4, 3))


def with_bits(w, value, places):
    """The inverse of bits()."""
    for high, low_ in reversed(places):
        mask = (2 << (high - low_)) - 1
        w = w & ~(mask << low_) | (value & mask) << low_
        value >>= high - low_ + 1
    return w


RISCV_FIELDS = {CALL: (JAL, 21), JUMP: (JAL, 21), COND: (BRANCH, 13), NEAR: (CJ, 12), TEST: (CB, 9)}


def riscv_at(source, at):
    if at + 2 > len(source):
        return None
    h = u16(source, at)
    if h & 3 != 3:
        return h
    return u32(source, at) if at + 4 <= len(source) else None


def riscv_size(w):
    return 4 if w & 3 == 3 else 2


def riscv_kind(w):
    if w & 3 == 3:
        return {0x6F: CALL if w >> 7 & 31 == 1 else JUMP, 0x63: COND}.get(w & 0x7F)
    return {0xA001: NEAR, 0x2001: NEAR, 0xC001: TEST, 0xE001: TEST}.get(w & 0xE003)


def riscv_branch(pc, w):
    kind = riscv_kind(w)
    if kind is None:
        return None
    places, width = RISCV_FIELDS[kind]
    return Reference(kind, pc + sx(bits(w, *places) << 1, width), 1, riscv_size(w))


def is_store(w):
    return w & 0x7F in (0x23, 0x27)


def riscv_low(w):
    if w & 3 != 3:
        return None
    if is_store(w):
        return sx(bits(w, (31, 25), (11, 7)), 12)
    if w & 0x7F in (0x03, 0x07, 0x67) or w & 0x7F in (0x13, 0x1B) and w >> 12 & 7 == 0:
        return sx(w >> 20, 12)
    return None


def riscv_changed(w):
    """The register that an instruction changes, 0 for none."""
    if w & 3 == 3:
        return 0 if is_store(w) or w & 0x7F == 0x63 else w >> 7 & 31
    quadrant, kind = w & 3, w >> 13 & 7
    if quadrant == 0:
        return 8 + (w >> 2 & 7) if kind < 4 else 0
    if quadrant == 1 and kind == 4:
        return 8 + (w >> 7 & 7)
    return 0 if kind >= 5 else w >> 7 & 31


class Uppers:
    """Upper parts of addresses that registers hold, of S and T."""

    def __init__(self):
        self.source, self.target, self.end, self.relative = {}, {}, {}, {}

    def find_high(self, image, source, at, to_at, w):
        rd, relative = w >> 7 & 31, w & 0x7F == 0x17
        self.end.pop(rd, None)
        if rd == 0:
            return None
        place, low_ = at + 4, None
        for _ in range(16):
            v = riscv_at(source, place)
            if v is None:
                break
            if riscv_low(v) is not None and v >> 15 & 31 == rd:
                low_ = riscv_low(v)
                break
            if riscv_changed(v) == rd:
                break
            place += riscv_size(v)
        if low_ is None:
            return None
        upper = (w & 0xFFFFF000) + (image.address(at) if relative else 0) & M32
        self.source[rd] = upper
        found = image.resolve(Reference(HIGH, upper + low_, 0, split=True), 0, True, relative)
        if found:
            self.end[rd], self.relative[rd] = to_at + 4, relative
        return found

    def find_low(self, image, new, to_at, w):
        rs = w >> 15 & 31
        if rs == 3 and image.gp:
            return image.resolve(Reference(ADR, image.gp + riscv_low(w), 0, part=new.gp), 0, True)
        if rs not in self.end or to_at - self.end[rs] >= 512:
            return None
        return image.resolve(Reference(LOW, self.source[rs] + riscv_low(w), 0, part=self.target.get(rs, 0)), 0,
                             True, self.relative[rs])

    def forget(self, w):
        if w & 0x7F not in (0x17, 0x37):
            self.end.pop(riscv_changed(w), None)

    def wrote(self, image, w, to_at):
        if w & 0x7F in (0x17, 0x37):
            pc = image.address(to_at) if w & 0x7F == 0x17 else 0
            self.target[w >> 7 & 31] = (w & 0xFFFFF000) + pc & M32


def find_riscv(isa, source, image, new, at, to_at, rest, uppers):
    w = riscv_at(source, at)
    if w is None:
        return None
    if isa == RV64 and at % 8 == 0 and to_at % 8 == 0:
        found = match_long(image, source[at:at + 8])
        if found:
            return found
    found = None
    if rest == 0 and w & 0x7F in (0x17, 0x37):
        found = uppers.find_high(image, source, at, to_at, w)
        if found or isa == RV64:
            return found
    if isa == RV32 and at % 4 == 0 and to_at % 4 == 0 and at + 4 <= len(source):
        found = match_word(image, u32(source, at))
    if found or rest:
        return found
    found = riscv_branch(image.address(at), w)
    if found:
        found = image.resolve(found)
    if not found and riscv_low(w) is not None:
        found = uppers.find_low(image, new, to_at, w)
    uppers.forget(w)
    if found and isa == RV64 and found.type == NEAR and w & 0xE003 == 0x2001:
        return None
    return found


# Xtensa.

def xtensa_size(first):
    return 2 if 8 <= first & 15 < 14 else 3


def match_xtensa(pc, w):
    size = xtensa_size(w)
    if w & 15 == 1:
        return Reference(LOAD, (pc + 3 & ~3) + 0xFFFC0000 + 4 * (w >> 8 & 0xFFFF), 2, 3)
    if w & 15 == 5:
        return Reference(CALL, (pc & ~3) + 4 + 4 * sx(w >> 6, 18), 2, 3)
    if w & 0x3F == 0x06:
        return Reference(JUMP, pc + 4 + sx(w >> 6, 18), 0, 3)
    if w & 0x3F == 0x16:
        return Reference(FAR, pc + 4 + sx(w >> 12, 12), 0, 3)
    if w & 15 == 7 or w & 0x3F == 0x26 or w & 0xFF in (0xB6, 0xF6) or w & 0xFF == 0x76 and w >> 12 & 15 < 2:
        return Reference(COND, pc + 4 + sx(w >> 16, 8), 0, 3)
    if w & 0xFF == 0x76 and w >> 12 & 15 in (8, 9, 10):
        return Reference(NEAR, pc + 4 + (w >> 16 & 0xFF), 0, 3)
    if w & 15 == 12 and w >> 7 & 1:
        return Reference(TEST, pc + 4 + ((w >> 4 & 3) << 4 | w >> 12 & 15), 0, size)
    return None


# x86.

def x86_distance(pc, data, s):
    """The reference of an instruction that has a distance, or None."""
    if s.far is not None:
        kind, at, bits_ = FAR if s.map == 1 else CALL if s.opcode == 0xE8 else JUMP, s.far, 32
    elif s.near is not None:
        kind, at, bits_ = NEAR if s.opcode == 0xEB else COND, s.near, 8
    elif s.relative:
        kind, at, bits_ = ADR, s.disp, 32
    else:
        return None
    return Reference(kind, pc + s.size + sx(u32(data, at), bits_), 0, s.size, part=at)


def x86_reference(image, pc, data, s):
    found = x86_distance(pc, data, s)
    if found:
        return image.resolve(found, 0, found.type == ADR, found.type == ADR)
    for at in (s.disp, s.value):
        if at is not None and image.known and u32(data, at) >= x86.ADDRESS_LEAST:
            found = image.resolve(Reference(HIGH, u32(data, at), 0, s.size, part=at), 0, True)
            if found:
                return found
    return None


def x86_word(isa, source, image, at, to_at):
    align = 8 if isa == X86_64 else 4
    if at % align or to_at % align or at + align > len(source):
        return None
    return match_long(image, source[at:at + 8]) if isa == X86_64 else match_word(image, u32(source, at))


def find_x86(isa, source, image, at, to_at):
    """(reference or None, bytes up to the next place to look at, opcode or None)"""
    found = x86_word(isa, source, image, at, to_at)
    if found:
        return found, 1, None
    data = source[at:at + x86.LONGEST]
    try:
        s = x86.shape(data, isa == X86_64)
    except x86.Short:
        return None, 1, None
    if s.size > len(data):
        return None, 1, None
    align = 8 if isa == X86_64 else 4
    if image.known and (at ^ to_at) % align == 0:
        for first in range(align - at % align, s.size, align):
            if x86_word(isa, source, image, at + first, to_at + first):
                return None, first, s.opcode
    return x86_reference(image, image.address(at), data, s), s.size, s.opcode


def again_x86(isa, image, found, data, at):
    try:
        s = x86.shape(data, isa == X86_64)
    except x86.Short:
        return None
    if s.size != len(data):
        return None
    other = x86_distance(image.address(at), data, s)
    if found.type == HIGH:
        if other or found.part not in (s.disp, s.value):
            return None
        address = u32(data, found.part)
    elif other and (other.type, other.part) == (found.type, found.part):
        address = other.target & M32
    else:
        return None
    if found.data:
        return address if found.fixed or image.in_window(address) else None
    return image.offset(address)


def write_x86(found, old, address, pc):
    if found.type != HIGH:
        address = address - pc - found.size
    size = 1 if found.type in (NEAR, COND) else 4
    if size == 1 and not fits(sx(address, 32), 8, 0):
        return None
    field = (address & (1 << 8 * size) - 1).to_bytes(size, 'little')
    return old[:found.part] + field + old[found.part + size:]


def find(isa, tables, source, image, new, at, to_at, in_pool, rest, uppers):
    """10.1: the reference at source offset `at` for target offset `to_at`, or None."""
    size = len(source)
    if isa == NONE or isa != XTENSA and (at % 2 or to_at % 2):
        return None
    if isa in (RV32, RV64):
        return find_riscv(isa, source, image, new, at, to_at, rest, uppers)
    aligned = at % 4 == 0 and to_at % 4 == 0 and at + 4 <= size
    w, pc = u32(source, at), image.address(at)
    found = None

    def resolved(reference, tail=0):
        return reference and image.resolve(reference, tail)
    if isa == A64:
        if not aligned:
            return None
        if at in image.values:
            return Reference(DATA, w, 0, data=True) if is_value(w) else None
        if at % 8 == 0 and to_at % 8 == 0:
            found = match_long(image, source[at:at + 8])
        found = found or tables and match_table(source, at)
        return found or resolved(match_a64_branch(pc, w)) or resolved(match_pages(image, source, at, w), TAIL)
    if aligned:
        found = match_word(image, w)
        if not found and isa in (A32, ARM):
            found = tables and match_table(source, at) or resolved(match_a32(pc, w))
    if found or isa == A32:
        return found or None
    if isa == XTENSA:
        return None if rest or at + 3 > size else resolved(match_xtensa(pc, w & 0xFFFFFF))
    if aligned and in_pool or at + 2 > size:
        return None
    k = u16(source, at + 2) if at + 4 <= size else None
    return resolved(match_thumb(pc, u16(source, at), k))


def again(isa, image, found, data, at):
    """10.3: the target of the written bytes, read as a reference of the same type; None if they are none."""
    w, kind, pc = u32(data, 0), found.type, image.address(at)
    if kind == POINTER:
        if found.size == 8:
            other = match_long(image, data)
        elif found.second:
            target = (w - image.alias) & M32
            return target if image.alias and target < image.size else None
        else:
            return image.offset(w) if image.known else None
    elif kind == DATA:
        return w if (is_value(w) if isa == A64 else image.in_window(w)) else None
    elif kind == OFFSET:
        return w if w < image.size else None
    elif kind == RELATIVE:
        return at + w & M32 if at + w & M32 < image.size else None
    elif isa in (RV32, RV64) and kind in (LOW, ADR):
        low_ = riscv_low(w)
        if low_ is None:
            return None
        address = found.part + low_ & M32
        if found.data:
            return address if found.fixed or image.in_window(address) else None
        return image.offset(address)
    elif isa in X86:
        return again_x86(isa, image, found, data, at)
    elif isa == A64:
        other = image.resolve(match_a64_branch(pc, w)) if match_a64_branch(pc, w) else None
    else:
        if isa in (RV32, RV64):
            other = riscv_branch(pc, w) if riscv_size(w) == len(data) else None
        elif isa == XTENSA:
            other = match_xtensa(pc, w) if xtensa_size(w) == len(data) else None
        elif kind in (HIGH, LOW):
            other = match_a32(pc, w)
        else:
            other = match_thumb(pc, u16(data, 0), u16(data, 2) if len(data) == 4 else None)
        other = other and image.resolve(other)
    return other.target if other and other.type == kind else None


def fits(distance, width, unit):
    return distance % (1 << unit) == 0 and sx(distance, width) == distance


def write(isa, image, found, old, to_at, target):
    """10.2: the bytes `old` with the fields that make the target `target`; None when not possible."""
    kind, size, d = found.type, found.size, None
    address = target if found.data else image.address(target)
    pc = image.address(to_at)
    w, h, k = u32(old, 0), u16(old, 0), u16(old, 2) if len(old) == 4 else 0
    if kind == POINTER and size == 8:
        w = address | image.segments[0].address >> 32 << 32
    elif kind == POINTER:
        w = target + image.alias if found.second else address
    elif kind in (DATA, OFFSET):
        w = target
    elif kind == RELATIVE:
        w = target - to_at
    elif isa in X86:
        return write_x86(found, old, address, pc)
    elif isa in (RV32, RV64):
        w = write_riscv(found, w, address, pc)
    elif isa == XTENSA:
        w = write_xtensa(kind, w, address, pc)
    elif isa == A64 and kind == HIGH:
        pages = (address >> 12) - (pc >> 12)
        w = w & 0x9F00001F | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5
    elif isa == A64 and kind == LOW:
        if (address & 0xFFF) % (1 << found.unit):
            return None
        w = w & ~(0xFFF << 10) | (address & 0xFFF) >> found.unit << 10
    elif isa == A64:
        d = sx(address - pc, 32)
        width, place = {CALL: (26, 0), JUMP: (26, 0), COND: (19, 5), TEST: (14, 5)}[kind]
        if not fits(d, width + 2, 2):
            return None
        field = (1 << width) - 1
        w = w & ~(field << place) | (d >> 2 & field) << place
    elif kind in (HIGH, LOW):
        d = sx(address - pc - 8, 32)
        if kind == HIGH:
            if not fits(d, 26, 2):
                return None
            w = w & 0xFF000000 | d >> 2 & 0xFFFFFF
        else:
            if abs(d) > 4095:
                return None
            w = w & 0xFF7FF000 | (d >= 0) << 23 | abs(d)
    else:
        return write_thumb(kind, h, k, pc, address)
    return None if w is None else (w & (1 << 8 * size) - 1).to_bytes(size, 'little')


def write_riscv(found, w, address, pc):
    if found.type == HIGH:
        upper = address - (pc if w & 0x7F == 0x17 else 0) + 0x800
        return w & 0xFFF | upper & 0xFFFFF000
    if found.type in (LOW, ADR):
        d = sx(address - found.part, 32)
        if not fits(d, 12, 0):
            return None
        places = ((31, 25), (11, 7)) if is_store(w) else ((31, 20),)
        return with_bits(w, d, places)
    places, width = RISCV_FIELDS[found.type]
    d = sx(address - pc, 32)
    return with_bits(w, d >> 1, places) if fits(d, width, 1) else None


def write_xtensa(kind, w, address, pc):
    if kind == LOAD:
        d = sx(address - (pc + 3 & ~3), 32)
        return w & 0xFF | (d >> 2 & 0xFFFF) << 8 if d % 4 == 0 and -0x40000 <= d < 0 else None
    d = sx(address - (pc & ~3 if kind == CALL else pc) - 4, 32)
    if kind == CALL:
        return w & 0x3F | (d >> 2 & 0x3FFFF) << 6 if fits(d, 20, 2) else None
    if kind == JUMP:
        return w & 0x3F | (d & 0x3FFFF) << 6 if fits(d, 18, 0) else None
    if kind == FAR:
        return w & 0xFFF | (d & 0xFFF) << 12 if fits(d, 12, 0) else None
    if kind == COND:
        return w & 0xFFFF | (d & 0xFF) << 16 if fits(d, 8, 0) else None
    if kind == NEAR:
        return w & 0xFFFF | (d & 0xFF) << 16 if 0 <= d < 256 else None
    return w & 0x0FCF | (d >> 4 & 3) << 4 | (d & 15) << 12 if 0 <= d < 64 else None


def write_thumb(kind, h, k, pc, address):
    d = sx(address - pc - 4, 32)
    if kind in (LOAD_FAR, LOAD, ADR):
        d = sx(address - (pc + 4 & ~3), 32)
    if kind == LOAD_FAR:
        if abs(d) > 4095:
            return None
        h, k = h & ~0x80 | (d >= 0) << 7, k & 0xF000 | abs(d)
    elif kind in (CALL, JUMP):
        if not fits(d, 25, 1):
            return None
        h, k = with_far24(h, k, d >> 1 & 0xFFFFFF)
    elif kind == FAR:
        if not fits(d, 21, 1):
            return None
        h = h & 0xFBC0 | (d >> 20 & 1) << 10 | d >> 12 & 0x3F
        k = k & 0xD000 | (d >> 18 & 1) << 13 | (d >> 19 & 1) << 11 | d >> 1 & 0x7FF
    elif kind in (LOAD, ADR):
        if d % 4 or not 0 <= d <= 1020:
            return None
        h = h & 0xFF00 | d >> 2
    elif kind == TEST:
        if d % 2 or not 0 <= d <= 126:
            return None
        h = h & 0xFD07 | (d >> 6) << 9 | (d >> 1 & 31) << 3
    else:
        width = 11 if kind == NEAR else 8
        if not fits(d, width + 1, 1):
            return None
        h = h & ~((1 << width) - 1) | d >> 1 & (1 << width) - 1
    size = 4 if kind in (LOAD_FAR, CALL, JUMP, FAR) else 2
    return (h | k << 16).to_bytes(4, 'little')[:size]
