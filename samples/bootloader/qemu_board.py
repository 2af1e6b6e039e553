"""A board in QEMU whose flash is a file: it starts, talks on its console, and dies when it is told to."""
import math
import os
import select
import struct
import subprocess
import time

FLASH_SIZE = 16 << 20  # all that a file is behind; the flash itself comes first
FLASH_ROOM = 8 << 20
BENCH = 15 << 20       # struct nor_bench of nor_rules.h: a cut, which is four words,
BENCH_OPERATIONS = BENCH + 16  # the count of operations, 16 counters,
BENCH_SIZE = BENCH + 84     # the size of a package,
BENCH_FOLLOW = BENCH + 88   # a word, and the cuts that follow the first: 64 of them,
BENCH_ASKS = BENCH + 1116   # whether the next start takes the package,
BENCH_ASKER = BENCH + 1120  # the version of firmware that asks by itself: 16 bytes,
BENCH_PACKAGE = BENCH + (1 << 16)  # and the package

# Program, address of the memory that a file is behind, where the last 16 MiB of it are, and how it starts there.
MPS2_START = ["-global", "armv7m.init-nsvtor=0x21e00000"]
MACHINES = {
    "mps2-an385": ("qemu-system-arm", 0x21000000, 0, MPS2_START),
    "mps2-an386": ("qemu-system-arm", 0x21000000, 0, MPS2_START),
    "virt": ("qemu-system-riscv32", 0x80000000, 16 << 20, ["-bios", "none"]),
}

FOLLOW_MOST = 64  # NOR_BENCH_CUTS
PATIENCE = 60  # a machine that gets no processor is waited for this much longer

SOH, STX, EOT, ACK, NAK, CAN = 1, 2, 4, 6, 0x15, 0x18


class Ended(Exception):
    """The board did not say what was waited for."""


class Killed(Exception):
    """The power is gone."""


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
        _, self.address, self.offset, _ = MACHINES[machine]
        self.size = self.offset + FLASH_SIZE
        with open(path, "wb") as file:
            file.truncate(self.size)
        if contents is None:
            contents = {0: b"\xff" * FLASH_ROOM}
        with open(path, "r+b") as file:
            for at, part in contents.items():
                file.seek(self.offset + at)
                file.write(part)

    def put_program(self, path):
        """What is loaded of this ELF file. It is here and not left to the emulator's loader because that would write it
        anew at each reset, and then all of it is translated anew."""
        with open(path, "rb") as file:
            elf = file.read()
        at, = struct.unpack_from("<I", elf, 28)
        size, count = struct.unpack_from("<2H", elf, 42)
        with open(self.path, "r+b") as file:
            for header in range(at, at + size * count, size):
                kind, begin, _, address, length = struct.unpack_from("<5I", elf, header)
                if kind == 1 and length > 0:
                    file.seek(address - self.address)
                    file.write(elf[begin:begin + length])

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
        """Tuples of operation, operation when the package is taken anew, tear and seed, one for each start of the
        board from now on."""
        words = [struct.pack("<4I", *cut) for cut in [*cuts[:FOLLOW_MOST], (0, 0, 0, 0)]]
        self._write(BENCH, words[0])
        self._write(BENCH_FOLLOW, struct.pack("<I", 0) + b"".join(words[1:]))

    def ask(self):
        """The next start takes the package, whatever the firmware is."""
        self._write(BENCH_ASKS, struct.pack("<I", 1))

    def ask_from(self, version):
        """Firmware of this version asks for an update as soon as it runs; none does where it is ""."""
        self._write(BENCH_ASKER, struct.pack("<16s", version.encode()))

    def read(self, at, size):
        with open(self.path, "rb") as file:
            file.seek(self.offset + at)
            return file.read(size)

    def put_package(self, data):
        """For the next update; without one it comes by Xmodem."""
        self._write(BENCH_PACKAGE, data)
        self._write(BENCH_SIZE, struct.pack("<I", len(data)))

    def operations(self):
        return struct.unpack("<I", self.read(BENCH_OPERATIONS, 4))[0]


class Board:
    def __init__(self, machine, boot, flash, log, more=()):
        program, _, _, options = MACHINES[machine]
        flash.put_program(boot)
        size = flash.size
        command = [
            "setpriv", "--pdeathsig", "KILL",  # it does not outlive this program
            program, "-machine", machine + ",memory-backend=flash", *options, "-display", "none",
            "-monitor", "none", "-serial", "stdio", "-m", "%dM" % (size >> 20),
            "-icount", "shift=5", # 32 ns an instruction: slower than 64 MHz with 1.5 cycles each
            "-object", "memory-backend-file,id=flash,size=%d,mem-path=%s,share=on" % (size, flash.path), *more]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.clock = ~self.process.pid << 3 | 2  # as clock_getcpuclockid() has it on Linux
        self.dies_at = math.inf
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

    def used(self):
        """Seconds of processor time that the emulator has had."""
        try:
            return time.clock_gettime(self.clock)
        except OSError:
            raise Ended("the machine ended") from None

    def die_at(self, used):
        """It is killed as soon as it has had so many seconds, and what waits for it raises Killed."""
        self.dies_at = used

    def _patience(self, seconds):
        """When to give up: a busy host must not look like a board that hangs."""
        return self.used() + seconds, time.monotonic() + PATIENCE * seconds

    def _receive(self, patience):
        most, end = patience
        ready, used = [], self.used()
        while not ready and used < most and time.monotonic() < end:
            if used >= self.dies_at:
                self.kill()
                raise Killed
            ready = select.select([self.process.stdout], [], [], min(1, max(0.001, self.dies_at - used)))[0]
            used = self.used()
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
