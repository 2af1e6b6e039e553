"""FWD.md chapters 5 to 7: the runs, the map, the tables of corrections."""
import bisect
from collections import namedtuple

from .bits import Invalid, M32

GAP, SIZE, JUMP, SIGN, SAME, MAPPED, MIX, END = 0, 258, 774, 1032, 1034, 1066, 1082, 2618

Run = namedtuple('Run', 'start to size mapped')  # start: "from" of the specification


def length(v):
    return v.bit_length()


def l(v):
    return min(length(v), 7)


def z(v):
    return min(max(length(v) - 2, 0), 7)


def mixed_number(model, set_, kind, c, d):
    def unary(i):
        i = min(i, 23)
        direct = [set_ + i, MIX + 384 * kind + 24 * c + i, MIX + 384 * kind + 192 + 24 * d + i]
        return model.mixed(direct, [], set_ // 129, None, i)
    return model.number(set_, unary)


def read_runs(model, source_size, target_size):
    runs = []
    t0 = f0 = repeated = gap_before = size_before = jump = 0
    mapped, recent = 1, [0, 0, 0, 0]
    for _ in range(model.plain_number()):
        gap = mixed_number(model, GAP + (129 if size_before < 24 else 0), 0, z(size_before),
                           min(length(gap_before), 5))
        to = t0 + gap
        g = 0 if gap == 0 else 1 if gap < 5 else 2 if gap < 20 else 3
        c = SAME + 4 * (2 * g + repeated)
        repeated = model.flag(c)
        if repeated:
            which = 0
            while which < 3 and model.flag(c + 1 + which):
                which += 1
            shift = recent.pop(which)
        else:
            jump = mixed_number(model, JUMP + (0 if gap > 0 else 129), 1 if gap > 0 else 2,
                                l(gap) if gap > 0 else z(size_before), min(length(jump) // 2, 7))
            back = jump != 0 and model.flag(SIGN + (1 if gap > 0 else 0))
            shift = f0 + (-jump if back else jump) - to
            if shift in recent:
                recent.remove(shift)
            else:
                recent.pop()
        recent.insert(0, shift)
        k = 0 if repeated else 1 if jump <= 64 else 2 if jump < 2048 else 3
        size = 1 + mixed_number(model, SIZE + 129 * k, 3, l(gap), z(size_before))
        mapped = model.flag(MAPPED + 2 * z(size) + mapped)
        start = to + shift
        if gap >= target_size - t0 or start < 0 or start + size > source_size or to + size > target_size:
            raise Invalid(f'F7: run {len(runs)} of {size} bytes from {start} to {to}')
        runs.append(Run(start, to, size, mapped))
        t0, f0, gap_before, size_before = to + size, start + size, gap, size
    return runs


class Map:
    """Chapter 6; an interval is [start, end, shift, size], start and end in cells."""

    def __init__(self, runs, room):
        claims = [[(r.start + 1) // 2, (r.start + r.size + 1) // 2, r.to - r.start, r.size]
                  for r in runs if r.mapped]
        if len(claims) > room:
            raise Invalid('F8: more claims than the map has room for')
        intervals = []
        for claim in sorted(claims, key=lambda c: (c[0], -c[3], c[2])):
            self.join(intervals, claim)
        self.intervals = []
        for start, end, shift, size in intervals:
            while end - start > 65535:
                self.intervals.append([start, start + 65535, shift, size])
                start += 65535
            self.intervals.append([start, end, shift, size])
        if len(self.intervals) > room:
            raise Invalid('F8: more intervals than the map has room for')
        self.starts = [i[0] for i in self.intervals]

    @staticmethod
    def join(intervals, claim):
        while intervals and claim[0] < intervals[-1][1]:
            last = intervals[-1]
            if claim[3] <= last[3]:
                claim[0] = last[1]
                break
            last[1] = claim[0]
            if last[0] < last[1]:
                break
            intervals.pop()
        if claim[0] < claim[1]:
            intervals.append(claim)

    def find(self, t):
        """Where source offset t is in the target, and how sure that is."""
        if not self.intervals:
            return t, 0
        at = bisect.bisect_right(self.starts, t // 2) - 1
        if at < 0:
            return (t + self.intervals[0][2]) & M32, 0
        _, end, shift, _ = self.intervals[at]
        if t < 2 * end:
            return (t + shift) & M32, 2
        if at + 1 == len(self.intervals):
            return (t + shift) & M32, 0
        start, _, next_shift, _ = self.intervals[at + 1]
        sure = int(shift == next_shift)
        return (t + (next_shift if 2 * start - t < t - 2 * end else shift)) & M32, sure


class Corrections:
    """Chapter 7: sorted keys, each with a difference."""

    def __init__(self, room):
        self.room, self.victim, self.keys, self.differences = room, 0, [], []

    def put(self, key, difference):
        at = bisect.bisect_left(self.keys, key)
        if at < len(self.keys) and self.keys[at] == key:
            self.differences[at] = difference
            return
        if self.room == 0:
            return
        if len(self.keys) == self.room:
            self.victim = (self.victim + 211) % self.room
            del self.keys[self.victim], self.differences[self.victim]
            at = bisect.bisect_left(self.keys, key)
        self.keys.insert(at, key)
        self.differences.insert(at, difference)

    def get(self, key):
        at = bisect.bisect_left(self.keys, key)
        return self.differences[at] if at < len(self.keys) and self.keys[at] == key else None

    def nearest(self, key):
        if not self.keys:
            return 0, 0
        at = bisect.bisect_left(self.keys, key)
        if at < len(self.keys) and self.keys[at] == key:
            return self.differences[at], 3
        if at == 0 or at == len(self.keys):
            return self.differences[min(at, len(self.keys) - 1)], 0
        lower, upper = self.differences[at - 1], self.differences[at]
        near = upper if self.keys[at] - key < key - self.keys[at - 1] else lower
        return near, 2 if lower == upper else 1
