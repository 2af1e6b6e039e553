#!/usr/bin/env python3
"""Skips instructions of the boot loader, one at each start, on a board whose firmware was changed.

usage: skips.py --machine M --boot BOOT.elf --objdump PROGRAM --full FULL.upd --version V --work FOLDER
                --slots ADDRESS... [--count N]

The board gets the firmware of FULL.upd; then a byte of it is changed in the flash, so that it must not start
any more. N instructions (default 40), spread over main() and all that decides what starts, are skipped, each at a
start of its own: by the debugger stub of QEMU the processor goes on after the instruction when it comes there for
the first time. Nothing may run but the boot loader. The last line is "skips N, started N"; the exit status is 0
when nothing started.
"""
import argparse
import os
import re
import select
import subprocess
import sys
import time

from gdb_stub import Stub
from qemu_board import Board, Flash

DECIDES = re.compile(r"(main|run|fwd_boot_decide|choose|answer|fwd_running_\w+|by_package|fwd_start_\w+|run_test|test_\w+"
                     r"|load_set|check_\w+|fwd_authenticate\w*|key_covers|fwd_flash_(holds|hash)|fwd_image_digest_equal"
                     r"|fwd_digest_equal|trial_chooses|note)(\.|$)")
CHANGED = 0x4000  # offset in the firmware
PC = 15
SECONDS = 120


def instructions(objdump, boot):
    """(address, bytes) of each."""
    listing = subprocess.run([objdump, "-d", boot], check=True, capture_output=True, text=True).stdout
    wanted = False
    for line in listing.split("\n"):
        head = re.match(r"[0-9a-f]+ <(.*)>:$", line)
        if head:
            wanted = bool(DECIDES.match(head[1]))
        code = re.match(r" *([0-9a-f]+):\t([0-9a-f ]+?) *\t(\S+)", line)
        if code and wanted and not code[3].startswith("."):
            yield int(code[1], 16), len(code[2].replace(" ", "")) // 2


class Machine(Board):
    """A board that waits for its debugger."""

    def __init__(self, options, flash, log):
        self.socket = os.path.join(options.work, "gdb.%d" % os.getpid())
        super().__init__(options.machine, options.boot, flash, log,
                         ["-S", "-chardev", "socket,path=%s,server=on,wait=off,id=gdb" % self.socket, "-gdb",
                          "chardev:gdb"])
        self.stub = Stub(self.socket, PC)

    def __exit__(self, *exception):
        super().__exit__(*exception)
        os.unlink(self.socket)

    def until(self, words, at, size):
        """Starts it; skips what is at `at`, the first time. The word that was said; None: nothing in time."""
        end = time.monotonic() + SECONDS
        skipped = at is None
        if at is not None:
            self.stub.set_break(at, True)
        self.text = ""
        self.stub.go()
        while time.monotonic() < end:
            ready = select.select([self.process.stdout, self.stub], [], [], 1)[0]
            if self.stub in ready and self.stub.answer(1) is not None and not skipped:
                self.stub.jump(at + size)
                self.stub.set_break(at, False)
                self.stub.go()
                skipped = True
            if self.process.stdout in ready:
                self.text += os.read(self.process.stdout.fileno(), 4096).decode("latin-1")
            found = [word for word in words if word in self.text]
            if found:
                break
        self.stub.stop()
        if not skipped:
            self.stub.set_break(at, False)
        self.stub.reset()
        return (found[0] if found else None), skipped


def make_device(options, log):
    flash = Flash(os.path.join(options.work, "flash.skips"), options.machine)
    with open(options.full, "rb") as file:
        flash.put_package(file.read())
    with Board(options.machine, options.boot, flash, log) as board:
        board.wait_for(["field-node %s\n" % options.version])
    flash.put_package(b"")
    with open(flash.path, "r+b") as file:
        for slot in options.slots:
            file.seek(flash.offset + slot + CHANGED)
            was = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([was ^ 1]))
    return flash


def parse():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    for name in ("machine", "boot", "objdump", "full", "version", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--slots", type=lambda text: int(text, 0), nargs="+", required=True)
    parser.add_argument("--count", type=int, default=40)
    return parser.parse_args()


def main():
    options = parse()
    flash = make_device(options, [])
    every = list(instructions(options.objdump, options.boot))
    chosen = [every[i * len(every) // options.count] for i in range(min(options.count, len(every)))]
    tried = started = 0
    with Machine(options, flash, []) as machine:
        if machine.until(["boot: recovery", "boot: run"], None, 0)[0] != "boot: recovery":
            sys.exit("skips.py: the changed firmware is not refused")
        for at, size in chosen:
            said, skipped = machine.until(["boot: run", "field-node", "boot: recovery", "fault", "watchdog:",
                                           "cannot be used"], at, size)
            tried += skipped
            if said in ("boot: run", "field-node"):
                started += 1
                print("it started: the instruction at 0x%x was skipped" % at, flush=True)
    os.unlink(flash.path)
    print("%d instructions decide; %d were tried, %d of them executed" % (len(every), len(chosen), tried))
    print("skips %d, started %d" % (tried, started))
    sys.exit(1 if started or not tried else 0)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit("skips.py: %s" % error)
