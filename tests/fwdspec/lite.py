"""LITE.md: a decoder of codec 4, written from the specification alone; references, map of words and
corrections are those of FWD.md."""
import math

from .bits import M32, Invalid
from . import halves
from .references import JAL, Image, Segment, Uppers, again, bits, far24, find, find_x86, u16, u32, with_bits
from .references import with_far24, write, xtensa_size
from .runs import Corrections, length
from .values import A32, A64, NONE, PPC, RISCV, RV64, THUMB, X86, X86_64, XTENSA
from .body import DISTANCE_CLASS

RATE = [math.floor(65535 / (1.3 + 0.7 * n)) for n in range(16)]
WEIGHT = [30, 60, 80, 90, 100, 110, 115, 120, 125] + 7 * [128]
GAP, JUMP_AFTER, JUMP, SIZE = 0, 156, 312, 468
RUN_SIGN, SAME, MAPPED, RUN_END = 624, 626, 658, 674
SINCE, PLACE, SURE, CHANGE, OLD, POSSIBLE = 0, 104, 185, 305, 665, 725
SIGN, REST, REPEAT, NUMBERS, END = 755, 760, 776, 778, 1018


def mix(a, b):
    x = (a * 0x9E3779B1 ^ b) * 0x85EBCA6B & M32
    return x ^ x >> 15


class Coder:
    """2.1; end() is L5, the length L6."""

    def __init__(self, data):
        if not data:
            raise Invalid('L6: a stream has at least one byte')
        self.data, self.at, self.range, self.code = data, 0, M32, 0
        for _ in range(4):
            self.code = self.code << 8 | self.take()

    def take(self):
        self.at += 1
        return self.data[self.at - 1] if self.at <= len(self.data) else 0

    def bit(self, one):
        bound = (self.range >> 16) * one
        bit = int(self.code < bound)
        if bit:
            self.range = bound
        else:
            self.code -= bound
            self.range -= bound
        while self.range < 1 << 24:
            self.range <<= 8
            self.code = self.code << 8 & M32 | self.take()
        return bit

    def end(self):
        if not len(self.data) <= self.at <= len(self.data) + 4:
            raise Invalid(f'L5: {self.at} bytes taken of a stream of {len(self.data)}')


class Contexts:
    """2.2 and 2.3 over one stream."""

    def __init__(self, coder, count, log=0):
        self.coder, self.log = coder, log
        self.direct = [[2048, 0] for _ in range(count)]
        self.slots, self.checks = [[2048, 0] for _ in range(1 << log)], [0] * (1 << log)

    @staticmethod
    def learn(context, bit):
        p, n = context
        context[0] = p + (((4095 * bit - p) * RATE[n] + 32768) >> 16)
        context[1] = min(15, n + 1)

    def flag(self, c):
        context = c if isinstance(c, list) else self.direct[c]
        bit = self.coder.bit(16 * context[0])
        self.learn(context, bit)
        return bit

    def flag_two(self, c, d):
        a, b = self.direct[c], self.direct[d]
        bit = self.coder.bit(16 * a[0] + ((16 * b[0] - 16 * a[0]) * WEIGHT[b[1]] >> 8))
        self.learn(a, bit)
        self.learn(b, bit)
        return bit

    def raw(self, count=1):
        value = 0
        for _ in range(count):
            value = value << 1 | self.coder.bit(32768)
        return value

    def plain(self):
        size = min(32, self.raw(6))
        return size if size < 2 else 1 << size - 1 | self.raw(size - 1)

    def near(self, x):
        n = self.plain()
        return x + (~(n >> 1) if n & 1 else n >> 1) & M32

    def hashed(self, h):
        h &= M32
        at, check = h >> 32 - self.log, h >> 4 & 0xFF
        for s in (at, at ^ 1):
            if self.checks[s] == check:
                return self.slots[s]
        taken, other = (at ^ 1, at) if self.slots[at ^ 1][1] < self.slots[at][1] else (at, at ^ 1)
        if self.slots[other][1] > 1:
            self.slots[other][1] -= 1
        self.checks[taken] = check
        self.slots[taken][:] = 2048, 0
        return self.slots[taken]

    def field(self, width, base):
        prefix = 1
        for _ in range(width):
            prefix = prefix << 1 | self.flag(self.hashed(base + prefix * 0x9E3779B1))
        return prefix - (1 << width)

    def lower(self, k, row):
        if k == 0:
            return 0
        value = 2 | self.flag(row + min(k, 12) - 1)
        return (value << k - 1 | self.raw(k - 1)) - 1

    def number(self, row):
        k = 0
        while k < 29 and self.flag(row + min(k, 17)):
            k += 1
        return self.lower(k, row + 18)

    def number_two(self, s, c, d):
        k = 0
        while k < 29 and self.flag_two(s + 12 + 18 * c + min(k, 17), s + 84 + 18 * d + min(k, 17)):
            k += 1
        return self.lower(k, s)


