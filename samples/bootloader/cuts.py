#!/usr/bin/env python3
"""Updates a board in QEMU and takes its power away: at random moments and in the middle of flash operations.

usage: cuts.py --machine M --boot BOOT.elf --full FULL.upd --update UPDATE.upd --from V --to V --work FOLDER
               [--random N] [--chosen N] [--seed S] [--jobs N]

The board is brought into being by its recovery: FULL.upd into blank flash. Then, for each cut: from there it
is asked to install UPDATE.upd, QEMU is killed, started again (and in one case of three killed again), and has
to end with a firmware that runs, and with release V of --to after the package is sent once more where it is
not there already. The last line is "cuts N, lost N"; the exit status is 0 when none was lost.
"""
import argparse
import concurrent.futures
import os
import random
import sys
import time

from qemu_board import Board, Ended, Flash

TEARS = ["before", "half", "scatter", "after"]
INSTALLED = 128
BAD = ["bench: flash rule", "watchdog:", "fault", "bench: a", "bench: the"]


class Lost(Exception):
    pass


class Bench:
    def __init__(self, options):
        self.options = options
        self.full = open(options.full, "rb").read()
        self.package = open(options.update, "rb").read()
        self.base = None
        self.operations = 0
        self.seconds = 0.0

    def board(self, flash, log):
        return Board(self.options.machine, self.options.boot, flash, log)

    def banner(self, version):
        return "field-node %s\n" % version

    def watch(self, board, words, seconds=120):
        """As wait_for(), but what must never be seen is an error."""
        word = board.wait_for(words + BAD, seconds)
        if word in BAD:
            raise Lost("the board said: %s%s" % (word, board.text.split("\n")[0]))
        return word

    def update(self, board, package):
        """From a firmware that runs: asks, sends, waits for the end. Returns False when the power was cut."""
        board.send(b"\x15")
        if self.watch(board, ["boot: send a package", "bench: cut"]) == "bench: cut":
            return False
        try:
            board.send_package(package)
        except Ended:
            if "bench: cut" in board.text:
                return False
            raise
        return self.watch(board, ["update ended, code ", "bench: cut"]) != "bench: cut"

    def make_base(self, flash, log):
        """A device as it leaves the factory, and what an update of it takes when nothing happens."""
        with self.board(flash, log) as board:
            self.watch(board, ["boot: recovery"])
            self.watch(board, ["boot: send a package"])
            board.send_package(self.full)
            self.watch(board, ["update ended, code %d\n" % INSTALLED])
            self.watch(board, [self.banner(self.options.from_)])
        self.base = flash.contents()
        started = time.monotonic()
        with self.board(flash, log) as board:
            self.watch(board, [self.banner(self.options.from_)])
            self.update(board, self.package)
            self.watch(board, [self.banner(self.options.to)])
            self.seconds = time.monotonic() - started
            self.operations = flash.operations()

    def first_cut(self, flash, cut, log):
        flash.plan_cut(cut["operation"], cut["tear"], cut["seed"])
        with self.board(flash, log) as board:
            if cut["after"] is not None:
                self.run_for(board, cut["after"])
                return
            self.watch(board, [self.banner(self.options.from_)])
            if self.update(board, self.package):
                self.watch(board, [self.banner(self.options.to), "bench: cut"])

    def run_for(self, board, seconds):
        """The update, until so many seconds have passed; they are short enough not to reach its end, mostly."""
        end = time.monotonic() + seconds
        try:
            self.wait_bounded(board, end, self.banner(self.options.from_))
            board.send(b"\x15")
            self.wait_bounded(board, end, "boot: send a package")
            board.send_package(self.package, max(0, end - time.monotonic()))
            self.wait_bounded(board, end, self.banner(self.options.to))
            time.sleep(max(0, end - time.monotonic()))
        except Ended:
            pass

    def wait_bounded(self, board, end, word):
        self.watch(board, [word], max(0, end - time.monotonic()))

    def come_back(self, flash, log):
        """Boots until a firmware runs."""
        with self.board(flash, log) as board:
            word = self.watch(board, [self.banner(self.options.from_), self.banner(self.options.to),
                                      "boot: recovery", "bench: cut"])
            if word == "bench: cut":
                return None
            if word == "boot: recovery":
                raise Lost("no firmware can run")
            if word == self.banner(self.options.from_):
                if not self.update(board, self.package):
                    return None
                self.watch(board, [self.banner(self.options.to)])
            return word

    def try_cut(self, cut, path):
        """None, or why the device is lost."""
        flash = Flash(path, self.options.machine, self.base)
        log = []
        try:
            self.first_cut(flash, cut, log)
            flash.plan_cut(cut["again"], cut["tear"], cut["seed"] + 1)
            if self.come_back(flash, log) is None:
                flash.plan_cut(0, 0, cut["seed"] + 2)
                self.come_back(flash, log)
        except (Lost, Ended) as error:
            return "%s: %s\n%s" % (cut["name"], error, "".join(log))
        finally:
            os.unlink(path)
        return None

    def cuts(self):
        """Chosen operations all over the update, each with a tear of its own, and moments."""
        dice = random.Random(self.options.seed)
        for n in range(self.options.chosen):
            operation = 1 + n * self.operations // max(1, self.options.chosen)
            yield self.cut(dice, operation, n % len(TEARS), None)
        for n in range(self.options.random):
            yield self.cut(dice, 0, TEARS.index("half"), dice.uniform(0.1, 1.0) * self.seconds)

    def cut(self, dice, operation, tear, after):
        again = dice.randrange(1, 40) if dice.randrange(3) == 0 else 0
        name = "operation %d, torn '%s'" % (operation, TEARS[tear]) if operation else "after %.2f s" % after
        return {"operation": operation, "tear": tear, "after": after, "again": again,
                "seed": dice.randrange(1 << 30), "name": name + (", then again at %d" % again if again else "")}


def parse():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    for name in ("machine", "boot", "full", "update", "to", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--from", dest="from_", required=True)
    parser.add_argument("--random", type=int, default=20)
    parser.add_argument("--chosen", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


def main():
    options = parse()
    bench = Bench(options)
    path = os.path.join(options.work, "flash")
    log = []
    try:
        bench.make_base(Flash(path, options.machine), log)
    except (Lost, Ended) as error:
        sys.exit("%s\nthe update does not work without cuts, either: %s" % ("".join(log), error))
    os.unlink(path)
    said = "".join(log).split("\n")
    print("update of %s: %d bytes, %d flash operations, %.1f s" % (
        options.machine, len(bench.package), bench.operations, bench.seconds))
    for what in ("installation took", "RAM:"):
        print([line[line.index(what):] for line in said if what in line][-1])
    done = lost = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        pending = [pool.submit(bench.try_cut, cut, "%s.%d" % (path, n)) for n, cut in enumerate(bench.cuts())]
        for result in concurrent.futures.as_completed(pending):
            done += 1
            if result.result() is not None:
                lost += 1
                print("lost: " + result.result())
            if done % 20 == 0:
                print("%d of %d cuts, %d lost" % (done, len(pending), lost), flush=True)
    print("cuts %d, lost %d" % (done, lost))
    sys.exit(1 if lost or done == 0 else 0)


if __name__ == "__main__":
    main()
