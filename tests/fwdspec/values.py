"""FWD.md chapters 11 and 12: halfwords, words and bytes, and what is learned of registers."""
import functools

from . import x86
from .bits import M32, hash32

NONE, THUMB, A32, A64, ARM, RV32, RV64, XTENSA, X86_64, X86_32, AVR, MIPS, MIPS_BIG, PPC = range(14)
HALFWORDS = (THUMB, ARM, RV32, RV64)
RISCV = (RV32, RV64)
X86 = (X86_64, X86_32)
BITS = 1971
ROW_BYTES = 96
LITERAL, MISS, BYTES = 0, 81, 162
REFINE_LITERAL, REFINE_MISS = 62, 95

# Where fields end, and which of these bits are the lowest of register fields.
SHIFT, ADD, BYTE = ((11, 6, 3, 0), (3, 0)), ((11, 9, 6, 3, 0), (6, 3, 0)), ((11, 8, 0), (8,))
THUMB_FIRST = {8: ((11, 10, 6, 3, 0), (6, 3, 0))}
THUMB_FIRST.update({i: SHIFT for i in (0, 1, 2, 12, 13, 14, 15, 16, 17)})
THUMB_FIRST.update({i: ADD for i in (3, 10, 11)})
THUMB_FIRST.update({i: BYTE for i in (4, 5, 6, 7, 9, *range(18, 29))})
THUMB_FIRST.update({i: ((11, 8, 4, 0), (8, 4, 0)) for i in (29, 30, 31)})
RISCV_FIRST = {0: ((11, 7, 3, 0), (0,)), 12: ((11, 10, 8, 5, 3, 0), (5, 0)), 13: ((11, 8, 5, 0), ())}
RISCV_FIRST.update({i: ((11, 8, 5, 3, 0), (5, 0)) for i in range(1, 8)})
RISCV_FIRST.update({i: ((11, 10, 5, 0), (5,)) for i in (8, 9, 10, 11, 16, 17, 18, 19)})
RISCV_FIRST.update({i: ((11, 8, 5, 0), (5,)) for i in (14, 15)})
RISCV_FIRST.update({i: ((11, 10, 5, 0), (5, 0)) for i in range(20, 24)})
RISCV_FIRST.update({i: ((11, 9, 6, 1, 0), (1,)) for i in range(24, 32)})


def halfword_layout(isa, kind, known):
    """(where fields end, lowest bits of register fields)"""
    if isa in RISCV:
        return ((9, 4, 0), (4,)) if kind else RISCV_FIRST[known >> 11]
    if kind:
        return (12, 8, 0), (8,)
    if known >> 10 == 0x11:
        return (11, 10, 8, 7, 3, 0), (3, 0)
    return THUMB_FIRST[known >> 11]


def turned(isa, kind, h):
    if isa not in RISCV or kind:
        return h
    if h & 3 != 3:
        return (h & 3) << 14 | h >> 13 << 11 | h >> 2 & 0x7FF
    return 0xC000 | (h >> 2 & 31) << 9 | (h >> 12 & 7) << 6 | (h >> 7 & 31) << 1 | h >> 15


def turned_back(isa, kind, v):
    if isa not in RISCV or kind:
        return v
    if v >> 14 != 3:
        return v >> 14 | (v >> 11 & 7) << 13 | (v & 0x7FF) << 2
    return 3 | (v >> 9 & 31) << 2 | (v >> 6 & 7) << 12 | (v >> 1 & 31) << 7 | (v & 1) << 15


def after_half(isa, rest, h):
    """Bytes until the next instruction begins, after a halfword that began with `rest` of them left."""
    long = h & 3 == 3 if isa in RISCV else h >> 11 >= 0x1D
    return 2 if rest == 0 and long else 0


def xtensa_size(first):
    return 2 if 8 <= first & 15 < 14 else 3


def word_ends(isa, known):
    if isa == A32:
        return (28, 24, 16, 8, 0) if known >> 25 & 7 == 5 else (28, 24, 20, 16, 12, 8, 4, 0)
    return (26, 24, 16, 8, 0) if known & 0x7C000000 == 0x14000000 else (24, 21, 16, 10, 5, 0)


