"""FWD.md chapters 10.1 and 10.2 as far as they are about MIPS, PowerPC and AVR."""
from .values import AVR, MIPS, PPC

RAM = 0x800000
UPPER, LOW_SIGNED, LOW_UNSIGNED = 1, 2, 3


def order(isa):
    return 'little' if isa == MIPS else 'big'


def sx(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def decode(isa, w):
    """(kind or None, base, registers that it changes)"""
    op, first, second = w >> 26, w >> 21 & 31, w >> 16 & 31
    if isa == PPC:
        if op == 15 and second == 0:
            return UPPER, second, (first, 0)
        kind, base = None, second
        if op == 14 or 32 <= op < 56:
            kind = LOW_SIGNED
        elif op == 24:
            kind, base = LOW_UNSIGNED, first
        if 20 <= op < 30:
            return kind, base, (second, 0)
        if 7 <= op < 16 or op in (32, 33, 34, 35, 40, 41, 42, 43, 46):
            return kind, base, (first, 0)
        return kind, base, (first, second) if op == 31 else (0, 0)
    kind = None
    if op == 15:
        kind = UPPER
    elif op in (9, 25) or op >= 32 and op not in (47, 51):
        kind = LOW_SIGNED
    elif op == 13:
        kind = LOW_UNSIGNED
    if op == 0:
        return kind, first, (w >> 11 & 31, 0)
    changes = 8 <= op < 16 or op == 25 or 32 <= op < 40 or op == 55
    return kind, first, (second if changes else 0, 0)


def low(kind, w):
    return sx(w, 16) if kind == LOW_SIGNED else w & 0xFFFF


def branch(isa, w, pc):
    """(name of the type, address) or None"""
    op = w >> 26
    if isa == PPC:
        if op == 18 and not w & 2:
            return 'CALL' if w & 1 else 'JUMP', pc + sx(w & 0x3FFFFFC, 26)
        return ('COND', pc + sx(w & 0xFFFC, 16)) if op == 16 and not w & 2 else None
    if op in (2, 3):
        return 'CALL' if op == 3 else 'JUMP', pc + 4 & 0xF0000000 | (w & 0x3FFFFFF) << 2
    return ('COND', pc + 4 + 4 * sx(w, 16)) if op == 1 or 4 <= op < 8 or 20 <= op < 24 else None


def put_branch(isa, conditional, w, pc, address):
    d = sx(address - pc - (0 if isa == PPC else 4), 32)
    if isa == PPC:
        mask, width = (0xFFFC, 16) if conditional else (0x3FFFFFC, 26)
        return w & ~mask | d & mask if d % 4 == 0 and sx(d, width) == d else None
    if conditional:
        return w & 0xFFFF0000 | d >> 2 & 0xFFFF if d % 4 == 0 and sx(d, 18) == d else None
    good = address % 4 == 0 and (pc + 4 ^ address) >> 28 & 15 == 0
    return w & 0xFC000000 | address >> 2 & 0x3FFFFFF if good else None


def avr(data, at):
    """(name of the type, target, size) or None; LDS and STS are ADR, of an address in RAM."""
    h = int.from_bytes(data[:2], 'little')
    k = int.from_bytes(data[2:4], 'little')
    if h & 0xFE0C == 0x940C:
        target = 2 * ((h >> 4 & 31) << 17 | (h & 1) << 16 | k)
        return ('CALL' if h & 2 else 'JUMP', target, 4) if len(data) >= 4 else None
    if h & 0xFC0F == 0x9000:
        return ('ADR', RAM + k, 4) if len(data) >= 4 else None
    if h >> 13 == 6:
        return 'FAR' if h & 0x1000 else 'NEAR', at + 2 + 2 * sx(h, 12), 2
    return ('COND', at + 2 + 2 * sx(h >> 3, 7), 2) if 0xF000 <= h < 0xF800 else None


def put_avr(name, old, at, target):
    h, words = int.from_bytes(old[:2], 'little'), target >> 1
    d = sx(target - at - 2, 32)
    if name in ('CALL', 'JUMP'):
        if target % 2 or words >= 1 << 22:
            return None
        h, k = h & 0xFE0E | (words >> 17 & 31) << 4 | words >> 16 & 1, words & 0xFFFF
        return h.to_bytes(2, 'little') + k.to_bytes(2, 'little')
    if name == 'ADR':
        k = target & 0xFFFF
        return old[:2] + k.to_bytes(2, 'little') if 0 <= target - RAM < 0x10000 else None
    width = 7 if name == 'COND' else 12
    if d % 2 or sx(d, width + 1) != d:
        return None
    if name == 'COND':
        return (h & 0xFC07 | (d >> 1 & 0x7F) << 3).to_bytes(2, 'little')
    return (h & 0xF000 | d >> 1 & 0xFFF).to_bytes(2, 'little')


class Finder:
    """Upper halves that registers hold, of S and of T."""

    def __init__(self, isa):
        self.isa, self.source, self.target, self.end = isa, {}, {}, {}

    def word(self, source, at):
        return int.from_bytes(source[at:at + 4], order(self.isa)) if at + 4 <= len(source) else None

    def find(self, source, image, at, to_at):
        from . import references as r
        w = self.word(source, at)
        if at % 4 or to_at % 4 or w is None:
            return None
        found = r.match_word(image, w)
        if found:
            return found
        kind, base, changes = decode(self.isa, w)
        if kind == UPPER:
            return self.find_upper(r, source, image, at, to_at, w, changes[0])
        found = None
        if kind:
            if base in self.end and to_at - self.end[base] < 512:
                found = image.resolve(r.Reference(r.LOW, self.source[base] + low(kind, w), 0,
                                           part=self.target.get(base, 0)), 0, True)
        else:
            there = branch(self.isa, w, image.address(at))
            if there and (image.known or self.isa == PPC or there[0] == 'COND'):
                found = image.resolve(r.Reference(getattr(r, there[0]), there[1], 2))
        for register in changes:
            self.end.pop(register, None)
        return found

    def find_upper(self, r, source, image, at, to_at, w, register):
        self.end.pop(register, None)
        for k in range(1, 17):
            v = self.word(source, at + 4 * k)
            if v is None:
                return None
            kind, base, changes = decode(self.isa, v)
            if kind in (LOW_SIGNED, LOW_UNSIGNED) and base == register:
                break
            if register in changes:
                return None
        else:
            return None
        carry = 0x8000 if kind == LOW_SIGNED else 0
        found = image.resolve(r.Reference(r.HIGH, (w << 16) + low(kind, v), 0, split=True, part=carry), 0, True)
        if found:
            self.source[register], self.end[register] = w << 16 & 0xFFFFFFFF, to_at + 4
        return found

    def wrote(self, data):
        w = int.from_bytes(data, order(self.isa))
        kind, _, changes = decode(self.isa, w)
        if kind == UPPER:
            self.target[changes[0]] = w << 16 & 0xFFFFFFFF

    def again(self, found, data, at, image):
        from . import references as r
        w, pc = int.from_bytes(data, order(self.isa)), image.address(at)
        if found.type in r.WORDS:
            return r.again(r.THUMB, image, found, w.to_bytes(4, 'little'), at)
        if found.type == r.LOW:
            kind = decode(self.isa, w)[0]
            if kind not in (LOW_SIGNED, LOW_UNSIGNED):
                return None
            address = found.part + low(kind, w) & 0xFFFFFFFF
            if found.data:
                return address if image.in_window(address) else None
            return image.offset(address)
        there = branch(self.isa, w, pc)
        if not there or getattr(r, there[0]) != found.type or not (
                image.known or self.isa == PPC or there[0] == 'COND'):
            return None
        return image.offset(there[1] & 0xFFFFFFFF)

    def write(self, image, found, old, at, target):
        from . import references as r
        w = int.from_bytes(old, order(self.isa))
        if found.type in r.WORDS:
            return r.write(r.THUMB, image, found, old, at, target)[::1 if self.isa == MIPS else -1]
        address, pc = target if found.data else image.address(target), image.address(at)
        if found.type == r.HIGH:
            w = w & 0xFFFF0000 | (address + found.part & 0xFFFFFFFF) >> 16
        elif found.type == r.LOW:
            d = address - found.part & 0xFFFFFFFF
            signed = decode(self.isa, w)[0] == LOW_SIGNED
            if sx(d, 32) != sx(d, 16) if signed else d >= 0x10000:
                return None
            w = w & 0xFFFF0000 | d & 0xFFFF
        else:
            w = put_branch(self.isa, found.type == r.COND, w, pc, address)
        return None if w is None else w.to_bytes(4, order(self.isa))


class AvrFinder:
    """Offsets are addresses."""

    def find(self, source, image, at, to_at):
        from . import references as r
        there = avr(source[at:at + 4], at) if at % 2 == 0 and to_at % 2 == 0 and at + 2 <= len(source) else None
        if not there:
            return None
        name, target, size = there
        target &= 0xFFFFFFFF
        data = name == 'ADR'
        if not (image.in_window(target) if data else target < image.size):
            return None
        return r.Reference(getattr(r, name), target, 0 if data else 1, size, data=data)

    def wrote(self, data):
        pass

    def again(self, found, data, at, image):
        from . import references as r
        there = avr(data, at)
        if not there or getattr(r, there[0]) != found.type:
            return None
        target = there[1] & 0xFFFFFFFF
        return target if (image.in_window(target) if found.data else target < image.size) else None

    def write(self, image, found, old, at, target):
        from . import references as r
        names = {r.CALL: 'CALL', r.JUMP: 'JUMP', r.ADR: 'ADR', r.FAR: 'FAR', r.NEAR: 'NEAR', r.COND: 'COND'}
        return put_avr(names[found.type], old, at, target)


HALVES = (MIPS, MIPS + 1, PPC)
PLAIN = (AVR,) + HALVES
