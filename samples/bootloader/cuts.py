#!/usr/bin/env python3
"""Updates a board in QEMU and takes its power away: at random moments and in the middle of flash operations.

usage: cuts.py --machine M --boot BOOT.elf --full FULL.upd --update UPDATE.upd --from V --to V --work FOLDER
               [--random N] [--chosen N] [--again N] [--seed S] [--jobs N] [--trial]

The board is brought into being by its recovery: FULL.upd into blank flash. Then, time after time from
there: it is asked to install UPDATE.upd, its power is taken, given back, taken again while it comes back (up to
--again times), until there were --random cuts at random moments (QEMU is killed) and --chosen cuts in flash
operations (the flash stops in the middle, RAM is lost, and the same QEMU goes on from reset), those spread over
the update. Each time it has to end with a firmware that runs, and with release V of --to after the
package is sent once more where it is not there already. With --trial that release is confirmed each time, and
before all that once not: then it has to go back. The last line is "cuts N, lost N"; the exit status is 0
when none was lost.
"""
import argparse
import concurrent.futures
import os
import random
import sys
import time

from qemu_board import Board, Ended, Flash, Killed

TEARS = ["before", "half", "scatter", "after"]
INSTALLED = 128
BAD = ["bench: flash rule", "watchdog:", "fault", "bench: a", "bench: the"]
CUT = "bench: cut"
BY_XMODEM = 40  # the updates of one device in so many come by the console, unless it is large
LARGE = 20000
TRIAL_MOST = 12  # starts without confirmation after which the release before must be back
GAP = 24       # operations between two cuts, mostly; others come anywhere in an update:
FAR = 3        # one in so many, or one for each device when it has more cuts


class Lost(Exception):
    pass


class Supply:
    """A board and its power."""

    def __init__(self, bench, flash, log):
        self.make = lambda: bench.board(flash, log)
        self.flash = flash
        self.board = None
        self.confirmed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.off()

    def on(self):
        """The board as it starts; after a cut of its own it does so by itself."""
        if self.board is None:
            self.board = self.make()
        return self.board

    def off(self):
        if self.board is not None:
            self.board.kill()
        self.board = None


