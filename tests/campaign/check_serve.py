#!/usr/bin/env python3
"""fwdelta campaign serve, with clients that are not ours: registration to report, a server that is
killed on the way, strangers, a cancelled campaign.

usage: check_serve.py PROGRAM SOURCE-FOLDER [NODE-MODULES|--long]

With NODE-MODULES a device made of lwm2m-node-lib takes part, and nothing else is looked at; --long:
what takes minutes, because CoAP gives up after 93 seconds."""
import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lwm2m_device import CREATED, FORBIDDEN, NOT_FOUND, Device

PROGRAM, SOURCE = (os.path.abspath(a) for a in sys.argv[1:3])
MODULES = sys.argv[3] if len(sys.argv) > 3 else None
IMEIS = ["357591080029488", "015770000031766", "354679090348445", "357591080001008",
    "357591080001073", "357591080001149"]
OLD, NEW = "1.0.0,A00.01", "1.1.0,A00.01"


def fwdelta(*arguments, status=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, (arguments, done)
    return done.stdout if status == 0 else done.stderr


def fwdelta_json(name, *arguments):
    """What is printed follows its schema."""
    with open(name, "w") as out:
        out.write(fwdelta(*arguments))
    subprocess.run([sys.executable, os.path.join(SOURCE, "tests", "cli", "check_json.py"),
        os.path.join(SOURCE, "schemas"), name], check=True, stdout=subprocess.DEVNULL)


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, file, scheme="coap", scale=600, more=(), lwm2m=None):
        self.file, self.scheme, self.scale, self.more = file, scheme, scale, more
        self.lwm2m = lwm2m if lwm2m is not None else free_port(socket.SOCK_DGRAM)
        self.content = free_port(socket.SOCK_STREAM)
        self.page = free_port(socket.SOCK_STREAM)
        self.start()

    def start(self):
        self.process = subprocess.Popen([PROGRAM, "campaign", "serve", self.file,
            "--time-scale", str(self.scale), "--from-start", "--lwm2m",
            f"{self.scheme}://127.0.0.1:{self.lwm2m}",
            "--content", f"http://127.0.0.1:{self.content}", "--page",
            f"http://127.0.0.1:{self.page}", *self.more], stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)
        assert self.process.stdout.readline().startswith("lwm2m")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0, self.process.returncode


def report(file):
    return json.loads(fwdelta("campaign", "status", file, "--json"))


