#!/usr/bin/env python3
"""fwdelta campaign serve behind DTLS: who has which key, and how sessions end.

usage: check_serve_keys.py PROGRAM SOURCE-FOLDER [--long]

--long: what takes minutes, because CoAP gives up after 93 seconds."""
import atexit
import os
import select
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from serving import (IMEIS, Module, Server, free_port, fwdelta, outcome, prepare, report, run,
    wait_for, wait_until)


def one_device(name, lifetime_s):
    """A campaign for one device, whose key is in NAME.txt for the server and in NAME.hex for it."""
    key = "00112233445566778899aabbccddeeff"
    with open(name + ".txt", "w") as out:
        out.write(f"{IMEIS[0]} {key}\n")
    with open(name + ".hex", "w") as out:
        out.write(key + "\n")
    return prepare(name + ".json", product="LARA-R6001-01B", devices=IMEIS[:1], test=IMEIS[:1],
        lifetime_s=lifetime_s, psk=name + ".txt")


def is_updated(file, server, module, seconds):
    """The test phase brings it to the new version; then all ends."""
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    found = wait_for(file, "test_reported", seconds)
    assert outcome(found, IMEIS[0])["outcome"] == "updated", outcome(found, IMEIS[0])
    module.process.kill()
    module.process.wait()
    server.end()


def a_device_with_a_key_comes_back_to_a_killed_server():
    """Its session is gone, which it notices when it checks in: soon, by the campaign's lifetime."""
    file = one_device("back", 1200)
    port = free_port(socket.SOCK_DGRAM)
    server = Server(file, "coaps", more=("--bootstrap", f"coaps://127.0.0.1:{port}"))
    module = Module("back", IMEIS[0], f"coaps://127.0.0.1:{port}", "back.hex")
    wait_until(lambda: '"registered"' in module.said())
    server.kill()
    server.start()
    is_updated(file, server, module, 200)


def keys_are_asked_for():
    """DTLS: OpenSSL's client shows its identity; who has no key, or a wrong one, is named."""
    with open("keys.txt", "w") as out:
        out.write(f"{IMEIS[0]} 00112233445566778899aabbccddeeff\n{IMEIS[1]} aabbccdd special\n")
    file = prepare("keys.json", psk="keys.txt")
    server = Server(file, scheme="coaps")

    def client(identity, key):
        return subprocess.Popen(["openssl", "s_client", "-dtls1_2", "-psk_identity", identity,
            "-psk", key, "-connect", f"127.0.0.1:{server.lwm2m}"], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def who():
        return {(s["name"], s["why"]) for s in report(file)["strangers"]}

    clients = [client("urn:imei:" + IMEIS[0], "00112233445566778899aabbccddeeff"),
        client("special", "aabbccdd"), client("nobody", "aabbccdd"),
        client("urn:imei:" + IMEIS[1], "aabbccdd"), client("urn:imei:" + IMEIS[0], "00")]
    wait_until(lambda: len(who()) == 3, 60)
    for c in clients:
        c.kill()
        c.wait()
    server.end()
    assert who() == {("nobody", "unknown identity"), ("urn:imei:" + IMEIS[0], "wrong key"),
        ("urn:imei:" + IMEIS[1], "unknown identity")}, who()


class Client:
    """OpenSSL's client for DTLS at a port of its own choice, which registers a device."""
    def __init__(self, server, port, imei, key):
        self.process = subprocess.Popen(["openssl", "s_client", "-dtls1_2", "-psk_identity",
            "urn:imei:" + imei, "-psk", key, "-bind", f"127.0.0.1:{port}", "-connect",
            f"127.0.0.1:{server.lwm2m}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        atexit.register(self.process.kill)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.said = b""
        self.process.stdin.write(b"\x41\x02\x00\x07r\xb2rd\x4d\x0eep=urn:imei:" + imei.encode() +
            b"\x08lt=86400")
        self.process.stdin.flush()

    def registered(self):
        self.said += self.process.stdout.read() or b""
        return b"\x61\x41\x00\x07r" in self.said

    def end(self, politely):
        if politely:
            self.process.stdin.close() # it says that it goes
        else:
            self.process.kill()
        self.process.wait(10)


def a_client_comes_back_to_the_port_that_it_had():
    """Some bind the same port each time, and a NAT keeps its mapping. The old session gives way when
    its client said that it goes, and when it does not answer on it; not when it does."""
    key = "00112233445566778899aabbccddeeff"
    with open("port.txt", "w") as out:
        out.write(f"{IMEIS[0]} {key}\n{IMEIS[1]} {key}\n")
    server = Server(prepare("port.json", devices=IMEIS[:2], test=IMEIS[:2], psk="port.txt"), "coaps")
    port = free_port(socket.SOCK_DGRAM)
    for politely in (True, False, True):
        client = Client(server, port, IMEIS[0], key)
        wait_until(client.registered, 20)
        client.end(politely)
    server.end()


class Relay(threading.Thread):
    """Between a device and its server, which hears what anybody might say in the device's name."""
    def __init__(self, port):
        super().__init__(daemon=True)
        self.sides = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        self.sides[0].bind(("127.0.0.1", 0))
        self.port = self.sides[0].getsockname()[1]
        self.sides[1].connect(("127.0.0.1", port))
        self.hellos = self.alerts = 0
        self.start()

    def run(self):
        device = None
        while True:
            for side in select.select(self.sides, [], [])[0]:
                datagram, sender = side.recvfrom(4096)
                if side is self.sides[0]:
                    device = sender
                    self.hellos += datagram[:1] == b"\x16" and datagram[13:14] == b"\x01"
                    self.sides[1].send(datagram)
                else:
                    self.alerts += datagram[:1] == b"\x15"
                    self.sides[0].sendto(datagram, device)

    def say_hello(self):
        self.sides[1].send(b"\x16\xfe\xfd" + bytes(8) + b"\x00\x0d\x01\x00\x00\x01" + bytes(9))


def a_client_that_answers_keeps_its_session():
    """Anybody can send a ClientHello with its address."""
    file = one_device("keeps", 7200)
    port = free_port(socket.SOCK_DGRAM)
    lwm2m = free_port(socket.SOCK_DGRAM)
    relay = Relay(lwm2m)
    server = Server(file, "coaps", more=("--bootstrap", f"coaps://127.0.0.1:{port}",
        "--public-lwm2m", f"coaps://127.0.0.1:{relay.port}"), lwm2m=lwm2m)
    module = Module("keeps", IMEIS[0], f"coaps://127.0.0.1:{port}", "keeps.hex")
    wait_until(lambda: '"registered"' in module.said())
    relay.say_hello()
    time.sleep(5) # it has three seconds to answer
    assert (relay.hellos, relay.alerts) == (2, 0) # a hello without a cookie, and one with it
    is_updated(file, server, module, 60)


if "--long" in sys.argv:
    run((a_device_with_a_key_comes_back_to_a_killed_server,))
else:
    run((keys_are_asked_for, a_client_comes_back_to_the_port_that_it_had,
        a_client_that_answers_keeps_its_session))