class Bench:
    def __init__(self, options):
        self.options = options
        self.full = open(options.full, "rb").read()
        self.package = open(options.update, "rb").read()
        self.old = "field-node %s\n" % options.from_
        self.new = "field-node %s\n" % options.to
        self.base = None
        self.operations = 0
        self.seconds = 0.0
        self.went_back = 0

    def board(self, flash, log):
        return Board(self.options.machine, self.options.boot, flash, log)

    def watch(self, board, words, seconds=60):
        """As wait_for(), but what must never be seen is an error, and a cut ends it."""
        word = board.wait_for(words + BAD + [CUT], seconds)
        if word == CUT:
            raise Killed
        if word in BAD:
            raise Lost("the board said: %s%s" % (word, board.text.split("\n")[0]))
        return word

    def update(self, board, by_xmodem, seconds=60):
        """From a firmware that runs: asks and sends, where that is not to be found in memory; waits for the end."""
        if by_xmodem:
            board.send(b"\x15")
            self.watch(board, ["boot: send a package"], seconds)
            try:
                board.send_package(self.package, seconds)
            except Ended:
                if "bench:" in board.text:
                    self.watch(board, [], seconds)
                raise
        self.watch(board, ["update ended, code "], seconds)

    def confirm(self, board):
        board.send(b"\x19")
        self.watch(board, ["boot: confirmed, code %d\n" % INSTALLED])
        self.watch(board, [self.new])

    def go_back(self, flash, log):
        """Starts it without a confirmation until the release before runs; how many starts that took."""
        for starts in range(1, TRIAL_MOST):
            with self.board(flash, log) as board:
                if self.watch(board, [self.old, self.new]) == self.old:
                    return starts
        raise Lost("a trial without confirmation does not end")

    def make_base(self, flash, log):
        """A device as it leaves the factory, and what an update of it takes when nothing happens."""
        flash.put_package(self.full)
        with self.board(flash, log) as board:
            self.watch(board, ["boot: recovery"])
            self.watch(board, ["update ended, code %d\n" % INSTALLED])
            self.watch(board, [self.old])
        flash.put_package(b"")
        self.base = flash.contents()
        flash.put_package(self.package)
        flash.ask_from(self.options.from_)
        with self.board(flash, log) as board:
            self.watch(board, [self.old])
            self.update(board, False)
            self.watch(board, [self.new])
            self.seconds = board.used()
            self.operations = flash.operations()
        flash.ask_from("")
        if self.options.trial:
            self.went_back = self.go_back(flash, log)

    # ---- one device and its cuts ----------------------------------------------------------------------------

    def start(self, supply, cut, by_xmodem):
        """One start, with the update that is asked for where the old firmware runs. Whether it has the new one."""
        board = supply.on()
        if cut.after is not None:
            board.die_at(cut.after)
        try:
            updated = self.run(supply, board, by_xmodem)
            supply.off()
            return updated
        except Killed:
            if cut.after is not None:
                supply.off()
            raise

    def run(self, supply, board, by_xmodem):
        word = self.watch(board, [self.old, self.new, "boot: recovery"])
        if word == "boot: recovery":
            raise Lost("no firmware can run")
        if word == self.old:
            self.update(board, by_xmodem)
            word = self.watch(board, [self.old, self.new])
        if word == self.new and self.options.trial and not supply.confirmed:
            self.confirm(board)
            supply.confirmed = True
        return word == self.new

    def try_device(self, n, cuts, path):
        """How many cuts there were, and None or why the device is lost."""
        flash = Flash(path, self.options.machine, self.base)
        by_xmodem = n % BY_XMODEM == 0 and len(self.package) < LARGE
        if not by_xmodem:
            flash.put_package(self.package)
            flash.ask_from(self.options.from_)
        log, done = [], 0
        try:
            with Supply(self, flash, log) as supply:
                flash.plan_cuts([(cut.operation, cut.anew, cut.tear, cut.seed) for cut in cuts])
                for cut in cuts:
                    try:
                        if self.start(supply, cut, by_xmodem):
                            break
                    except Killed:
                        done += 1
                        log.append("\n--- %s\n" % cut)
                supply.off()
                flash.plan_cuts([])
                for _ in range(3):  # an update that was given up is asked for once more
                    if self.start(supply, NO_CUT, by_xmodem):
                        return done, None
                raise Lost("the update is not installed")
        except (Lost, Ended, Killed) as error:
            return done, "%s\nwhen: %s" % ("".join(log), error)
        finally:
            os.unlink(path)

    def devices(self, kind, wanted):
        """The cuts of each device: lists that have as many as are wanted, when all of them happen."""
        dice = random.Random("%s %s" % (self.options.seed, kind))
        again = self.options.again
        count = max(1, -(-wanted // (1 + again)))
        while True:
            for n in range(count):
                first = 1 + (n * self.operations + dice.randrange(self.operations)) // count
                if kind == "chosen":
                    far, most = max(FAR, again), max(GAP, self.operations)
                    gaps = [dice.randrange(1, GAP if dice.randrange(far) else most) for _ in range(again)]
                    yield [Cut(first, first, None, dice)] + [
                        Cut(gap, dice.randrange(1, 1 + self.operations), None, dice) for gap in gaps]
                else:
                    yield [Cut(0, 0, dice.uniform(0.05, 1.0) * self.seconds / (1 if i == 0 else 2), dice)
                           for i in range(1 + again)]


class Cut:
    def __init__(self, operation, anew, after, dice):
        self.operation = operation
        self.anew = anew
        self.after = after
        self.tear = dice.randrange(len(TEARS))
        self.seed = dice.randrange(1 << 30)

    def __str__(self):
        if self.after is not None:
            return "killed after %.2f s" % self.after
        return "cut in operation %d, or %d of a package taken anew, torn '%s', seed %d" % (
            self.operation, self.anew, TEARS[self.tear], self.seed)


NO_CUT = Cut(0, 0, None, random.Random(0))


def parse():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    for name in ("machine", "boot", "full", "update", "to", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--from", dest="from_", required=True)
    parser.add_argument("--random", type=int, default=8)
    parser.add_argument("--chosen", type=int, default=16)
    parser.add_argument("--again", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trial", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


def run_kind(bench, kind, wanted):
    """Devices, until there were as many cuts as are wanted. Cuts and losses."""
    options = bench.options
    cuts = lost = 0
    said = time.monotonic()
    plans = enumerate(bench.devices(kind, wanted))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        pending = set()
        while cuts < wanted or pending:
            while len(pending) < options.jobs and cuts + len(pending) * (1 + options.again) // 2 < wanted:
                n, plan = next(plans)
                pending.add(pool.submit(bench.try_device, n, plan, "%s/flash.%s.%d" % (options.work, kind, n)))
            done, pending = concurrent.futures.wait(pending, return_when=concurrent.futures.FIRST_COMPLETED)
            for result in done:
                made, why = result.result()
                cuts += made
                if why:
                    lost += 1
                    print("lost: " + why, flush=True)
            if time.monotonic() - said > 30:
                said = time.monotonic()
                print("%s: %d cuts, %d lost" % (kind, cuts, lost), flush=True)
    return cuts, lost


def main():
    options = parse()
    bench = Bench(options)
    path = os.path.join(options.work, "flash")
    log = []
    try:
        bench.make_base(Flash(path, options.machine), log)
    except (Lost, Killed, Ended) as error:
        sys.exit("%s\nthe update does not work without cuts, either: %s" % ("".join(log), error))
    os.unlink(path)
    said = "".join(log).split("\n")
    print("update of %s: %d bytes, %d flash operations, %.2f s of processor time" % (
        options.machine, len(bench.package), bench.operations, bench.seconds))
    for what in ("installation took", "RAM:"):
        print([line[line.index(what):] for line in said if what in line][-1])
    if options.trial:
        print("not confirmed: the release before runs at start %d" % bench.went_back)
    chosen, lost_chosen = run_kind(bench, "chosen", options.chosen)
    killed, lost_killed = run_kind(bench, "random", options.random)
    print("cuts in flash operations %d, at random moments %d" % (chosen, killed))
    print("cuts %d, lost %d" % (chosen + killed, lost_chosen + lost_killed))
    sys.exit(1 if lost_chosen + lost_killed or chosen + killed == 0 else 0)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit("cuts.py: %s" % error)
