"""FWD.md chapters 11 and 12: halfwords, words and bytes, and what is learned of registers."""
import functools

from .bits import M32, hash32

NONE, THUMB, A32, A64, ARM = range(5)
BITS = 2271
ROW_BYTES = 96
LITERAL, MISS, BYTES = 0, 81, 162
REFINE_LITERAL, REFINE_MISS = 74, 107

FIRST_HALF = {8: (11, 10, 6, 3, 0)}
FIRST_HALF.update({i: (11, 6, 3, 0) for i in (0, 1, 2, 12, 13, 14, 15, 16, 17)})
FIRST_HALF.update({i: (11, 9, 6, 3, 0) for i in (3, 10, 11)})
FIRST_HALF.update({i: (11, 8, 0) for i in (4, 5, 6, 7, 9, *range(18, 29))})
FIRST_HALF.update({i: (11, 8, 4, 0) for i in (29, 30, 31)})


def halfword_ends(kind, known):
    if kind:
        return (12, 8, 0)
    if known >> 10 == 0x11:
        return (11, 10, 8, 7, 3, 0)
    return FIRST_HALF[known >> 11]


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


def halfword_fields(kind, value):
    """The fields but the one from bit 15, from the highest down: (top, bottom, is it a register)."""
    ends = halfword_ends(kind, value)
    fields = [field_of(ends, 15, e) for e in ends]
    return [(t, b, t - b + 1 in (3, 4)) for t, b in fields if t < 15]


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

    def halfword(self, kind, mode=0, like=0, before=None, fourth=False, value=None):
        if before is None:
            before = self.last_word() >> 16
        known = changed = 0
        for b in range(15, -1, -1):
            top, bottom = field_of(halfword_ends(kind, known), 15, b)
            opcode = 32 if top == 15 else known >> (top + 1) << (top + 1) >> 11
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
                if fourth:
                    hashed.append((all_, 0x40000 | before))
                group, refinement = LITERAL, REFINE_LITERAL + opcode
            else:
                old = part(like, top, bottom)
                if top - bottom + 1 in (3, 4) and top < 15:
                    expected = self.names[old] | 16
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
            self.learn(halfword_fields(kind, known), known, like, known >> 11)
        return known

    def learn(self, fields, value, like, opcode):
        for top, bottom, register in fields:
            new, old = part(value, top, bottom), part(like, top, bottom)
            if register:
                self.names[old & 31] = new
            elif new != old:
                self.steps[opcode & 31] = new - old

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
            self.learn(word_fields(self.isa, known), known, like, known >> 24)
        return known

    def byte(self, at, mode=0, p=0):
        tree, past, place, h = 1, self.change_past, self.changes[at & 3], self.history
        for b in range(7, -1, -1):
            salt = tree * 0x3D4D51CB
            if mode == 0:
                hashed = [((h & 0xFF) + salt, 0x90000 | at & 1), ((h & 0xFFFF) + salt, 0xA0000 | at & 1),
                          ((h & 0xFFFFFF) + salt, 0xB0000), (salt, 0xC0000 | at & 3),
                          (salt, 0x150000), ((h & 0xFF00) + salt, 0x160000)]
            else:
                hashed = [(past + salt, 0xD0000 | (at == self.change_end)),
                          ((past | h & 0xFF00) + salt, 0xE0000), ((place & 0xFF) + salt, 0xF0000),
                          (place + salt, 0x110000), ((p | mode << 9) + salt, 0x120000),
                          ((h & 0xFF) + salt, 0x130000)]
            tree = tree << 1 | self.model.mixed([], hashed, ROW_BYTES + 4 * mode + b // 2, BYTES)
        tree &= 0xFF
        if mode:
            self.change_past, self.changes[at & 3], self.change_end = tree, (place << 8 | tree) & 0xFFFF, at + 1
        return tree + p & 0xFF

    def kept(self, unit, value, kind):
        """Chapter 12: a copied unit's registers keep their names."""
        if unit == 2 and self.isa in (THUMB, ARM):
            fields = halfword_fields(kind, value)
        elif unit == 4:
            fields = word_fields(self.isa, value)
        else:
            return
        for top, bottom, register in fields:
            if register:
                v = part(value, top, bottom) & 31
                self.names[v] = v

    def renamed(self, value, kind):
        for top, bottom, register in halfword_fields(kind, value):
            if register:
                mask = (2 << (top - bottom)) - 1
                new = self.names[part(value, top, bottom)] & mask
                value = value & ~(mask << bottom) | new << bottom
        return value
