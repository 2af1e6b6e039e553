"""A LwM2M client written from the specifications alone, for tests of the server: it registers, serves
objects 3 and 5, is observed, fetches the package and changes its version when it is told to."""
import random
import select
import socket
import struct
import threading
import time
import urllib.error
import urllib.request

ACK, CON, RST = 2, 0, 3
CREATED, CHANGED, CONTENT, NOT_FOUND = 0x41, 0x44, 0x45, 0x84
FORBIDDEN = 0x83
OBSERVE, LOCATION, PATH, FORMAT, QUERY = 6, 8, 11, 12, 15


def number(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def encode(kind, code, mid, token=b"", options=(), payload=b""):
    out = struct.pack("!BBH", 0x40 | kind << 4 | len(token), code, mid) + token
    last = 0
    for option, value in sorted(options, key=lambda o: o[0]):
        delta, size, more = option - last, len(value), b""
        last = option
        nibbles = []
        for n in (delta, size):
            nibbles.append(n if n < 13 else 13)
            more += b"" if n < 13 else bytes([n - 13])
        out += bytes([nibbles[0] << 4 | nibbles[1]]) + more + value
    return out + (b"\xff" + payload if payload else b"")


def decode(data):
    first, code, mid = struct.unpack("!BBH", data[:4])
    at = 4 + (first & 15)
    token, options, option = data[4:at], [], 0
    while at < len(data) and data[at] != 0xFF:
        delta, size = data[at] >> 4, data[at] & 15
        at += 1
        if delta == 13:
            delta, at = data[at] + 13, at + 1
        if size == 13:
            size, at = data[at] + 13, at + 1
        option += delta
        options.append((option, data[at:at + size]))
        at += size
    return first >> 4 & 3, code, mid, token, options, data[at + 1:]


class Device(threading.Thread):
    def __init__(self, port, endpoint, version, target, fault=None):
        super().__init__(daemon=True)
        self.server, self.endpoint = ("127.0.0.1", port), endpoint
        self.version, self.target, self.fault = version, target, fault
        self.state = self.result = 0
        self.observers, self.location, self.mid = {}, None, random.randrange(65536)
        self.stop, self.uris, self.code = False, [], None
        self.asked = 0 # how often for its version
        self.raw = None # bytes instead of its version
        self.accounts = {} # instances of object 1: [short id of the server, lifetime]
        self.hold = None # an event that a download waits for
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def request(self, code, path, queries=(), tries=6, payload=b""):
        """The code of the answer, and where what it created is."""
        self.mid = (self.mid + 1) % 65536
        options = [(PATH, p.encode()) for p in path] + [(QUERY, q.encode()) for q in queries]
        message = encode(CON, code, self.mid, b"\x77\x01", options, payload)
        for _ in range(tries):
            self.socket.sendto(message, self.server)
            end = time.time() + 1
            while time.time() < end:
                if not select.select([self.socket], [], [], 0.2)[0]:
                    continue
                data = self.socket.recv(2048)
                kind, got, mid, _, options, _ = decode(data)
                if kind == ACK and mid == self.mid:
                    return got, [v.decode() for o, v in options if o == LOCATION]
                self.take(data)
        return None, None

    def register(self):
        self.observers = {}
        self.code, self.location = self.request(
            2, ["rd"], ["ep=" + self.endpoint, "lt=86400", "lwm2m=1.0", "b=U"],
            payload=",".join(f"</1/{i}>" for i in self.accounts).encode())
        return self.code

    def update(self):
        code, _ = self.request(2, self.location)
        if code == NOT_FOUND:
            self.register()
        return code

    def notify(self, path, value):
        if path not in self.observers:
            return
        self.mid = (self.mid + 1) % 65536
        self.socket.sendto(encode(CON, CONTENT, self.mid, self.observers[path],
            [(OBSERVE, number(self.mid + 2)), (FORMAT, b"")], str(value).encode()), self.server)

    def set(self, state, result):
        self.state, self.result = state, result
        self.notify("5/0/5", result)
        self.notify("5/0/3", state)

    def fetch(self, uri):
        self.uris.append(uri)
        self.set(1, 0)
        if self.hold:
            self.hold.wait(30)
        whole = b""
        for _ in range(8): # the server may be away for a moment
            try:
                whole = urllib.request.urlopen(uri, timeout=10).read()
                part = urllib.request.Request(uri, headers={"Range": "bytes=100-"})
                assert urllib.request.urlopen(part, timeout=10).read() == whole[100:]
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.3)
        if not whole or self.fault == "lost":
            self.set(0, 4)
        else:
            self.set(2, 0)

    def forget(self):
        self.uris.append("")
        self.set(0, 0)

    def install(self):
        self.observers = {}
        time.sleep(0.1)
        failed = self.fault == "install"
        self.version = self.version if failed else self.target
        self.state, self.result = 0, 8 if failed else 1
        self.register()

    def answer(self, mid, code, token, options=(), payload=b""):
        self.socket.sendto(encode(ACK, code, mid, token, options, payload), self.server)

    def take(self, data):
        kind, code, mid, token, options, payload = decode(data)
        path = "/".join(v.decode() for o, v in options if o == PATH)
        values = {"5/0/3": str(self.state), "5/0/5": str(self.result), "3/0/3": self.version}
        values.update({f"1/{i}/0": str(a[0]) for i, a in self.accounts.items() if a[0]})
        later = None
        if kind == RST:
            self.observers = {}
        if kind != CON or code == 0:
            return
        if code == 1 and path in values:
            self.asked += path == "3/0/3"
            observed = [o for o, _ in options if o == OBSERVE]
            if observed:
                self.observers[path] = token
            self.answer(mid, CONTENT, token,
                ([(OBSERVE, b"\x01")] if observed else []) + [(FORMAT, b"")], self.raw if self.raw and path == "3/0/3" else values[path].encode())
        elif code == 3 and path == "5/0/1":
            self.answer(mid, CHANGED, token)
            later = (lambda: self.fetch(payload.decode())) if payload else self.forget
        elif code == 3 and path.endswith("/1") and int(path.split("/")[1]) in self.accounts:
            self.accounts[int(path.split("/")[1])][1] = int(payload)
            self.answer(mid, CHANGED, token)
        elif code == 2 and path == "5/0/2" and self.state == 2:
            self.answer(mid, CHANGED, token)
            self.state = 3
            later = self.install
        else:
            self.answer(mid, NOT_FOUND, token)
        if later:
            later()

    def run(self):
        self.register()
        seen = time.time()
        while not self.stop:
            if select.select([self.socket], [], [], 0.1)[0]:
                self.take(self.socket.recv(2048))
            elif self.location and time.time() - seen > 1:
                seen = time.time()
                self.update()
