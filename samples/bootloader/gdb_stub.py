"""QEMU's debugger stub, as far as skipping an instruction needs it."""
import os
import select
import socket
import time


class Stub:
    """The machine is halted when this is made, and after each stop()."""

    def __init__(self, path, pc, seconds=60):
        self.pc = pc  # number of the register
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + seconds
        while not os.path.exists(path):
            if time.monotonic() > end:
                raise OSError("the debugger stub does not come up")
            time.sleep(0.02)
        self.socket.connect(path)
        self.pending = b""
        self.ask("?")

    def fileno(self):
        return self.socket.fileno()

    def send(self, text):
        data = text.encode()
        self.socket.sendall(b"$%s#%02x" % (data, sum(data) % 256))

    def answer(self, seconds=60):
        """The next packet; None: none came in time."""
        end = time.monotonic() + seconds
        while True:
            start = self.pending.find(b"$")
            stop = self.pending.find(b"#", start)
            if start >= 0 and 0 <= stop <= len(self.pending) - 3:
                packet = self.pending[start + 1:stop].decode()
                self.pending = self.pending[stop + 3:]
                self.socket.sendall(b"+")
                return packet
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return None
            data = self.socket.recv(4096)
            if not data:
                raise OSError("the machine ended")
            self.pending += data

    def ask(self, text):
        self.send(text)
        found = self.answer()
        if found is None or found.startswith("E"):
            raise OSError("the debugger stub does not take %s: %s" % (text, found))
        return found

    def go(self):
        self.send("c")

    def stop(self):
        self.socket.sendall(b"\x03")
        self.answer()

    def reset(self):
        self.send("qRcmd," + b"system_reset".hex())
        while self.answer() not in ("OK", None):
            pass

    def set_break(self, at, there):
        self.ask("%s0,%x,2" % ("Z" if there else "z", at))

    def jump(self, to):
        self.ask("P%x=%s" % (self.pc, to.to_bytes(4, "little").hex()))
