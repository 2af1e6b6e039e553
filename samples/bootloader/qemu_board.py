"""A board in QEMU whose flash is a file: it starts, talks on its console, and dies when it is told to."""
import os
import select
import struct
import subprocess
import time

FLASH_SIZE = 16 << 20  # all that a file is behind; the flash itself comes first
FLASH_ROOM = 8 << 20
BENCH = 15 << 20       # struct nor_bench of nor_rules.h: three words, the count of operations, 16 counters,
BENCH_SIZE = BENCH + 80     # the size of a package,
BENCH_FOLLOW = BENCH + 84   # a word, and the cuts that follow the first: 64 of three words,
BENCH_ASKS = BENCH + 856    # whether the next start takes the package,
BENCH_PACKAGE = BENCH + (1 << 16)  # and the package

# Where the last 16 MiB of the machine's memory are.
MACHINES = {
    "mps2-an385": ("qemu-system-arm", 0, []),
    "mps2-an386": ("qemu-system-arm", 0, []),
    "virt": ("qemu-system-riscv32", 16 << 20, ["-bios", "none"]),
}

FOLLOW_MOST = 64  # NOR_BENCH_CUTS
PATIENCE = 60  # a machine that gets no processor is waited for this much longer

SOH, STX, EOT, ACK, NAK, CAN = 1, 2, 4, 6, 0x15, 0x18


class Ended(Exception):
    """The board did not say what was waited for."""


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return crc


def xmodem_blocks(data):
    """What a sender of Xmodem-1K sends, block for block."""
    number = 1
    while data:
        size = 1024 if len(data) > 128 else 128
        block = data[:size].ljust(size, b"\x1a")
        data = data[size:]
        yield (bytes([STX if size == 1024 else SOH, number, 255 - number]) + block
               + crc16(block).to_bytes(2, "big"))
        number = (number + 1) % 256


class Flash:
    """The file. Blank: erased, and nothing known about any unit."""

    def __init__(self, path, machine, contents=None):
        self.path = path
        self.offset = MACHINES[machine][1]
        self.size = self.offset + FLASH_SIZE
        with open(path, "wb") as file:
            file.truncate(self.size)
        if contents is None:
            contents = {0: b"\xff" * FLASH_ROOM}
        with open(path, "r+b") as file:
            for at, part in contents.items():
                file.seek(self.offset + at)
                file.write(part)

    def contents(self):
        """Pages that are not zero."""
        found = {}
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            whole = file.read(FLASH_SIZE)
        page = 1 << 16
        for at in range(0, FLASH_SIZE, page):
            part = whole[at:at + page]
            if part.count(0) != len(part):
                found[at] = part
        return found

    def _write(self, at, data):
        with open(self.path, "r+b") as file:
            file.seek(self.offset + at)
            file.write(data)

    def plan_cuts(self, cuts):
        """Tuples of operation, tear and seed, one for each start of the board from now on."""
        words = [struct.pack("<3I", *cut) for cut in [*cuts[:FOLLOW_MOST], (0, 0, 0)]]
        self._write(BENCH, words[0])
        self._write(BENCH_FOLLOW, struct.pack("<I", 0) + b"".join(words[1:]))

    def ask(self):
        """The next start takes the package, whatever the firmware is."""
        self._write(BENCH_ASKS, struct.pack("<I", 1))

    def read(self, at, size):
        with open(self.path, "rb") as file:
            file.seek(self.offset + at)
            return file.read(size)

    def put_package(self, data):
        """For the next update; without one it comes by Xmodem."""
        self._write(BENCH_PACKAGE, data)
        self._write(BENCH_SIZE, struct.pack("<I", len(data)))

    def operations(self):
        with open(self.path, "rb") as file:
            file.seek(self.offset + BENCH + 12)
            return struct.unpack("<I", file.read(4))[0]


class Board:
    def __init__(self, machine, boot, flash, log, more=()):
        program, _, options = MACHINES[machine]
        size = flash.size
        command = [
            "setpriv", "--pdeathsig", "KILL",  # it does not outlive this program
            program, "-machine", machine + ",memory-backend=flash", *options, "-display", "none",
            "-monitor", "none", "-serial", "stdio", "-kernel", boot, "-m", "%dM" % (size >> 20),
            "-icount", "shift=5", # 32 ns an instruction: slower than 64 MHz with 1.5 cycles each
            "-object", "memory-backend-file,id=flash,size=%d,mem-path=%s,share=on" % (size, flash.path), *more]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.log = log
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        """As the loss of power: nothing is told before."""
        self.process.kill()
        self.process.communicate()

    def _used(self):
        """Seconds of processor time that the emulator has had."""
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _patience(self, seconds):
        """When to give up: a busy host must not look like a board that hangs."""
        return self._used() + seconds, time.monotonic() + PATIENCE * seconds

    def _receive(self, patience):
        used, end = patience
        ready = []
        while not ready and self._used() < used and time.monotonic() < end:
            ready = select.select([self.process.stdout], [], [], 1)[0]
        data = os.read(self.process.stdout.fileno(), 4096) if ready else b""
        if not data:
            raise Ended("no answer in time" if not ready else "the machine ended")
        text = data.decode("latin-1").replace("\r", "")
        self.log.append(text)
        self.text += text
        return data

    def wait_for(self, words, seconds=60):
        """Reads until one of the words was printed; returns it. What was printed up to it is forgotten.
        The seconds are those that the emulator works."""
        end = self._patience(seconds)
        while True:
            found = [(self.text.find(word), word) for word in words if word in self.text]
            if found:
                at, word = min(found)
                self.text = self.text[at + len(word):]
                return word
            self._receive(end)

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send_package(self, data, seconds=60):
        """By Xmodem, after the board asked for it. Ended when it does not take it."""
        self.wait_for(["C"], seconds)
        end = self._patience(seconds)
        for block in [*xmodem_blocks(data), bytes([EOT])]:
            self.send(block)
            while True:
                answer = self._receive(end)
                if bytes([CAN]) in answer or "bench:" in self.text:
                    raise Ended("the transfer was broken off")
                if bytes([ACK]) in answer:
                    break
                if bytes([NAK]) in answer:
                    self.send(block)
