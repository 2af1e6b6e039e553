"""FWD.md chapters 3, 4, 8, 9 and 10: the target, from its first byte to its last."""
import math
from collections import Counter

from .bits import Model, M32
from . import halves, x86
from .references import (A64, ADR, CALL, DATA, JUMP, WORDS, Image, Segment, Uppers, again, far24, find,
                         find_x86, match_thumb, u16, u32, with_bits, bits, JAL, sx, with_far24, write)
from .runs import Corrections, Map, length
from .values import (A32, ARM, HALFWORDS, NONE, RISCV, RV64, THUMB, X86, X86_64, XTENSA, Values, after_half,
                     xtensa_size)
from .bits import Invalid

DISTANCE, SIGN, SINCE, PLACE, RENAMED = 0, 774, 780, 884, 965
REF_SURE, REF_PAST, REF_SINCE, REF_CHANGE, REF_WORDS = 1093, 1333, 1453, 1581, 1761
REF_OLD, REF_SAME, CALM_REST, CALM, END = 1881, 1941, 2163, 2227, 2356
ROW_WORD_REF, ROW_CODE_REF, ROW_COPY = 108, 109, 110
GROUP_COPY, REFINE_REF, REFINE_COPY = 243, 0, 30
WEIGHT_ROWS, SECOND_ROWS, REFINE_ROWS = 111, 252, 161
#                 pointer data ... call jump far load load_far adr near cond test high low
DISTANCE_CLASS = (3, 4, 3, 3, 0, 0, 1, 2, 2, 2, 1, 1, 1, 0, 2)

# Chapter 4: rows of weights, rows of second weights, what they start at.
WEIGHTS = ((range(0, 32), range(0, 81), (50, 68, 38, 55, 90, 80)),
           (range(32, 64), range(81, 162), (40, 103, 88, 52, 80, 80)),
           (range(64, 96), (), (82, 69, 76, 81, 58, 80)),
           (range(96, 100), range(162, 243), (66, 41, 50, 46, 58, 44)),
           (range(100, 108), (), (78, 79, 81, 79, 80, 78)),
           ([108], (), (79, -61, 70, 52, 115, 80)),
           ([109], (), (85, -55, 10, 68, -61, 80)),
           ([110], range(243, 252), (-14, 29, 118, 94, 76, 80)))


