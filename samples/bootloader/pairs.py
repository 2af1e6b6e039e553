#!/usr/bin/env python3
"""Installs pairs of images on a board in QEMU with its watchdog on, and counts how often that fires.

usage: pairs.py --machine M --boot BOOT.elf --slot ADDRESS --room BYTES --device DEVICE.json --fwdelta PROGRAM
                --key KEY --work FOLDER --images FOLDER... [--seconds N] LIST...

LIST has lines "name <tab> old image <tab> new image", as samples/corpus.tsv does; images are looked for in the
--images folders. A pair whose images are not there, or are larger than the slot, is left out, and said to be.
The old image comes as a full package into blank flash, then the update; afterwards the slot must hold the new
image. No image is started. --seconds limits what the emulator may work for one pair (default 600). The last
line is "pairs N, watchdog resets N, failed N"; the exit status is 0 when there were no resets and no failures.
"""
import argparse
import os
import re
import subprocess
import sys

from qemu_board import Board, Ended, Flash

INSTALLED = 128
ENDED = "update ended, code "
WATCHDOG = "watchdog: "
BAD = ["bench: ", "fault"]


class Failed(Exception):
    pass


def pairs_of(lists):
    for name in lists:
        with open(name, encoding="utf-8") as file:
            for line in file:
                words = line.rstrip("\n").split("\t")
                if not line.startswith("#") and len(words) >= 3:
                    yield words[:3]


def find(folders, name):
    found = [os.path.join(folder, name) for folder in folders if os.path.isfile(os.path.join(folder, name))]
    return found[0] if found else None


def gen(options, path, *words):
    command = [options.fwdelta, "gen", *words, "-o", path, "--force", "--key", options.key,
               "--device", options.device, "--raw"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed("gen: " + (done.stderr.strip().split("\n") or [""])[0])
    with open(path, "rb") as file:
        return file.read()


class Install:
    """One start that takes the package. resets: of the watchdog; code: how the update ended; ms: how long it took."""

    def __init__(self, options, flash):
        self.resets, log, end = 0, [], None
        with Board(options.machine, options.boot, flash, log) as board:
            while end != ENDED:
                end = board.wait_for([ENDED, WATCHDOG] + BAD, options.seconds)
                self.resets += end == WATCHDOG
                if end in BAD or self.resets > 3:
                    raise Failed("the board said: %s%s" % (end, board.text.split("\n")[0]))
            board.wait_for(["\n"])
        said = "".join(log)
        self.code = int(re.findall(r"update ended, code (\d+)", said)[-1])
        self.ms = int(re.findall(r"installation took (\d+) ms", said)[-1])


def try_pair(options, old, new):
    """What to say about it, and how often the watchdog fired."""
    package = os.path.join(options.work, "pair.upd")
    full = gen(options, package, "--full", old, "--codec", "stored", "--to-version", "1")
    update = gen(options, package, old, new, "--from-version", "1", "--to-version", "2")
    flash = Flash(os.path.join(options.work, "flash.pair"), options.machine)
    try:
        resets = 0
        for data in (full, update):
            flash.put_package(data)
            flash.ask()
            done = Install(options, flash)
            resets += done.resets
            if done.code != INSTALLED:
                raise Failed("the update ended with code %d" % done.code)
        with open(new, "rb") as file:
            wanted = file.read()
        if flash.read(options.slot, len(wanted)) != wanted:
            raise Failed("the slot holds something else")
        return "%7d bytes, %6.1f s, watchdog resets %d" % (len(update), done.ms / 1000, resets), resets
    finally:
        os.unlink(flash.path)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    for name in ("machine", "boot", "device", "fwdelta", "key", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--slot", required=True, type=lambda text: int(text, 0))
    parser.add_argument("--room", required=True, type=int)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--images", action="append", required=True)
    parser.add_argument("lists", nargs="+")
    options = parser.parse_args()
    count = resets = failed = 0
    found = []
    for name, old, new in pairs_of(options.lists):
        files = [find(options.images, image) for image in (old, new)]
        size = 0 if None in files else max(os.path.getsize(file) for file in files)
        if 0 < size <= options.room:
            found.append((size, name, files))
        else:
            print("%-28s left out: %s" % (name, "larger than the slot" if size else "an image is not there"))
    for _, name, files in sorted(found):
        count += 1
        try:
            said, fired = try_pair(options, *files)
            resets += fired
        except (Failed, Ended) as error:
            said = "FAILED: %s" % error
            failed += 1
        print("%-28s %s" % (name, said), flush=True)
    print("pairs %d, watchdog resets %d, failed %d" % (count, resets, failed))
    sys.exit(0 if count > 0 and resets == failed == 0 else 1)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit("pairs.py: %s" % error)