@functools.lru_cache(None)
def field_of(ends, highest, b):
    """(top, bottom) of the field that bit b is in."""
    return min([e for e in ends if e > b], default=highest + 1) - 1, max(e for e in ends if e <= b)


def part(value, top, bottom):
    return value >> bottom & ((2 << (top - bottom)) - 1)


def halfword_fields(isa, kind, value):
    """The fields but the one from bit 15, from the highest down: (top, bottom, is it a register)."""
    ends, registers = halfword_layout(isa, kind, value)
    fields = [field_of(ends, 15, e) for e in ends]
    return [(t, b, b in registers) for t, b in fields if t < 15]


def word_fields(isa, value):
    ends = word_ends(isa, value)
    fields = [field_of(ends, 31, e) for e in ends]
    return [(t, b, t - b + 1 in (4, 5)) for t, b in fields if t < 24]


class Values:
    """Codes values with a model. `history` has the last four bytes, the last one in bits 7..0. Where
    `value` is given, it is trained on instead of read."""

    def __init__(self, model, isa):
        self.model, self.isa = model, isa
        self.history = 0
        self.names, self.steps = list(range(32)), [0] * 32
        self.change_end = self.change_past = 0
        self.rest = self.done = self.before = self.first = 0
        self.changes = [0] * 4

    def last_word(self):
        return int.from_bytes(self.history.to_bytes(4, 'big'), 'little')

    def remember(self, data):
        for byte in data:
            self.history = (self.history << 8 | byte) & M32

    def bit(self, b, value, direct, hashed, row, group, refinement):
        if value is None:
            return self.model.mixed(direct, hashed, row, group, refinement)
        return self.model.train(hashed, value >> b & 1)

    def number(self, top, bottom, value):
        """The register that a field of a halfword names."""
        return value + (8 if self.isa in RISCV and top - bottom == 2 else 0)

    def halfword(self, kind, mode=0, like=0, before=None, fourth=False, value=None):
        isa = self.isa
        if before is None:
            before = self.last_word() >> 16
        before, like = turned(isa, 0, before), turned(isa, kind, like)
        if value is not None:
            value = turned(isa, kind, value)
        riscv_second = isa in RISCV and kind == 1
        known = changed = 0
        for b in range(15, -1, -1):
            ends, registers = halfword_layout(isa, kind, known)
            top, bottom = field_of(ends, 15, b)
            opcode = 32 if top == 15 else known >> (top + 1) << (top + 1) >> 11
            if riscv_second:
                opcode = before >> 9 & 31
            prefix = 1 << (top - b) | (known >> (b + 1) & ((1 << (top - b)) - 1))
            key = top | bottom << 4 | kind << 8
            whole = 1 << (15 - b) | known >> (b + 1)
            all_ = whole
            whole |= 0x10000 | before >> 8 << 18 if b >= 8 else 0x20000
            direct = [BITS + 64 * mode + 16 * kind + b]
            if mode == 0:
                hashed = [(whole, 0x100 | kind),
                          (prefix << 16 | opcode << 10, 0x20000 | key | before >> 11 << 20),
                          (prefix << 16 | opcode << 10, 0x30000 | key)]
                if fourth or riscv_second:
                    hashed.append((all_, 0x40000 | before))
                group, refinement = LITERAL, REFINE_LITERAL + opcode
            else:
                old = part(like, top, bottom)
                if bottom in registers:
                    expected = self.names[self.number(top, bottom, old)] | 32
                else:
                    expected = (old + self.steps[opcode & 31] & ((2 << (top - bottom)) - 1)) << 5
                hashed = [(prefix | old << 16, 0x50000 | key | opcode << 20 | changed << 26),
                          (b | (like >> b & 1) << 4 | changed << 5 | like >> 11 << 6,
                           0x60000 | kind | mode << 4),
                          (whole, 0x70000 | kind),
                          (prefix | expected << 16, 0x80000 | key | changed << 26)]
                group, refinement = MISS, REFINE_MISS + 2 * opcode + changed
            bit = self.bit(b, value, direct, hashed, 32 * mode + b, group, refinement)
            known |= bit << b
            changed |= bit ^ (like >> b & 1)
        if mode and known >> 11 == like >> 11:
            for top, bottom, register in halfword_fields(isa, kind, known):
                new, old = part(known, top, bottom), part(like, top, bottom)
                if register:
                    self.names[self.number(top, bottom, old)] = self.number(top, bottom, new)
                elif new != old:
                    self.steps[known >> 11] = new - old
        return turned_back(isa, kind, known)

    def word(self, mode=0, like=0, value=None):
        w1 = self.last_word()
        known = changed = 0
        bottom = 32
        for b in range(31, -1, -1):
            if b < bottom:
                top, bottom = field_of(word_ends(self.isa, known), 31, b)
            opcode = 256 if top == 31 else known >> (top + 1) << (top + 1) >> 24
            klass = 32 if opcode == 256 else opcode >> 3
            prefix = 1 << (top - b) | (known >> (b + 1) & ((1 << (top - b)) - 1))
            part_ = prefix << 10 | opcode
            wh = hash32(known, b)

            def key(n):
                return n << 16 | top | bottom << 5
            if mode == 0:
                hashed = [(part_, key(1)), (part_, key(2) | w1 >> 24 << 24), (wh, 3 << 16),
                          (wh, w1 ^ 4 << 16), (part_, key(5) ^ (w1 & 0x3FF) << 20)]
                group, refinement = LITERAL, REFINE_LITERAL + klass
            else:
                old = part(like, top, bottom)
                if top - bottom + 1 in (4, 5) and top < 24:
                    expected = self.names[old & 31] | 32
                else:
                    expected = (old + self.steps[opcode & 31] & ((2 << (top - bottom)) - 1)) << 6
                hashed = [(part_ | old << 20, key(6) | changed << 31),
                          (b | (like >> b & 1) << 5 | changed << 6 | like >> 24 << 7, 7 << 16 | mode),
                          (part_, key(8) | w1 >> 24 << 24),
                          (part_ | expected << 20, key(9) | changed << 31),
                          (wh, like ^ 10 << 16)]
                group, refinement = MISS, REFINE_MISS + 2 * klass + changed
            direct = [BITS + 64 * mode + b]
            bit = self.bit(b, value, direct, hashed, 32 * mode + b, group, refinement)
            known |= bit << b
            changed |= bit ^ (like >> b & 1)
        if mode and known >> 24 == like >> 24:
            for top, bottom, register in word_fields(self.isa, known):
                new, old = part(known, top, bottom), part(like, top, bottom)
                if register:
                    self.names[old & 31] = new
                elif new != old:
                    self.steps[known >> 24 & 31] = new - old
        return known

    def change(self, at, mode, p, place):
        """A byte that was predicted as p."""
        tree, past, there, h = 1, self.change_past, self.changes[place], self.history
        for b in range(7, -1, -1):
            salt = tree * 0x3D4D51CB
            hashed = [(past + salt, 0xD0000 | (at == self.change_end)),
                      ((past | h & 0xFF00) + salt, 0xE0000), ((there & 0xFF) + salt, 0xF0000),
                      (there + salt, 0x110000), ((p | mode << 9) + salt, 0x120000),
                      ((h & 0xFF) + salt, 0x130000)]
            tree = tree << 1 | self.model.mixed([], hashed, ROW_BYTES + 4 * mode + b // 2, BYTES)
        tree &= 0xFF
        self.change_past, self.changes[place], self.change_end = tree, (there << 8 | tree) & 0xFFFF, at + 1
        return tree + p & 0xFF

    def byte(self, at, mode=0, p=0):
        if mode:
            return self.change(at, mode, p, at & 3)
        tree, h = 1, self.history
        for b in range(7, -1, -1):
            salt = tree * 0x3D4D51CB
            hashed = [((h & 0xFF) + salt, 0x90000 | at & 1), ((h & 0xFFFF) + salt, 0xA0000 | at & 1),
                      ((h & 0xFFFFFF) + salt, 0xB0000), (salt, 0xC0000 | at & 3),
                      (salt, 0x150000), ((h & 0xFF00) + salt, 0x160000)]
            tree = tree << 1 | self.model.mixed([], hashed, ROW_BYTES + b // 2, BYTES)
        return tree & 0xFF

    def xtensa_byte(self, index, known, h, value=None):
        tree = 1
        for b in range(7, -1, -1):
            salt = tree * 0x3D4D51CB
            hashed = [(known + salt, 0x170000 | index), ((known | self.before << 16) + salt, 0x180000 | index),
                      ((h & 0xFF) + salt, 0x190000 | index), ((h & 0xFFFF) + salt, 0x1A0000 | index),
                      ((h & 0xFFFFFF) + salt, 0x1B0000), (salt, 0x1C0000 | index)]
            tree = tree << 1 | self.bit(b, value, [], hashed, ROW_BYTES + b // 2, BYTES, None)
        return tree & 0xFF

    def x86_byte(self, known, head, place, h, value=None):
        tree = 1
        for b in range(7, -1, -1):
            salt = tree * 0x3D4D51CB
            hashed = [(known + salt, 0x1D0000 | place), (known + salt, 0x1E0000 | place | self.before << 8),
                      ((h & 0xFF) + salt, 0x1F0000 | place), ((h & 0xFFFF) + salt, 0x200000 | place),
                      ((h & 0xFFFFFF) + salt, 0x210000), (head + salt, 0x220000 | place)]
            tree = tree << 1 | self.bit(b, value, [], hashed, ROW_BYTES + b // 2, BYTES, None)
        return tree & 0xFF

    def x86_instruction(self, most, data=None):
        """(bytes as they are coded, their shape or None) of at most `most` bytes; trained on data if given."""
        out, known, head, found, end = b'', 0, 0, None, min(most, x86.LONGEST)
        h = self.history
        while len(out) < end:
            place = 16 + found.size - len(out) if found else len(out)
            byte = self.x86_byte(known, head, place, h, data and data[len(out)])
            out += bytes([byte])
            known, h = hash32(known, byte + 1), h << 8 | byte
            if not found:
                head = known
                try:
                    found = x86.shape(out, self.isa == X86_64)
                except x86.Short:
                    continue
                if found.size <= most:
                    end = found.size
        return out, found

    def xtensa_known(self):
        """What the current instruction of Xtensa has so far."""
        h = self.history
        return 0 if self.done == 0 else h & 0xFF if self.done == 1 else h >> 8 & 0xFF | (h & 0xFF) << 8

    def advance(self, data):
        """Chapter 11, bytes of Xtensa."""
        for byte in data:
            if self.rest == 0:
                self.rest, self.first = xtensa_size(byte), byte
            self.rest -= 1
            self.done += 1
            if self.rest == 0:
                self.done, self.before = 0, self.first

    def kept(self, unit, value, kind):
        """Chapter 12: a copied unit's registers keep their names."""
        if unit == 2 and self.isa in HALFWORDS:
            value = turned(self.isa, kind, value)
            fields = halfword_fields(self.isa, kind, value)
        elif unit == 4 and self.isa in (A32, A64):
            fields = word_fields(self.isa, value)
        else:
            return
        for top, bottom, register in fields:
            if register:
                v = part(value, top, bottom)
                v = self.number(top, bottom, v) if unit == 2 else v & 31
                self.names[v] = v

    def renamed(self, half, kind):
        value = turned(self.isa, kind, half)
        for top, bottom, register in halfword_fields(self.isa, kind, value):
            if register:
                mask = (2 << (top - bottom)) - 1
                old = self.number(top, bottom, part(value, top, bottom))
                new = self.names[old] - self.number(top, bottom, 0) & mask
                value = value & ~(mask << bottom) | new << bottom
        return turned_back(self.isa, kind, value)