class Body:
    def __init__(self, coder, start, params, source, target_size, runs):
        self.isa, self.source, self.size, self.runs = params.isa, source, target_size, runs
        self.model = Model(coder, start, WEIGHT_ROWS, SECOND_ROWS, REFINE_ROWS, 1024 * params.pages)
        for rows, groups, weights in WEIGHTS:
            for i in rows:
                self.model.weights[i] = [64 * w for w in weights]
            for i in groups:
                self.model.second[i] = [64 * w for w in weights]
        self.values = Values(self.model, self.isa)
        self.map = Map(runs, params.intervals)
        self.moved, self.data = Corrections(params.entries), Corrections(params.entries)
        self.out = bytearray()
        self.literal_target = self.pool_high = 0
        self.uppers = Uppers()
        self.finder = None
        if self.isa in halves.PLAIN:
            self.finder = halves.Finder(self.isa) if self.isa in halves.HALVES else halves.AvrFinder()
        self.room = params.segments
        self.pool = [0] * 1024
        self.past, self.past_words, self.word_end, self.copy_past = Counter(), 0, 0, 0
        self.since = self.numbers_past = 0
        self.read_places()

    # Chapter 3.

    def address(self):
        zeros = self.model.raw(5)
        return self.model.raw(32 - zeros) << zeros

    def as_before(self, before, otherwise):
        return before if self.model.raw() else otherwise()

    def first_segment(self, end):
        number = self.model.plain_number
        offset = end + number()
        size = 1 + number()
        return Segment(offset, size, self.address() + offset & M32)

    def second_segment(self, end, like, like_end):
        offset = end + self.as_before(like.offset - like_end, self.model.plain_number)
        n = self.model.plain_number()
        size = like.size + (~(n >> 1) if n & 1 else n >> 1) & M32
        return Segment(offset, size, self.as_before(like.address, self.address))

    def segments(self, count, size, likes):
        table, end, like_end = [], 0, 0
        for i in range(count):
            if i < len(likes):
                segment = self.second_segment(end, likes[i], like_end)
                like_end = likes[i].offset + likes[i].size
            else:
                segment = self.first_segment(end)
            if not 0 < segment.size <= size - segment.offset:
                raise Invalid(f'F9: a segment of {segment.size} bytes at {segment.offset}')
            table.append(segment)
            end = segment.offset + segment.size
        return table

    def all_segments(self):
        """Of S and T."""
        model, sizes = self.model, (len(self.source), self.size)
        if not model.raw():
            bases = base = to_base = 0
            return base, [[Segment(0, size, bases)] for size in sizes]
        if model.raw():
            count = 1 + model.raw(6)
            to_count = self.as_before(count, lambda: 1 + model.raw(6))
            if count + to_count > self.room:
                raise Invalid(f'F9: {count} and {to_count} segments')
            source = self.segments(count, sizes[0], [])
            tables = [source, self.segments(to_count, sizes[1], source)]
        else:
            base = self.address()
            to_base = self.as_before(base, self.address)
            tables = [[Segment(0, sizes[0], base)], [Segment(0, sizes[1], to_base)]]
        if self.isa in (A64, RV64, X86_64):
            upper = model.raw(32)
            uppers = upper, self.as_before(upper, lambda: model.raw(32))
            tables = [[s._replace(address=s.address | u << 32) for s in table]
                      for table, u in zip(tables, uppers)]
        return 1, tables

    def other_address(self):
        if not self.model.raw():
            return 0, 0
        first = self.address()
        return first, self.as_before(first, self.address)

    def read_places(self):
        model = self.model
        known, tables = self.all_segments()
        aliases, globals_ = self.other_address(), self.other_address()
        windows = [(0x2000, 0x200F)]
        if not model.raw():
            windows = []
            for _ in range(model.raw(3)):
                first = model.raw(16)
                window = first, first + model.plain_number() & 0xFFFF
                windows[min(len(windows), 3):] = [window]
        self.tables = model.raw()
        values = range(0)
        if self.isa == A64 and model.raw():
            begin = model.plain_number()
            values = range(begin, begin + model.plain_number())
        self.old, self.new = (Image(size, known, table, alias, gp, windows) for size, table, alias, gp in
                              zip((len(self.source), self.size), tables, aliases, globals_))
        self.old.values = values

    # Chapter 8.

    def decode(self):
        for i, run in enumerate(self.runs):
            self.gap(i, run.to - len(self.out))
            self.copy(i, run)
        self.gap(len(self.runs), self.size - len(self.out))
        self.model.coder.end()
        return bytes(self.out)

    def put(self, data):
        self.values.remember(data)
        for byte in data:
            self.out.append(byte)
            if len(self.out) % 4 == 0:
                self.pool[len(self.out) // 4 - 1 & 1023] = 0

    def mark(self, at, t):
        if t % 4 == 0 and t > at and t - at < 4092:
            self.pool[t // 4 & 1023] = 1

    def in_pool(self, at):
        return at % 4 == 0 and self.pool[at // 4 & 1023]

    def gap(self, i, size):
        if size >= 8 and i > 0 and self.isa != NONE and not self.finder:
            self.prepare(i)
        end = len(self.out) + size
        while len(self.out) < end:
            self.literal(end - len(self.out))

    def prepare(self, i):
        before = self.runs[i - 1]
        a = before.start + before.size
        b = self.runs[i].start if i < len(self.runs) else len(self.source)
        if b < a or b - a > 128:
            b = min(len(self.source), a + 16)
        values = self.values
        a = a + values.rest if self.isa == XTENSA or self.isa in X86 else a & ~1
        kept = values.history, values.rest, values.before
        values.rest = 0
        if a >= 4 and a <= len(self.source):
            values.remember(self.source[a - 4:a])
        train = self.train_xtensa if self.isa == XTENSA else self.train_halfword
        train = self.train_x86 if self.isa in X86 else train
        while a < b:
            step = self.train_word(a, b) if self.isa in (A32, A64) else train(a, b)
            if step == 0:
                break
            a += step
        values.history, values.rest, values.before = kept

    def train_xtensa(self, a, b):
        if b - a < 3 or a + 3 > len(self.source):
            return 0
        data, known = self.source[a:a + xtensa_size(self.source[a])], 0
        for i, byte in enumerate(data):
            self.values.xtensa_byte(i, known, self.values.history, byte)
            known |= byte << 8 * i
            self.values.remember([byte])
        self.values.before = data[0]
        return len(data)

    def train_x86(self, a, b):
        values, data = self.values, self.source[a:min(b, a + x86.LONGEST)]
        try:
            s = x86.shape(data, self.isa == X86_64)
        except x86.Short:
            return 0
        if s.size > len(data):
            return 0
        data = x86.moved(data[:s.size], s, a + s.size)
        at = x86.leads_at(s)
        if at is not None and u32(data, at) < len(self.source):
            moved = self.map.find(u32(data, at))[0] & M32
            data = data[:at] + moved.to_bytes(4, 'little') + data[at + 4:]
        values.x86_instruction(s.size, data)
        values.remember(data)
        values.before = s.opcode
        return s.size

    def train_word(self, a, b):
        if a % 4 and b - a > 2:
            return 2
        if b - a < 4 or a + 4 > len(self.source):
            return 0
        self.values.word(value=u32(self.source, a))
        self.values.remember(self.source[a:a + 4])
        return 4

    def moved_call(self, a, h):
        """A call at a as literals have it, with the new place of its target; None: it is none."""
        source = self.source
        if self.values.rest or a + 4 > len(source):
            return None
        k = u16(source, a + 2)
        if self.isa in RISCV:
            if h & 0x7F != 0x6F:
                return None
            w = h | k << 16
            t = a + sx(bits(w, *JAL) << 1, 21) & M32
            d = (bits(w, *JAL) << 1) + a + self.map.find(t)[0] - t
            w = with_bits(w, d >> 1, JAL)
            return w & 0xFFFF, w >> 16
        if h >> 11 != 0x1E:
            return None
        found = match_thumb(self.old.address(a), h, k)
        found = found and self.old.resolve(found)
        if not found or found.type not in (CALL, JUMP):
            return None
        moved = self.map.find(found.target)[0] - found.target
        return with_far24(h, k, far24(h, k) + (a + 4 >> 1) + (moved >> 1) & 0xFFFFFF)

    def train_halfword(self, a, b):
        if b - a < 2:
            return 0
        source, values = self.source, self.values
        h = u16(source, a)
        call = self.moved_call(a, h)
        if call:
            h, k = call
            values.halfword(0, value=h)
            values.halfword(1, before=h, fourth=True, value=k)
            values.remember((h | k << 16).to_bytes(4, 'little'))
            return 4
        values.halfword(values.rest // 2, value=h)
        values.rest = after_half(self.isa, values.rest, h)
        values.remember(source[a:a + 2])
        return 2

    # Chapter 11, literals and misses; chapter 12, seen.

    def seen(self, data):
        """The instruction that was just given; at is the offset behind it."""
        at, h = len(self.out), u16(data, 0)
        if self.isa == XTENSA:
            if len(data) == 3 and h & 15 == 1:
                self.literal_target = (at >> 2) + 0xFFFF0000 + (h >> 8 | data[2] << 8) & M32
        elif len(data) == 2 and h >> 11 == 9:
            self.literal_target = (at + 2 & ~3) + 4 * (h & 0xFF)
            self.mark(at, self.literal_target)
        elif len(data) == 4 and h == 0xF8DF:
            self.mark(at, (at & ~3) + (u16(data, 2) & 0xFFF))

    def literal(self, left):
        at = len(self.out)
        if self.isa in (THUMB, ARM):
            self.put(self.thumb_literal(at, left))
        elif self.isa in RISCV:
            self.put(self.riscv_literal(at, left))
        elif self.isa == XTENSA:
            self.xtensa_literal(at, left)
        elif self.isa in X86:
            data, s = self.values.x86_instruction(left)
            if s and s.size <= left:
                data, self.values.before = x86.moved(data, s, -at - s.size), s.opcode
            self.put(data)
        elif self.isa in (A32, A64) and at % 4 == 0 and left >= 4:
            w = self.values.word()
            if self.isa == A32 and w >> 25 & 7 == 5 and w >> 28 != 15:
                w = w & 0xFF000000 | w - (at + 8 >> 2) & 0xFFFFFF
            elif self.isa == A64 and w & 0x7C000000 == 0x14000000:
                w = w & 0xFC000000 | w - (at >> 2) & 0x3FFFFFF
            self.put(w.to_bytes(4, 'little'))
        else:
            self.put(bytes([self.values.byte(at)]))

    def riscv_literal(self, at, left):
        values = self.values
        if at % 2 or left < 2:
            return bytes([values.byte(at)])
        if values.rest:
            k = values.halfword(1)
            values.rest = 0
            return k.to_bytes(2, 'little')
        h = values.halfword(0)
        if h & 0x7F == 0x6F and left >= 4:
            w = h | values.halfword(1, before=h) << 16
            w = with_bits(w, (bits(w, *JAL) << 1) - at >> 1, JAL)
            return w.to_bytes(4, 'little')
        values.rest = after_half(self.isa, 0, h)
        return h.to_bytes(2, 'little')

    def give(self, data):
        self.put(data)
        self.values.advance(data)

    def xtensa_literal(self, at, left):
        values = self.values
        if values.rest or left < 3:
            self.give(bytes([values.xtensa_byte(values.done, values.xtensa_known(), values.history)]))
            return
        w, h, size, i = 0, values.history, 3, 0
        while i < size:
            byte = values.xtensa_byte(i, w, h)
            w, h = w | byte << 8 * i, h << 8 | byte
            if i == 0:
                size = xtensa_size(byte)
            i += 1
        if size == 3 and w & 15 == 5:
            w = w & 0x3F | w - ((at >> 2) + 1 << 6) & 0xFFFFC0
        elif size == 3 and w & 15 == 1:
            w = w & 0xFF | w - ((at + 3 >> 2) - self.literal_target - 1 << 8) & 0xFFFF00
        self.give(w.to_bytes(3, 'little')[:size])
        self.seen(self.out[at:])

    def thumb_literal(self, at, left):
        values = self.values
        if at % 2 or left < 2:
            return bytes([values.byte(at)])
        if left >= 4 and self.in_pool(at):
            upper = values.halfword(2, before=self.pool_high)
            lower = values.halfword(3, before=upper, fourth=True)
            self.pool_high, values.rest = upper, 0
            return (lower | upper << 16).to_bytes(4, 'little')
        if values.rest:
            k = values.halfword(1)
            values.rest = 0
            first = bytes(self.out[-2:])
            self.put(k.to_bytes(2, 'little'))
            self.seen(first + self.out[-2:])
            return b''
        h = values.halfword(0)
        if h >> 11 == 0x1E and left >= 4:
            k = values.halfword(1, before=h, fourth=True)
            if k & 0xD000 in (0xD000, 0x9000):
                h, k = with_far24(h, k, far24(h, k) - (at + 4 >> 1) & 0xFFFFFF)
            values.rest = 0
            return (h | k << 16).to_bytes(4, 'little')
        if h >> 11 == 9:
            h = h & 0xFF00 | h + ((self.literal_target + 4 - (at + 4 & ~3)) >> 2) & 0xFF
        values.rest = after_half(self.isa, 0, h)
        self.put(h.to_bytes(2, 'little'))
        self.seen(self.out[-2:])
        return b''

    def miss(self, mode, like):
        """Codes len(like) bytes of which `like` was the prediction."""
        values, size, at = self.values, len(like), len(self.out)
        if self.isa in HALFWORDS and size > 1:
            for i in range(0, size, 2):
                h = values.halfword(values.rest // 2, mode, u16(like, i))
                self.put(h.to_bytes(2, 'little'))
                values.rest = after_half(self.isa, values.rest, h)
        elif self.isa == XTENSA:
            for byte in like:
                self.give(bytes([values.change(len(self.out), mode, byte, values.done)]))
        elif self.isa in X86:
            field = x86.field_at(like, self.isa == X86_64)
            for i, byte in enumerate(like):
                place = i - field & 3 if i >= field else 3
                self.put(bytes([values.change(len(self.out), mode, byte, place)]))
        elif self.isa in (A32, A64) and size % 4 == 0 and at % 4 == 0:
            for i in range(0, size, 4):
                self.put(values.word(mode, u32(like, i)).to_bytes(4, 'little'))
        else:
            for byte in like:
                self.put(bytes([values.byte(len(self.out), mode, byte)]))

    # Chapter 9.

    def copy(self, i, run):
        self.since = 0
        self.told = None  # outcomes of counted units that a number tells: how many are 1 before a 0
        end = run.to + run.size
        while len(self.out) < end:
            to_at = len(self.out)
            at, left = to_at - run.to + run.start, end - to_at
            found = self.find(at, to_at)
            if found and found.size <= left:
                self.reference(i, left, found, at, to_at)
            else:
                self.unit(run, at, to_at, left)

    def outcome(self, left, code):
        """Of a counted unit: as a number tells it, or as code() has it."""
        if self.told is None and self.since >= 32 and self.isa not in X86:
            rest = self.model.flag(CALM_REST + 16 * (self.numbers_past & 3) + min(length(left // 2), 15))
            self.numbers_past = self.numbers_past << 1 & 0xFF | (1 - rest)
            self.told = math.inf if rest else self.model.number(CALM)
        if self.told is None:
            return code()
        same = int(self.told > 0)
        self.told = self.told - 1 if same else None
        return same

    def find(self, at, to_at):
        if self.finder:
            return self.finder.find(self.source, self.old, at, to_at)
        if self.isa in X86:
            return self.find_x86(at, to_at)
        return find(self.isa, self.tables, self.source, self.old, self.new, at, to_at, self.in_pool(to_at),
                    self.values.rest, self.uppers)

    def write(self, found, old, to_at, target):
        if self.finder:
            return self.finder.write(self.new, found, old, to_at, target)
        return write(self.isa, self.new, found, old, to_at, target)

    def find_x86(self, at, to_at):
        found, self.next_unit, opcode = find_x86(self.isa, self.source, self.old, at, to_at)
        if opcode is not None:
            self.values.before = opcode
        return found

    def unit(self, run, at, to_at, left):
        whole = 4 if self.isa in (A32, A64) or self.isa in halves.HALVES else 2
        size = 1 if to_at % whole or left < whole else whole
        if self.isa == XTENSA:
            size = min(left, self.values.rest or xtensa_size(self.source[at]))
        if self.isa in X86:
            size = min(left, self.next_unit)
        data, past = self.source[at:at + size], self.copy_past
        old = int.from_bytes(data[:4], 'little')
        same = self.outcome(left, lambda: self.same(run, at, to_at, left, data, old, whole))
        self.copy_past = past << 1 & 0xFF | (1 - same)
        if not same:
            self.miss(1, data)
            self.since = 0
            return
        self.put(data)
        self.since += 1
        values = self.values
        values.kept(size, old, values.rest // 2)
        if size == 2 and self.isa in HALFWORDS:
            values.rest = after_half(self.isa, values.rest, old)
        elif self.isa == XTENSA:
            self.seen(data)
            values.advance(data)

    def same(self, run, at, to_at, left, data, old, whole):
        since, past, size = self.since, self.copy_past, len(data)
        c = since if since <= 23 else 25 if since > 256 else 24 if since > 64 else 23
        s = 2 if whole == 4 else 1
        behind, ahead = min(255, to_at - run.to >> s), min(255, left >> s)
        direct = [SINCE + 4 * c + (past & 3), PLACE + 9 * length(behind) + length(ahead)]
        if size == 2 and self.isa in HALFWORDS:
            k = min(3, bin(old ^ self.values.renamed(old, self.values.rest // 2)).count('1'))
            r = 3 if since > 7 else 2 if since > 3 else 1 if since > 1 else 0
            direct.append(RENAMED + 32 * k + 4 * (past & 7) + r)
        hashed = [(old, 0xF0000 | size), (data[:4][-1] | (past & 1) << 8, 0x100000)]
        return self.model.mixed(direct, hashed, ROW_COPY, GROUP_COPY, REFINE_COPY + min(since, 31))

    # Chapter 10.

    def mapped(self, i, at, t):
        """Where source offset t is in the target, and how sure that is."""
        def holds(j):
            run = self.runs[j]
            return 0 <= j and run.start <= t < run.start + run.size
        order = [i]
        if (t - at + 4096) & M32 < 8192:
            for n in range(1, 65):
                order += [j for j in (i + n, i - n) if 0 <= j < len(self.runs) and not (n == 64 and j < i)]
        for j in order:
            if holds(j):
                return t - self.runs[j].start + self.runs[j].to, 3 if j == i else 2
        return self.map.find(t)

    def reference(self, i, left, found, at, to_at):
        y, t, corrected = found.type, found.target, 0
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
        changed = int(prediction != old)
        def code():
            return self.as_predicted(found, sure, corrected, possible, changed, to_at)
        good = self.outcome(left, code) if sure == 3 and possible else code()
        self.past[y] = self.past[y] << 1 & 0xFF | (1 - good)
        if y in WORDS:
            self.past_words = self.past_words << 1 & 0xFF | (1 - good)
            self.word_end = to_at + found.size
        if good:
            self.since += 1
            self.put(prediction)
        else:
            self.since = 0
            self.correct(found, old, prediction, predicted, possible, changed, sure, to_at)
        self.learn(found, t, mapped, good, sure, to_at)
        written = bytes(self.out[to_at:])
        if self.isa in (THUMB, ARM, XTENSA):
            self.seen(written)
        if self.finder:
            self.finder.wrote(written)
        if self.isa in RISCV and len(written) == 4:
            self.uppers.wrote(self.new, u32(written, 0), to_at)
        self.values.rest = self.values.done = 0
        if self.isa == XTENSA and len(written) < 4:
            self.values.before = written[0]

    def as_predicted(self, found, sure, corrected, possible, changed, to_at):
        y = found.type
        pool = int(bool(self.in_pool(to_at)))
        direct = [REF_SURE + 16 * y + 4 * sure + 2 * pool + corrected,
                  REF_PAST + 8 * y + (self.past[y] & 7),
                  REF_SINCE + 2 * (4 * min(self.since, 15) + sure) + changed,
                  REF_CHANGE + 4 * (3 * y + (changed if possible else 2)) + sure,
                  REF_WORDS + 8 * y + 2 * (self.past_words & 3) + int(to_at == self.word_end)]
        row = ROW_WORD_REF if y in WORDS else ROW_CODE_REF
        return self.model.mixed(direct, [], row, None, REFINE_REF + 2 * y + changed)

    def correct(self, found, old, prediction, predicted, possible, changed, sure, to_at):
        model, y = self.model, found.type
        if changed and model.flag(REF_OLD + 4 * y + sure):
            self.put(old)
            return
        if not model.flag(REF_SAME + 2 * y + possible):
            self.miss(2, prediction)
            return
        c = DISTANCE_CLASS[y]
        n = model.number(DISTANCE + 129 * c) + 1
        if model.flag(SIGN + c):
            n = -n
        target = predicted + (n << found.unit) & M32
        self.put(self.write(found, old, to_at, target) or old)

    def learn(self, found, t, mapped, good, sure, to_at):
        if found.split or found.fixed:
            return
        if (good and sure >= 2) if found.data else (good or sure == 3):
            return
        written = bytes(self.out[to_at:])
        target = (self.finder.again(found, written, to_at, self.new) if self.finder else
                  again(self.isa, self.new, found, written, to_at))
        if target is not None:
            (self.data if found.data else self.moved).put(t, target - mapped & M32)