def wait_for(file, phase, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        found = report(file)
        if found["phase"] == phase:
            return found
        time.sleep(0.1)
    raise AssertionError((phase, report(file)))


def wait_until(condition, seconds=30):
    end = time.time() + seconds
    while not condition():
        assert time.time() < end
        time.sleep(0.05)


def outcome(found, imei):
    return next(d for d in found["devices"] if d["imei"] == imei)


def prepare(name, **changes):
    campaign = json.load(open(os.path.join(SOURCE, "samples", "campaign.json")))
    campaign["schedule"]["duration_s"] = 20 * 24 * 3600 # no test hangs on how fast the machine is
    campaign.update(changes)
    with open(name, "w") as out:
        json.dump(campaign, out)
    return name


def a_campaign_runs_to_its_end_although_the_server_is_killed():
    file = prepare("whole.json", devices=IMEIS[:4] + IMEIS[5:])
    server = Server(file)
    devices = {i: Device(server.lwm2m, "urn:imei:" + i, OLD, NEW) for i in IMEIS[:4]}
    devices[IMEIS[3]].fault = "install"
    devices[IMEIS[5]] = Device(server.lwm2m, "urn:imei:" + IMEIS[5], "0.9", NEW)
    fwdelta("campaign", "start", file, status=1)
    fwdelta("campaign", "approve", file, "--by", "the vendor")
    for d in devices.values():
        d.start()
    fwdelta("campaign", "accept", file, status=1)
    fwdelta("campaign", "start", file)
    time.sleep(0.3)
    server.kill()
    time.sleep(0.3)
    server.start()
    found = wait_for(file, "test_reported")
    assert found["test"]["good"] and found["test"]["updated"] == 2, found["test"]
    assert devices[IMEIS[2]].uris == []
    fwdelta("campaign", "accept", file, "--by", "the customer")
    fwdelta("campaign", "start", file)
    time.sleep(0.2)
    server.kill()
    server.start()
    page = urllib.request.urlopen(f"http://127.0.0.1:{server.page}/").read().decode()
    assert "final" in page and "<script" not in page
    found = wait_for(file, "final_reported")
    for i in IMEIS[:3]:
        d = outcome(found, i)
        assert (d["outcome"], d["version_after"], d["code"], d["update_result"], d["attempts"],
            d["hops"]) == ("updated", NEW, 128, 1, 1, 1), d
        assert d["bytes"] == os.path.getsize("update.upd"), d
    assert outcome(found, IMEIS[3])["outcome"] == "failed"
    assert outcome(found, IMEIS[3])["attempts"] == 2
    assert outcome(found, IMEIS[3])["update_result"] == 8, outcome(found, IMEIS[3])
    assert outcome(found, IMEIS[5])["outcome"] == "wrong_version"
    assert [r["phase"] for r in found["records"]] == ["approved", "testing", "test_reported",
        "accepted", "final", "final_reported"]
    fwdelta("campaign", "cancel", file, status=1)
    fwdelta("campaign", "status", file, "--junit", "whole.xml", "--html", "whole.html")
    assert 'failures="2"' in open("whole.xml").read()
    assert IMEIS[5] in open("whole.html").read()
    server.end()
    fwdelta_json("whole.report", "campaign", "status", file, "--json")
    for d in devices.values():
        d.stop = True


def a_device_that_is_away_is_not_reached():
    file = prepare("away.json", devices=IMEIS[:1], test=IMEIS[:1],
        schedule={"start": "2026-12-01T02:00:00Z", "duration_s": 28800})
    server = Server(file, scale=100000)
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    found = wait_for(file, "test_reported")
    assert outcome(found, IMEIS[0])["outcome"] == "not_reached"
    assert outcome(found, IMEIS[0])["attempts"] == 0 and not found["test"]["good"]
    server.end()


def a_bad_test_phase_is_not_accepted_and_cancelling_takes_the_package_back():
    file = prepare("bad.json")
    server = Server(file)
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    good = Device(server.lwm2m, "urn:imei:" + IMEIS[0], OLD, NEW)
    bad = Device(server.lwm2m, "urn:imei:" + IMEIS[1], OLD, NEW, "lost")
    good.start()
    bad.start()
    found = wait_for(file, "test_reported")
    assert not found["test"]["good"] and outcome(found, IMEIS[1])["update_result"] == 4
    assert "did not end well" in fwdelta("campaign", "accept", file, status=1)
    fwdelta("campaign", "cancel", file)
    uri, end = good.uris[0], time.time() + 10
    while time.time() < end:
        try:
            urllib.request.urlopen(uri)
        except urllib.error.HTTPError as e:
            assert e.code == 410
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the package is still offered")
    try:
        urllib.request.urlopen(uri.rsplit("/", 2)[0] + "/0000000000000000/x.upd")
        raise AssertionError("a package that is not there is offered")
    except urllib.error.HTTPError as e:
        assert e.code == 404
    server.end()
    found = report(file)
    assert found["phase"] == "cancelled"
    assert outcome(found, IMEIS[2])["outcome"] == "stopped"
    good.stop = bad.stop = True


def strangers_are_refused_and_named():
    file = prepare("strangers.json")
    server = Server(file)
    stranger = Device(server.lwm2m, "urn:imei:490154203237518", OLD, NEW)
    assert stranger.register() == FORBIDDEN
    nameless = Device(server.lwm2m, "x", OLD, NEW)
    assert nameless.request(2, ["rd"], ["lt=60"])[0] == 0x80
    assert nameless.request(2, ["rd", "0-1234"])[0] == NOT_FOUND
    assert nameless.request(1, ["rd"])[0] == 0x85
    known = Device(server.lwm2m, "urn:imei:" + IMEIS[0], OLD, NEW)
    assert known.register() == CREATED
    assert known.update() == 0x44
    assert known.request(4, known.location)[0] == 0x42 and known.update() == NOT_FOUND
    for junk in (b"", b"\x40", b"\x40\x02\x00\x01\xff", b"\x7f" * 40, os.urandom(300)):
        known.socket.sendto(junk, known.server)
    assert known.register() == CREATED
    server.end()
    who = {(s["name"], s["why"]) for s in report(file)["strangers"]}
    assert who == {("urn:imei:490154203237518", "unknown endpoint"), ("?", "no endpoint name")}, who


class Module:
    """The product's own virtual module, which knows a bootstrap server only."""
    def __init__(self, name, imei, uri, key=None):
        fwdelta("device", "create", name, "--description", os.path.join(SOURCE, "samples",
            "devices", "dual-slot.json"), "--image", "firmware=" + os.path.join(SOURCE, "samples",
            "images", "demo-1.0.0.bin"), "--version", OLD, "--trust", "release.pub.pem")
        options = ["--psk-identity", "urn:imei:" + imei, "--psk", key] if key else []
        self.log = name + ".log"
        self.process = subprocess.Popen([PROGRAM, "module", name, "--profile", "lara-r6-01b",
            "--tcp", str(free_port(socket.SOCK_STREAM)), "--bootstrap", uri, "--endpoint",
            "urn:imei:" + imei, "--time-scale", "600", "--log",
            self.log, *options], stdout=subprocess.DEVNULL)
        atexit.register(self.process.kill)

    def said(self):
        return open(self.log).read() if os.path.exists(self.log) else ""


def devices_are_told_where_the_server_is():
    """A device that knows a bootstrap server only, plain and with a key, is updated; the lifetime
    of the campaign reaches it."""
    for scheme in ("coap", "coaps"):
        key = "00112233445566778899aabbccddeeff"
        with open("bootkey.txt", "w") as out:
            out.write(f"{IMEIS[0]} {key}\n")
        with open("bootkey.hex", "w") as out:
            out.write(key + "\n")
        port = free_port(socket.SOCK_DGRAM)
        more = {"psk": "bootkey.txt"} if scheme == "coaps" else {}
        file = prepare(f"bootstrap-{scheme}.json", product="LARA-R6001-01B", devices=IMEIS[:1],
            test=IMEIS[:1], lifetime_s=7200, **more)
        server = Server(file, scheme, more=("--bootstrap", f"{scheme}://127.0.0.1:{port}"))
        stranger = Device(port, "urn:imei:490154203237518", OLD, NEW)
        if scheme == "coap":
            assert stranger.request(2, ["bs"], ["ep=" + stranger.endpoint])[0] == FORBIDDEN
            assert stranger.request(1, ["bs"])[0] == 0x85
        module = Module("module-" + scheme, IMEIS[0], f"{scheme}://127.0.0.1:{port}",
            "bootkey.hex" if more else None)
        fwdelta("campaign", "approve", file)
        fwdelta("campaign", "start", file)
        try:
            found = wait_for(file, "test_reported", 60)
            assert outcome(found, IMEIS[0])["outcome"] == "updated", outcome(found, IMEIS[0])
            assert "lt=7200" in module.said() and "bootstrapped" in module.said()
        except AssertionError:
            print(module.said()[-4000:])
            raise
        module.process.kill()
        module.process.wait()
        server.end()


def a_device_with_a_key_comes_back_to_a_killed_server():
    """Its session is gone, which it notices when it checks in: soon, by the campaign's lifetime."""
    key = "00112233445566778899aabbccddeeff"
    with open("back.txt", "w") as out:
        out.write(f"{IMEIS[0]} {key}\n")
    with open("back.hex", "w") as out:
        out.write(key + "\n")
    file = prepare("back.json", product="LARA-R6001-01B", devices=IMEIS[:1], test=IMEIS[:1],
        lifetime_s=1200, psk="back.txt")
    port = free_port(socket.SOCK_DGRAM)
    server = Server(file, "coaps", more=("--bootstrap", f"coaps://127.0.0.1:{port}"))
    module = Module("back", IMEIS[0], f"coaps://127.0.0.1:{port}", "back.hex")
    wait_until(lambda: '"registered"' in module.said())
    server.kill()
    server.start()
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    found = wait_for(file, "test_reported", 200)
    assert outcome(found, IMEIS[0])["outcome"] == "updated", outcome(found, IMEIS[0])
    module.process.kill()
    module.process.wait()
    server.end()


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
    key = "00112233445566778899aabbccddeeff"
    with open("keeps.txt", "w") as out:
        out.write(f"{IMEIS[0]} {key}\n")
    with open("keeps.hex", "w") as out:
        out.write(key + "\n")
    file = prepare("keeps.json", product="LARA-R6001-01B", devices=IMEIS[:1], test=IMEIS[:1],
        lifetime_s=7200, psk="keeps.txt")
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
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    found = wait_for(file, "test_reported", 60)
    assert outcome(found, IMEIS[0])["outcome"] == "updated", outcome(found, IMEIS[0])
    module.process.kill()
    module.process.wait()
    server.end()


def a_server_that_moves_is_found_again():
    """Names and ports are the campaign's business: the devices are told the new ones."""
    file = prepare("moves.json", devices=IMEIS[:2], test=IMEIS[:2])
    server = Server(file)
    devices = [Device(server.lwm2m, "urn:imei:" + i, OLD, NEW) for i in IMEIS[:2]]
    for d in devices:
        d.hold = threading.Event()
        d.start()
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    wait_until(lambda: all(d.uris for d in devices))
    server.kill()
    server.content = free_port(socket.SOCK_STREAM)
    server.lwm2m = free_port(socket.SOCK_DGRAM)
    server.start()
    devices[0].server = devices[1].server = ("127.0.0.1", server.lwm2m) # what a bootstrap does
    for d in devices:
        d.hold.set()
    found = wait_for(file, "test_reported", 60)
    assert found["test"]["good"], found["test"]
    for d in devices:
        assert len(d.uris) == 2 and f":{server.content}/" in d.uris[1], d.uris
        d.stop = True
    server.end()


def a_withdrawn_device_is_left_as_it_is():
    """Three on their way: one is withdrawn, one while the server is away; the third goes on."""
    file = prepare("withdrawn.json", devices=IMEIS[:4], test=IMEIS[:3])
    server = Server(file)
    devices = [Device(server.lwm2m, "urn:imei:" + i, OLD, NEW) for i in IMEIS[:3]]
    for d in devices:
        d.hold = threading.Event()
        d.start()
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    wait_until(lambda: all(d.uris for d in devices))
    assert "no device" in fwdelta("campaign", "withdraw", file, "--imei", "490154203237518", status=1)
    fwdelta("campaign", "withdraw", file, "--imei", IMEIS[0], "--by", "the customer")
    wait_until(lambda: outcome(report(file), IMEIS[0])["outcome"] == "stopped")
    assert "has ended" in fwdelta("campaign", "withdraw", file, "--imei", IMEIS[0], status=1)
    server.kill()
    fwdelta("campaign", "withdraw", file, "--imei", IMEIS[1])
    server.start()
    for d in devices:
        d.hold.set()
    found = wait_for(file, "test_reported")
    assert [outcome(found, i)["outcome"] for i in IMEIS[:3]] == ["stopped", "stopped", "updated"]
    assert [d.version for d in devices] == [OLD, OLD, NEW]
    wait_until(lambda: devices[0].uris[1:] == [""] and devices[1].uris[1:] == [""])
    for d, status in ((devices[0], 410), (devices[2], 200)):
        try:
            got = urllib.request.urlopen(d.uris[0]).status
        except urllib.error.HTTPError as e:
            got = e.code
        assert got == status, (d.uris, got)
    assert [(r["phase"], r["by"]) for r in found["records"] if r.get("imei") == IMEIS[0]] == [
        ("withdrawn", "the customer")]
    fwdelta_json("withdrawn.report", "campaign", "status", file, "--json")
    server.end()
    for d in devices:
        d.stop = True


def a_state_has_one_server():
    file = prepare("locked.json")
    first = Server(file)
    said = fwdelta("campaign", "serve", file, "--lwm2m", "coap://127.0.0.1:0", "--content",
        "http://127.0.0.1:0", status=1)
    assert "another server works with this state" in said, said
    first.kill()
    first.start()
    assert report(file)["phase"] == "requested"
    first.end()


def what_is_no_text_is_reported_all_the_same():
    file = prepare("bytes.json", devices=IMEIS[:1], test=IMEIS[:1])
    server = Server(file)
    device = Device(server.lwm2m, "urn:imei:" + IMEIS[0], OLD, NEW)
    stranger = Device(server.lwm2m, "\x1b[31m\xe9", OLD, NEW)
    assert stranger.register() == FORBIDDEN
    device.raw = b"1.0\xff<\x01"
    device.start()
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    wait_until(lambda: report(file)["phase"] == "test_reported" or device.asked > 1)
    fwdelta("campaign", "status", file, "--junit", "bytes.xml", "--html", "bytes.html")
    subprocess.run([sys.executable, "-c",
        "import sys, xml.dom.minidom as x; x.parse(sys.argv[1])", "bytes.xml"], check=True)
    fwdelta_json("bytes.report", "campaign", "status", file, "--json")
    found = report(file)
    assert outcome(found, IMEIS[0])["version_after"] == "1.0?<?", found
    assert [s["name"] for s in found["strangers"]] == ["?[31m??"], found["strangers"]
    server.end()
    device.stop = True


class Busy(Device):
    """It is asked while it installs, and registers neither then nor later."""
    def install(self):
        self.set(3, 0)
        before = self.asked
        self.update()
        while self.asked == before:
            self.take(self.socket.recv(2048))
        self.version = self.target
        self.set(0, 1)


class Hasty(Device):
    """Its host does not wait for the server to have the package installed."""
    def fetch(self, uri):
        self.uris.append(uri)
        self.set(1, 0)
        urllib.request.urlopen(uri, timeout=10).read()
        self.install()


class Silent(Device):
    """What it has to say gets lost, and it registers neither then nor later."""
    def notify(self, path, value):
        pass

    def install(self):
        self.version, self.state, self.result = self.target, 0, 1

    def update(self):
        pass


def what_a_device_says_while_it_installs_is_not_what_it_runs_then():
    file = prepare("busy.json", devices=IMEIS[:3], test=IMEIS[:3])
    server = Server(file, scale=6000)
    devices = [kind(server.lwm2m, "urn:imei:" + i, OLD, NEW)
        for kind, i in zip((Busy, Silent, Hasty), IMEIS)]
    for d in devices:
        d.start()
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    found = wait_for(file, "test_reported")
    for i in IMEIS[:3]:
        d = outcome(found, i)
        assert (d["outcome"], d["attempts"], d["hops"], d["version_after"], d["bytes"]) == (
            "updated", 1, 1, NEW, os.path.getsize("update.upd")), d
    server.end()
    for d in devices:
        d.stop = True


def go_through(file, scheme, port_of):
    """Two devices made of lwm2m-node-lib; port_of: of a device, where its server is."""
    server = Server(file, scheme)
    script = os.path.join(SOURCE, "tests", "campaign", "foreign_client.js")
    processes = []
    for i in IMEIS[:2]:
        port = port_of(server, i, processes)
        processes.append(subprocess.Popen(["node", script, str(port), "urn:imei:" + i, OLD, NEW],
            env={**os.environ, "NODE_PATH": os.path.abspath(MODULES)}))
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    try:
        found = wait_for(file, "test_reported", 120)
    finally:
        for p in processes:
            p.kill()
            p.wait()
    assert found["test"]["good"] and found["test"]["updated"] == 2, found
    assert [d["attempts"] for d in found["devices"]] == [1, 1], found
    server.end()


def a_client_of_others_goes_through_a_campaign():
    file = prepare("foreign.json", devices=IMEIS[:2], test=IMEIS[:2])
    go_through(file, "coap", lambda server, imei, processes: server.lwm2m)


def a_client_of_others_goes_through_a_campaign_with_its_key():
    """Its DTLS is Mbed TLS's."""
    def front(server, imei, processes):
        port = free_port(socket.SOCK_DGRAM)
        processes.append(subprocess.Popen([os.path.join(os.path.dirname(PROGRAM), "tests",
            "dtls_front"), "client", str(port), "urn:imei:" + imei, "0" + imei, str(server.lwm2m)],
            stdout=subprocess.PIPE, text=True))
        assert processes[-1].stdout.readline() == "ready\n"
        return port

    with open("foreign.txt", "w") as out:
        out.writelines(f"{i} 0{i}\n" for i in IMEIS[:2])
    go_through(prepare("foreign-keys.json", devices=IMEIS[:2], test=IMEIS[:2], psk="foreign.txt"),
        "coaps", front)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        key = os.path.join(SOURCE, "tests", "cli", "INSECURE-release.pem")
        images = [os.path.join(SOURCE, "samples", "images", f"demo-{v}.bin")
            for v in ("1.0.0", "1.1.0")]
        fwdelta("gen", *images, "--key", key, "--from-version", OLD, "--to-version", NEW,
            "--product", "demo", "-o", "update.upd")
        with open(key.replace(".pem", ".pub.pem")) as source, open("release.pub.pem", "w") as out:
            out.write(source.read())
        everything = (a_campaign_runs_to_its_end_although_the_server_is_killed,
                a_device_that_is_away_is_not_reached,
                a_bad_test_phase_is_not_accepted_and_cancelling_takes_the_package_back,
                strangers_are_refused_and_named, a_server_that_moves_is_found_again,
                devices_are_told_where_the_server_is, keys_are_asked_for,
                a_client_comes_back_to_the_port_that_it_had, a_client_that_answers_keeps_its_session,
                a_withdrawn_device_is_left_as_it_is, a_state_has_one_server,
                what_is_no_text_is_reported_all_the_same,
                what_a_device_says_while_it_installs_is_not_what_it_runs_then)
        if MODULES == "--long":
            everything = (a_device_with_a_key_comes_back_to_a_killed_server,)
        elif MODULES:
            everything = (a_client_of_others_goes_through_a_campaign,
                a_client_of_others_goes_through_a_campaign_with_its_key)
        for check in everything:
            begun = time.time()
            check()
            print(f"{check.__name__}: {time.time() - begun:.1f} s", flush=True)


main()
