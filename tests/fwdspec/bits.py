"""FWD.md chapter 2: the range coder, mixed bits, flags and numbers. Tables come from the formulas."""
import math

M32 = 0xFFFFFFFF


class Invalid(Exception):
    """The package breaks a rule; the text names the clause."""


def clamp(value, low, high):
    return max(low, min(high, value))


def make_squash():
    k = [min(65520, round(65536 / (1 + math.exp(-i / 16)))) for i in range(129)]
    right = [(k[x >> 4] * (16 - (x & 15)) + k[(x >> 4) + 1] * (x & 15)) >> 4 for x in range(2048)]
    return [65536 - right[-x] if x < 0 else right[x] for x in range(-2047, 2048)]


def make_stretch():
    def g(q):
        return max(-2047, round(256 * math.log(q / (4096 - q))))
    left = [g(p + 0.5) if p < 256 else g(8 * (p >> 3) + 4) for p in range(2048)]
    return left + [-v for v in reversed(left)]


SQUASH = make_squash()  # of x + 2047
STRETCH = make_stretch()
RATE = [6553500 // (115 + 55 * n) for n in range(16)]


def hash32(a, b):
    h = (a * 0x9E3779B1 + b * 0x85EBCA6B) & M32
    h ^= h >> 15
    h = h * 0x2C1B3C6D & M32
    return h ^ h >> 13


class RangeDecoder:
    """2.1; end() is F5, the length F6."""

    def __init__(self, data):
        if not data:
            raise Invalid('F6: a stream has at least one byte')
        self.data, self.at, self.low, self.high, self.code = data, 0, 0, M32, 0
        for _ in range(4):
            self.code = self.code << 8 | self.take()

    def take(self):
        self.at += 1
        return self.data[self.at - 1] if self.at <= len(self.data) else 0

    def bit(self, one):
        span = self.high - self.low
        middle = self.low + (span >> 16) * one + ((span & 0xFFFF) * one >> 16)
        bit = int(self.code <= middle)
        if bit:
            self.high = middle
        else:
            self.low = middle + 1
        while (self.low ^ self.high) >> 24 == 0:
            self.low = self.low << 8 & M32
            self.high = (self.high << 8 | 0xFF) & M32
            self.code = (self.code << 8 | self.take()) & M32
        return bit

    def end(self):
        if not len(self.data) <= self.at <= len(self.data) + 4:
            raise Invalid(f'F5: {self.at} bytes taken of a stream of {len(self.data)}')


class Model:
    """What a stream has learned, and the coder that it reads with."""

    def __init__(self, coder, start, rows, groups=0, refinements=0, slots=0):
        self.coder = coder
        self.direct = list(start)
        self.weights = [[5120] * 6 for _ in range(rows)]
        self.second = [[5120] * 6 for _ in range(groups)]
        curve = [SQUASH[clamp(512 * k - 2048, -2047, 2047) + 2047] for k in range(9)]
        self.refine = [curve[:] for _ in range(refinements)]
        self.check, self.q, self.n = [0] * slots, [2048] * slots, [0] * slots

    def slot(self, a, b):
        """The slot of the hashed context (a, b); takes one when there is none."""
        h = hash32(a & M32, b & M32)
        check, at = h >> 24, (h << 8 & M32) * len(self.check) >> 32
        slots = [at, at ^ 1, at ^ 2, at ^ 3]
        for s in slots:
            if self.check[s] == check:
                return s
        taken = min(slots, key=lambda s: self.n[s])
        aged = at ^ (h >> 12 & 3)
        if aged != taken and self.n[aged] > 1:
            self.n[aged] -= 1
        self.check[taken], self.q[taken], self.n[taken] = check, 2048, 0
        return taken

    def learn_slot(self, s, bit):
        self.q[s] = clamp(self.q[s] + (((4095 * bit - self.q[s]) * RATE[self.n[s]] + 32768) >> 16), 1, 4094)
        self.n[s] = min(15, self.n[s] + 1)

    def learn_direct(self, d, bit):
        p = self.direct[d]
        self.direct[d] = p + (65535 - p >> 4) if bit else p - (p >> 4)

    def train(self, hashed, bit):
        """Chapter 8, training: the hashed contexts see a known bit, nothing else does."""
        for s in [self.slot(a, b) for a, b in hashed]:
            self.learn_slot(s, bit)
        return bit

    def mixed(self, direct, hashed, row, group=None, refinement=None):
        slots = [self.slot(a, b) for a, b in hashed]
        s = [STRETCH[self.direct[d] >> 4] for d in direct] + [STRETCH[self.q[i]] for i in slots]
        used = [self.weights[row]]
        total = sum(a * w for a, w in zip(s, used[0]))
        if group is not None:
            klass = 0
            for i in slots[:4]:
                klass = 3 * klass + (0 if self.n[i] == 0 else 1 if self.n[i] < 6 else 2)
            used.append(self.second[group + klass])
            total = total + sum(a * v for a, v in zip(s, used[1])) >> 1
        x = clamp(total >> 14, -2047, 2047)
        p = one = SQUASH[x + 2047]
        if refinement is not None:
            r, y = self.refine[refinement], 8 * (x + 2048)
            j, f = y >> 12, y & 4095
            one = clamp(p + (r[j] * (4096 - f) + r[j + 1] * f >> 12) >> 1, 16, 65520)
        bit = self.coder.bit(one)
        if refinement is not None:
            j += f >= 2048
            r[j] += (65535 - r[j] >> 5) if bit else -(r[j] >> 5)
        e = 40 * ((bit << 12) - (p >> 4))
        for w in used:
            for i, a in enumerate(s):
                w[i] = clamp(w[i] + (a * e + 131072 >> 18), -32767, 32767)
        for i in slots:
            self.learn_slot(i, bit)
        for d in direct:
            self.learn_direct(d, bit)
        return bit

    def flag(self, d):
        bit = self.coder.bit(clamp(self.direct[d], 32, 65504))
        self.learn_direct(d, bit)
        return bit

    def raw(self, count=1):
        value = 0
        for _ in range(count):
            value = value << 1 | self.coder.bit(32768)
        return value

    def number(self, first, unary=None):
        """2.3, a number of the set at `first`; `unary` codes bit i of the unary part of a mixed one."""
        length = 0
        while length < 29 and (unary(length) if unary else self.flag(first + min(length, 23))):
            length += 1
        value, c = 1, first + 24 + 7 * (min(length, 15) - 1)
        for i in range(length - 1, -1, -1):
            place = length - 1 - i
            if place == 0:
                bit = self.flag(c)
            elif place < 3:
                bit = self.flag(c + (1 if place == 1 else 3) + (value & 1))
            elif i < 2:
                bit = self.flag(c + 5 + i)
            else:
                bit = self.raw()
            value = value << 1 | bit
        return value - 1

    def plain_number(self):
        length = 0
        while length < 29 and self.raw():
            length += 1
        return (1 << length | self.raw(length)) - 1
