"""A LwM2M bootstrap server without a library: leads the client that asks for it (POST /bs) to one server.
It knows as much of CoAP and TLV as that takes, and nothing of ours."""
import socket
import struct
import threading
import time

DELETE, PUT, POST = 4, 3, 2
TLV = 11542
NO_SECURITY, PRE_SHARED_KEY = b'\x03', b'\x00'


def option(before, number, value):
    delta, size = number - before, len(value)
    head = bytes([(delta if delta < 13 else 13) << 4 | (size if size < 13 else 13)])
    return head + (bytes([delta - 13]) if delta >= 13 else b'') + (bytes([size - 13]) if size >= 13 else b'') + value


def resource(number, value):
    if len(value) < 8:
        return bytes([0xC0 | len(value), number]) + value
    return bytes([0xC8, number, len(value)]) + value


def path_of(message):
    """Its Uri-Path; of a request that has no long options before it."""
    at, number, parts = 4 + (message[0] & 15), 0, []
    while at < len(message) and message[at] != 0xFF:
        delta, size = message[at] >> 4, message[at] & 15
        at += 1
        if delta == 13:
            delta, at = 13 + message[at], at + 1
        if size == 13:
            size, at = 13 + message[at], at + 1
        number += delta
        if number == 11:
            parts.append(message[at:at + size].decode())
        at += size
    return '/'.join(parts)


class BootstrapServer:
    """At a port of its own. server: a URI; identity and key: bytes, for coaps."""

    def __init__(self, server, identity=b'', key=b''):
        self.server, self.identity, self.key = server.encode(), identity, key
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.answers, self.asked, self.codes = {}, 0, []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            message, client = self.socket.recvfrom(2048)
            code, mid = message[1], message[2:4]
            if code == POST and path_of(message) == 'bs':
                token = message[4:4 + (message[0] & 15)]
                self.socket.sendto(bytes([0x60 | len(token), 0x44]) + mid + token, client)
                self.asked += 1
                if self.asked == 1:
                    threading.Thread(target=self.lead, args=(client,), daemon=True).start()
            elif code >= 64:
                self.answers[mid] = '%d.%02d' % (code >> 5, code & 31)

    def ask(self, client, method, path, payload=b''):
        mid = struct.pack('>H', 1000 + len(self.codes))
        message, number = bytes([0x40, method]) + mid, 0
        for part in path.split('/'):
            message += option(number, 11, part.encode())
            number = 11
        if payload:
            message += option(number, 12, struct.pack('>H', TLV)) + b'\xff' + payload
        for _ in range(10):
            self.socket.sendto(message, client)
            time.sleep(0.3)
            if mid in self.answers:
                break
        self.codes.append('%s %s' % (path, self.answers.get(mid, 'is not answered')))

    def lead(self, client):
        security = resource(0, self.server) + resource(1, b'\x00')
        if self.key:
            security += resource(2, PRE_SHARED_KEY) + resource(3, self.identity) + resource(5, self.key)
        else:
            security += resource(2, NO_SECURITY)
        server = resource(0, b'\x65') + resource(1, b'\x0e\x10') + resource(6, b'\x00') + resource(7, b'U')
        self.ask(client, DELETE, '0')
        self.ask(client, PUT, '0/1', security + resource(10, b'\x65'))
        self.ask(client, PUT, '1/1', server)
        self.ask(client, POST, 'bs')