def z(v):
    return 0 if length(v) < 4 else min((length(v) - 2) // 2, 3)


def row(v):
    return min((length(v) + 1) // 2, 3)


def read_runs(coder, source_size, target_size):
    """Chapter 3: runs as (to, from, size, mapped)."""
    m = Contexts(coder, RUN_END)
    found, t0, f0, size, gap, jump = [], 0, 0, 0, 0, 0
    recent, repeated, mapped = [0, 0, 0, 0], 0, 1
    for _ in range(m.plain()):
        gap = m.number_two(GAP, z(size), row(gap))
        to = t0 + gap
        if gap >= target_size - t0:
            raise Invalid('L7: a gap')
        g = 0 if gap == 0 else 1 if gap < 5 else 2 if gap < 20 else 3
        c = SAME + 4 * (2 * g + repeated)
        repeated = m.flag(c)
        if repeated:
            i = 0
            while i < 3 and m.flag(c + 1 + i):
                i += 1
            shift = recent.pop(i)
        else:
            jump = m.number_two(JUMP_AFTER if gap else JUMP, row(gap) if gap else z(size), row(jump))
            negative = jump and m.flag(RUN_SIGN + (gap > 0))
            shift = f0 + (-jump if negative else jump) - to
            recent.pop()
        recent.insert(0, shift)
        k = 0 if repeated else 1 if jump <= 64 else 2 if jump < 2048 else 3
        size = 1 + m.number_two(SIZE, k, row(gap))
        start = to + shift
        if not (0 <= start and start + size <= source_size and to + size <= target_size):
            raise Invalid('L7: a run')
        mapped = m.flag(MAPPED + 2 * min(length(size) // 2, 7) + mapped)
        found.append((to, start, size, mapped))
        t0, f0 = to + size, start + size
    coder.end()
    return found


class Map:
    def __init__(self, runs, room):
        self.list = []
        for to, start, _, mapped in runs:
            if mapped:
                self.put((start + 1) // 2, to - start, room)

    def below(self, cell):
        return sum(1 for start, _ in self.list if start <= cell)

    def put(self, start, shift, room):
        i = self.below(start)
        if i and (self.list[i - 1][0] == start or self.list[i - 1][1] == shift):
            return
        if len(self.list) == room:
            raise Invalid('L8: the map')
        self.list.insert(i, (start, shift))

    def find(self, t):
        if not self.list:
            return t, 0
        i = self.below(t // 2)
        return t + self.list[max(i - 1, 0)][1] & M32, 2 if i else 0


class Body:
    def __init__(self, coder, params, source, size, runs):
        self.isa, self.source, self.size, self.runs, self.p = params.isa, source, size, runs, params
        self.m = Contexts(coder, END, params.slots_log)
        self.map = Map(runs, params.intervals)
        self.moved, self.data = Corrections(params.corrections), Corrections(params.corrections)
        self.unit = 4 if self.isa in (A32, A64) + halves.HALVES else 1 if self.isa in (NONE, XTENSA) + X86 else 2
        self.order = halves.order(self.isa) if self.isa in halves.HALVES else 'little'
        self.finder = None
        if self.isa in halves.PLAIN:
            self.finder = halves.Finder(self.isa) if self.isa in halves.HALVES else halves.AvrFinder()
        self.out, self.rest, self.uppers = bytearray(), 0, Uppers()
        self.literal_target = self.past = self.repeated = 0
        self.outcome = [0] * 15
        self.head()

    # Chapter 4.

    def segments(self, count, size, likes):
        table, end, upper = [], 0, 0
        for i in range(count):
            like = likes[i] if i < len(likes) else Segment(0, 0, 0)
            offset = end + self.m.plain()
            n = self.m.near(like.size)
            address = self.m.near(like.address & M32)
            if self.isa in (A64, RV64, X86_64) and i == 0:
                upper = self.m.near(like.address >> 32)
            if not (n > 0 and end <= offset and offset + n <= size):
                raise Invalid('L9: a segment')
            table.append(Segment(offset, n, address | upper << 32))
            end = offset + n
        return table

    def head(self):
        m, sizes = self.m, (len(self.source), self.size)
        known = m.raw()
        tables = [[Segment(0, size, 0)] for size in sizes]
        if known:
            counts = m.plain(), m.plain()
            if 0 in counts or sum(counts) > self.p.segments:
                raise Invalid('L9: segments')
            tables[0] = self.segments(counts[0], sizes[0], [])
            tables[1] = self.segments(counts[1], sizes[1], tables[0])
        alias = m.plain()
        aliases = alias, m.near(alias)
        gp = m.plain()
        gps = gp, m.near(gp)
        windows = [(0x2000, 0x200F)]
        if not m.raw():
            windows = [(m.raw(16), m.raw(16)) for _ in range(min(m.raw(3), 4))]
        self.tables = m.raw()
        self.old, self.new = (Image(size, known, table, a, g, windows)
                              for size, table, a, g in zip(sizes, tables, aliases, gps))

    def decode(self):
        for i, (to, start, size, _) in enumerate(self.runs):
            self.gap(to - len(self.out))
            self.copy(i, to, start, size)
        self.gap(self.size - len(self.out))
        self.m.coder.end()
        return bytes(self.out)

    def put(self, data):
        for byte in data:
            self.out.append(byte)
            if self.isa == XTENSA:
                self.rest = (self.rest or xtensa_size(byte)) - 1

    def longer(self, h):
        return h >> 11 >= 0x1D if self.isa == THUMB else h & 3 == 3 if self.isa in RISCV else False

    def after(self, h):
        self.rest = 2 if self.rest == 0 and self.longer(h) else 0

    def saw(self, h):
        if self.isa == THUMB and h >> 11 == 9:
            self.literal_target = (len(self.out) + 2 & ~3) + 4 * (h & 0xFF)

    def history(self):
        return int.from_bytes(self.out[-4:], 'big')

    # 4.1.

    def copy(self, i, to, start, size):
        self.since, self.told = 0, None
        while len(self.out) < to + size:
            at = len(self.out)
            left = to + size - at
            found = self.find(at - to + start, at)
            if found and found.size <= left:
                self.reference(i, found, at - to + start, at)
            else:
                self.copy_unit(at - to + start, at, left, at - to)

    def find(self, at, to_at):
        if self.finder:
            return self.finder.find(self.source, self.old, at, to_at)
        if self.isa in X86:
            found, self.next_unit, _ = find_x86(self.isa, self.source, self.old, at, to_at)
            return found
        return find(self.isa, self.tables, self.source, self.old, self.new, at, to_at, False, self.rest, self.uppers)

    def write(self, found, old, to_at, target):
        if self.finder:
            return self.finder.write(self.new, found, old, to_at, target)
        return write(self.isa, self.new, found, old, to_at, target)

    def again(self, found, data, to_at):
        if self.finder:
            return self.finder.again(found, data, to_at, self.new)
        return again(self.isa, self.new, found, data, to_at)

    def is_same(self, left, behind):
        m = self.m
        if self.told is None and self.since >= 8:
            self.told = math.inf if m.flag(REST + min(length(left), 15)) else m.number(NUMBERS + 5 * 30)
        if self.told is None:
            s = self.since
            c = s if s <= 23 else 25 if s > 256 else 24 if s > 64 else 23
            place = 9 * min(length(behind // self.unit), 8) + min(length(left // self.unit), 8)
            return m.flag_two(SINCE + 4 * c + (self.past & 3), PLACE + place)
        same = int(self.told > 0)
        self.told = self.told - 1 if same else None
        return same

    def copy_unit(self, at, to_at, left, behind):
        size = self.unit
        if self.isa == XTENSA:
            size = min(left, self.rest or xtensa_size(self.source[at]))
        elif self.isa in X86:
            size = min(left, self.next_unit)
        elif to_at % size or left < size:
            size = 1
        old = self.source[at:at + size]
        same = self.is_same(left, behind)
        self.past = self.past << 1 & 0xFF | (1 - same)
        if not same:
            self.changed(old)
            self.since = 0
            return
        self.put(old)
        self.since += 1
        if size == 2 and (self.isa == THUMB or self.isa in RISCV):
            self.after(u16(old, 0))

    # 4.2.

    def mapped(self, i, at, t):
        to, start, size, _ = self.runs[i]
        if start <= t < start + size:
            return t - start + to, 3
        if (t - at + 4096) & M32 < 8192:
            known = min(len(self.runs), i + self.p.horizon // 2 + 1)
            held = None
            for j in range(max(0, known - self.p.horizon), known):
                to, start, size, _ = self.runs[j]
                if start <= t < start + size:
                    held = t - start + to
                    if j > i:
                        break
            if held is not None:
                return held, 2
        return self.map.find(t)

    def reference(self, i, found, at, to_at):
        m, y, t, corrected = self.m, found.type, found.target, 0
        old = self.source[at:at + found.size]
        if found.fixed:
            mapped, sure, predicted = t, 3, t
        elif found.data:
            mapped = t
            difference, sure = self.data.nearest(t)
            predicted = t + difference & M32
        else:
            mapped, sure = self.mapped(i, at, t)
            predicted = mapped
            if sure < 3 and self.moved.get(t) is not None:
                predicted, corrected = mapped + self.moved.get(t) & M32, 1
        prediction = self.write(found, old, to_at, predicted)
        possible = int(prediction is not None)
        prediction = prediction if possible else old
        change = int(prediction != old) if possible else 2
        good = m.flag_two(SURE + 8 * y + 2 * sure + corrected,
                          CHANGE + 2 * (4 * (3 * y + change) + sure) + self.outcome[y])
        self.outcome[y] = 1 - good
        self.since = self.since + 1 if good else 0
        if good:
            self.put(prediction)
        elif change == 1 and m.flag(OLD + 4 * y + sure):
            self.put(old)
        elif not m.flag(POSSIBLE + 2 * y + possible):
            self.changed(prediction)
        else:
            c = DISTANCE_CLASS[y]
            n = 1 + m.number(NUMBERS + 30 * c)
            if m.flag(SIGN + c):
                n = -n
            self.put(self.write(found, old, to_at, predicted + (n << found.unit) & M32) or old)
        self.learn(found, t, mapped, good, sure, to_at)
        written = bytes(self.out[to_at:])
        if self.isa in RISCV and len(written) == 4:
            self.uppers.wrote(self.new, u32(written, 0), to_at)
        if self.isa in halves.HALVES:
            self.finder.wrote(written)
        if len(written) == 2:
            self.saw(u16(written, 0))
        self.rest = 0

    def learn(self, found, t, mapped, good, sure, to_at):
        if found.split or found.fixed or ((good and sure >= 2) if found.data else (good or sure == 3)):
            return
        target = self.again(found, bytes(self.out[to_at:]), to_at)
        if target is not None:
            (self.data if found.data else self.moved).put(t, target - mapped & M32)

    # Chapter 5.

    def half(self, part, like=None):
        known, left, changed, ends = 0, 16, 0, self.first_end(part)
        while left:
            top, bottom = left - 1, ends.pop(0)
            key, mask = top | bottom << 4 | part << 8, (1 << left - bottom) - 1
            if like is None:
                base = mix(32 if left == 16 else known >> 11, 0x3000000 | key)
            else:
                base = mix(like >> 11, 0x5000000 | key | changed << 26)
            field = self.m.field(left - bottom, base)
            was = 0 if like is None else like >> bottom & mask
            known |= (was + field & mask) << bottom
            changed |= field != 0
            if left == 16:
                ends = self.ends(known >> 11, part)
            left = bottom
        return known

    def ends(self, op, part):
        if part == 0 and self.isa == THUMB:
            if op <= 2 or 12 <= op <= 17:
                return [6, 3, 0]
            return [9, 6, 3, 0] if op in (3, 10, 11) else [10, 8, 7, 3, 0] if op == 8 else [8, 4, 0]
        return [8, 4, 0]

    def first_end(self, part):
        return [11] if part == 0 else [12]

    def byte(self, like=None):
        if like is None:
            last = self.out[-1] if self.out else 0
            return self.m.field(8, mix(last, 0xA000000 | len(self.out) & 3 | self.rest << 2))
        return like + self.m.field(8, mix(like, 0x9000000)) & 0xFF

    def word(self, like=None):
        upper = self.half(2, None if like is None else like >> 16)
        return upper << 16 | self.half(3, None if like is None else like & 0xFFFF)

    def changed(self, like):
        unit = self.unit if len(like) % self.unit == 0 and len(self.out) % self.unit == 0 else 1
        for i in range(0, len(like), unit):
            if unit == 1:
                value = self.byte(like[i])
            elif unit == 4:
                value = self.word(int.from_bytes(like[i:i + 4], self.order))
            else:
                value = self.half(1 if self.rest else 0, u16(like, i))
                self.after(value)
            self.put(value.to_bytes(unit, self.order))

    def gap(self, left):
        end = len(self.out) + left
        while len(self.out) < end:
            at = len(self.out)
            if end - at >= 6 and at % 2 == 0 and self.rest == 0:
                self.repeated = self.m.flag(REPEAT + self.repeated)
                if self.repeated:
                    self.repeat(end - at)
                    continue
            self.literal(at, end - at)

    def repeat(self, left):
        distance = 1 + self.m.number(NUMBERS + 6 * 30)
        size = 6 + self.m.number(NUMBERS + 7 * 30)
        if size > left or distance > len(self.out) or distance >= 1 << self.p.history_log:
            raise Invalid('L10: a repetition')
        for _ in range(size):
            self.put(self.out[-distance:][:1])

    def moved_back(self, w, at):
        if self.isa == THUMB:
            h, k = w & 0xFFFF, w >> 16
            if h >> 11 == 0x1E and k & 0x9000 == 0x9000:
                h, k = with_far24(h, k, far24(h, k) - (at >> 1) & 0xFFFFFF)
            return h | k << 16
        if self.isa in RISCV:
            return with_bits(w, (bits(w, *JAL) << 1) - at >> 1, JAL) if w & 0x7F == 0x6F else w
        if self.isa == A32 and w >> 25 & 7 == 5 and w >> 28 != 15:
            return w & 0xFF000000 | w - (at >> 2) & 0xFFFFFF
        if self.isa == A64 and w & 0x7C000000 == 0x14000000:
            return w & 0xFC000000 | w - (at >> 2) & 0x3FFFFFF
        if self.isa == PPC and w >> 26 == 18 and not w & 2:
            return w & 0xFC000003 | w - at & 0x3FFFFFC
        return w

    def literal(self, at, left):
        if self.unit == 1 or at % self.unit or left < self.unit:
            self.put([self.byte()])
        elif self.unit == 4:
            self.put(self.moved_back(self.word(), at).to_bytes(4, self.order))
        elif self.rest:
            k = self.half(1)
            self.rest = 0
            self.put(k.to_bytes(2, 'little'))
        else:
            h = self.half(0)
            if self.isa == THUMB and h >> 11 == 9:
                h = h & 0xFF00 | h + ((self.literal_target + 4 - (at + 4 & ~3)) >> 2) & 0xFF
            if self.longer(h) and left >= 4:
                w = self.moved_back(h | self.half(1) << 16, at)
                self.put(w.to_bytes(4, 'little'))
                return
            self.after(h)
            self.put(h.to_bytes(2, 'little'))
            self.saw(h)
