"""FWD.md chapter 10.1 and the writing of 10.2: references in the source and in the target."""
from collections import namedtuple

from .bits import M32
from .values import A32, A64, ARM, NONE, THUMB

(POINTER, DATA, POINTER64, BL, BW, BCW, LDR, LDRW, ADR, B11, B8, CBZ, A32_B, A32_LDR, ADRP, LO12, A64_B,
 A64_B19, A64_B14, RELATIVE, OFFSET) = range(21)
WORDS = (POINTER, DATA, POINTER64)
FAR = 0x800000

Reference = namedtuple('Reference', 'type target unit size second', defaults=[4, False])
Image = namedtuple('Image', 'size base second windows')  # second: a base or None


def sx(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def u16(data, at):
    return int.from_bytes(data[at:at + 2], 'little')


def u32(data, at):
    return int.from_bytes(data[at:at + 4], 'little')


def in_window(image, w):
    return any(first <= w >> 16 <= last for first, last in image.windows)


def pointer(image, w):
    for base, second in ((image.base, False), (image.second, True)):
        if base is not None and base % 2 == 0 and (w - base) & M32 < image.size:
            return Reference(POINTER, (w - base) & M32, 0, 4, second)
    return None


def match_word(image, w):
    found = pointer(image, w)
    if not found and in_window(image, w):
        return Reference(DATA, w, 0)
    return found


def match_pointer64(image, v):
    target = (v - image.base) & (2 ** 64 - 1)
    if image.base % 2 == 0 and target < image.size + FAR:
        return Reference(POINTER64, target, 0, 8)
    return None


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
    """k is None where no whole second half follows."""
    a = at + 4 & ~3
    if h >> 11 >= 0x1D:
        if k is None:
            return None
        if h & 0xFF7F == 0xF85F:
            return Reference(LDRW, a + (k & 0xFFF if h >> 7 & 1 else -(k & 0xFFF)), 0)
        if h & 0xF800 == 0xF000:
            if k & 0xC000 == 0xC000 and k >> 12 & 1:
                return Reference(BL, at + 4 + sx(far24(h, k) << 1, 25), 1)
            if k & 0xD000 == 0x9000:
                return Reference(BW, at + 4 + sx(far24(h, k) << 1, 25), 1)
            if k & 0xD000 == 0x8000 and h >> 6 & 15 < 14:
                s, j1, j2 = h >> 10 & 1, k >> 13 & 1, k >> 11 & 1
                far = s << 20 | j2 << 19 | j1 << 18 | (h & 0x3F) << 12 | (k & 0x7FF) << 1
                return Reference(BCW, at + 4 + sx(far, 21), 1)
        return None
    if h & 0xF800 == 0x4800:
        return Reference(LDR, a + 4 * (h & 0xFF), 2, 2)
    if h & 0xF800 == 0xA000:
        return Reference(ADR, a + 4 * (h & 0xFF), 2, 2)
    if h & 0xF800 == 0xE000:
        return Reference(B11, at + 4 + 2 * sx(h, 11), 1, 2)
    if h & 0xF000 == 0xD000 and h >> 8 & 15 < 14:
        return Reference(B8, at + 4 + 2 * sx(h, 8), 1, 2)
    if h & 0xF500 == 0xB100:
        return Reference(CBZ, at + 4 + ((h >> 9 & 1) << 6 | (h >> 3 & 31) << 1), 1, 2)
    return None


def match_a32(at, w):
    if w >> 28 == 15:
        return None
    if w >> 25 & 7 == 5:
        return Reference(A32_B, at + 8 + 4 * sx(w, 24), 2)
    if w >> 16 & 0xF7F == 0x51F:
        return Reference(A32_LDR, at + 8 + (w & 0xFFF if w >> 23 & 1 else -(w & 0xFFF)), 0)
    return None


def match_a64_branch(at, w):
    if w >> 26 == 0x25:
        return Reference(BL, at + 4 * sx(w, 26), 2)
    if w >> 26 == 0x05:
        return Reference(A64_B, at + 4 * sx(w, 26), 2)
    if w & 0xFF000010 == 0x54000000 or w & 0x7E000000 == 0x34000000 or w & 0x3B000000 == 0x18000000:
        return Reference(A64_B19, at + 4 * sx(w >> 5, 19), 2)
    if w & 0x7E000000 == 0x36000000:
        return Reference(A64_B14, at + 4 * sx(w >> 5, 14), 2)
    return None


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


def match_pages(source, at, w):
    if is_adrp(w):
        for i in range(at + 4, min(at + 36, len(source) - 3), 4):
            v = u32(source, i)
            if is_low(v) and v >> 5 & 31 == w & 31:
                return Reference(ADRP, page(at, w) + low(v), 12)
        return Reference(ADRP, page(at, w), 12)
    if is_low(w):
        for i in range(at - 4, max(at - 36, -1), -4):
            v = u32(source, i)
            if v & 31 == w >> 5 & 31:
                return Reference(LO12, page(i, v) + low(w), scale(w)) if is_adrp(v) else None
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


def inside(found, size):
    """`found` with its target modulo 2^32, None when the target is outside."""
    if not found:
        return None
    found = found._replace(target=found.target & M32)
    limit = size + FAR if found.type in (ADRP, LO12, POINTER64) else size
    return found if found.target < limit or found.type == DATA else None


def find(isa, tables, source, image, at, to_at, in_pool):
    """10.1: the reference at source offset `at` for target offset `to_at`, or None."""
    size = len(source)
    if isa == NONE or at % 2 or to_at % 2:
        return None
    aligned = at % 4 == 0 and to_at % 4 == 0 and at + 4 <= size
    w = u32(source, at)
    found = None
    if isa == A64:
        if not aligned:
            return None
        if at % 8 == 0 and to_at % 8 == 0 and at + 8 <= size:
            found = match_pointer64(image, int.from_bytes(source[at:at + 8], 'little'))
        found = found or tables and match_table(source, at)
        return found or inside(match_a64_branch(at, w), size) or inside(match_pages(source, at, w), size)
    if aligned:
        found = match_word(image, w)
        if not found and isa in (A32, ARM):
            found = tables and match_table(source, at) or inside(match_a32(at, w), size)
    if found or isa == A32:
        return found or None
    if aligned and in_pool or at + 2 > size:
        return None
    k = u16(source, at + 2) if at + 4 <= size else None
    return inside(match_thumb(at, u16(source, at), k), size)


def again(isa, image, found, data, at):
    """10.3: the target of the written bytes, read as a reference of the same type; None if they are none."""
    w, kind, other = u32(data, 0), found.type, None
    if kind == POINTER:
        base = image.second if found.second else image.base
        if base is not None and base % 2 == 0 and (w - base) & M32 < image.size:
            other = found._replace(target=(w - base) & M32)
    elif kind == DATA:
        other = found._replace(target=w) if in_window(image, w) else None
    elif kind == POINTER64:
        other = match_pointer64(image, int.from_bytes(data, 'little'))
    elif kind == OFFSET:
        other = found._replace(target=w)
    elif kind == RELATIVE:
        other = found._replace(target=at + w)
    elif isa == A64:
        other = match_a64_branch(at, w)
    elif kind in (A32_B, A32_LDR):
        other = match_a32(at, w)
    else:
        other = match_thumb(at, u16(data, 0), u16(data, 2) if len(data) == 4 else None)
    other = inside(other, image.size)
    return other.target if other and other.type == kind else None


def fits(distance, bits, unit):
    return distance % (1 << unit) == 0 and sx(distance, bits) == distance


def write(isa, image, found, old, to_at, target):
    """10.2: the bytes `old` with the fields that make the target `target`; None when not possible."""
    kind, size, d = found.type, found.size, None
    w, h, k = u32(old, 0), u16(old, 0), u16(old, 2) if len(old) == 4 else 0
    if kind == POINTER:
        w = target + (image.second if found.second else image.base)
    elif kind == POINTER64:
        w = target + image.base
    elif kind in (DATA, OFFSET):
        w = target
    elif kind == RELATIVE:
        w = target - to_at
    elif kind == ADRP:
        pages = ((target & ~0xFFF) - (to_at & ~0xFFF)) >> 12
        w = w & 0x9F00001F | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5
    elif kind == LO12:
        if (target & 0xFFF) % (1 << found.unit):
            return None
        w = w & ~(0xFFF << 10) | (target & 0xFFF) >> found.unit << 10
    elif kind in (A32_B, A32_LDR):
        d = sx(target - to_at - 8, 32)
        if kind == A32_B:
            if not fits(d, 26, 2):
                return None
            w = w & 0xFF000000 | d >> 2 & 0xFFFFFF
        else:
            if abs(d) > 4095:
                return None
            w = w & 0xFF7FF000 | (d >= 0) << 23 | abs(d)
    elif isa == A64:
        d = sx(target - to_at, 32)
        bits, place = {BL: (26, 0), A64_B: (26, 0), A64_B19: (19, 5), A64_B14: (14, 5)}[kind]
        if not fits(d, bits + 2, 2):
            return None
        field = (1 << bits) - 1
        w = w & ~(field << place) | (d >> 2 & field) << place
    else:
        return write_thumb(kind, h, k, to_at, target)
    return (w & (1 << 8 * size) - 1).to_bytes(size, 'little')


def write_thumb(kind, h, k, to_at, target):
    d = sx(target - to_at - 4, 32)
    if kind in (LDRW, LDR, ADR):
        d = sx(target - (to_at + 4 & ~3), 32)
    if kind == LDRW:
        if abs(d) > 4095:
            return None
        h, k = h & ~0x80 | (d >= 0) << 7, k & 0xF000 | abs(d)
    elif kind in (BL, BW):
        if not fits(d, 25, 1):
            return None
        h, k = with_far24(h, k, d >> 1 & 0xFFFFFF)
    elif kind == BCW:
        if not fits(d, 21, 1):
            return None
        h = h & 0xFBC0 | (d >> 20 & 1) << 10 | d >> 12 & 0x3F
        k = k & 0xD000 | (d >> 18 & 1) << 13 | (d >> 19 & 1) << 11 | d >> 1 & 0x7FF
    elif kind in (LDR, ADR):
        if d % 4 or not 0 <= d <= 1020:
            return None
        h = h & 0xFF00 | d >> 2
    elif kind == CBZ:
        if d % 2 or not 0 <= d <= 126:
            return None
        h = h & 0xFD07 | (d >> 6) << 9 | (d >> 1 & 31) << 3
    else:
        bits = 11 if kind == B11 else 8
        if not fits(d, bits + 1, 1):
            return None
        h = h & ~((1 << bits) - 1) | d >> 1 & (1 << bits) - 1
    size = 4 if kind in (LDRW, BL, BW, BCW) else 2
    return (h | k << 16).to_bytes(4, 'little')[:size]
