#!/usr/bin/env python3
"""fwdelta campaign serve, with clients that are not ours: registration to report, a server that is
killed on the way, strangers, a cancelled campaign.

usage: check_serve.py PROGRAM SOURCE-FOLDER [NODE-MODULES]

With NODE-MODULES a device made of lwm2m-node-lib takes part, and nothing else is looked at."""
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lwm2m_device import CREATED, FORBIDDEN, NOT_FOUND, Device
from serving import (IMEIS, NEW, OLD, PROGRAM, SOURCE, Module, Server, free_port, fwdelta,
    fwdelta_json, outcome, prepare, report, run, wait_for, wait_until)

MODULES = sys.argv[3] if len(sys.argv) > 3 else None



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
    for junk in (b"", b"\x54\x45\x00\x01\x01\xf0\x00\x00", b"\x40", b"\x40\x02\x00\x01\xff", b"\x7f" * 40, os.urandom(300)):
        known.socket.sendto(junk, known.server)
    assert known.register() == CREATED
    server.end()
    who = {(s["name"], s["why"]) for s in report(file)["strangers"]}
    assert who == {("urn:imei:490154203237518", "unknown endpoint"), ("?", "no endpoint name")}, who


def devices_are_told_where_the_server_is():
    """A device that knows a bootstrap server only, plain and with a key, is updated; the lifetime
    of the campaign reaches it."""
    for scheme in ("coap", "coaps"):
        key = "00112233445566778899aabbccddeeff"
        with open("bootkey.txt", "w") as out:
            out.write(f"{IMEIS[0]} {key}\n")
        with open("bootkey.hex", "w") as out:
            out.write(key + "\n")
        more = {"psk": "bootkey.txt"} if scheme == "coaps" else {}
        file = prepare(f"bootstrap-{scheme}.json", product="LARA-R6001-01B", devices=IMEIS[:1],
            test=IMEIS[:1], lifetime_s=7200, **more)
        server = Server(file, scheme, more=("--bootstrap", f"{scheme}://127.0.0.1:0"))
        said = [server.process.stdout.readline() for _ in ("content", "page", "bootstrap")]
        assert said[2].startswith(f"bootstrap {scheme}://127.0.0.1:"), said
        port = int(said[2].rsplit(":", 1)[1])
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


def a_port_that_is_taken_is_refused():
    """Each of the three, so that two campaigns never share one."""
    server = Server(prepare("taken.json"))
    other = prepare("other.json", name="another campaign")
    mine = {"--lwm2m": "coap://127.0.0.1:0", "--content": "http://127.0.0.1:0"}
    for option, uri in (("--lwm2m", f"coap://127.0.0.1:{server.lwm2m}"),
            ("--content", f"http://127.0.0.1:{server.content}"),
            ("--page", f"http://127.0.0.1:{server.page}")):
        options = sum(map(list, {**mine, option: uri}.items()), [])
        said = fwdelta("campaign", "serve", other, *options, status=3)
        assert f"{uri}: the address cannot be used; is it taken?" in said, said
    server.end()


def no_device_is_registered_that_the_full_disk_has_no_room_for():
    """The server says so, and ends; who was told that it is registered is known to the next one."""
    for limit in range(90000, 110000, 4120): # a page with its head: each write is the one that fails
        def no_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN) # then writing fails
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        file = prepare(f"full-{limit}.json", devices=IMEIS, test=IMEIS[:1])
        server = Server(file, before=no_room)
        device, location = Device(server.lwm2m, "urn:imei:" + IMEIS[0], OLD, NEW), None
        while server.process.poll() is None and device.register() == CREATED:
            location = device.location
            time.sleep(0.01) # it may be ending
        assert server.process.wait(10) == 3
        server.before = None
        server.start()
        device.location = location
        assert device.update() == 0x44
        server.end()


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


def the_lifetime_is_written_to_the_account_of_this_server():
    """A device has the operator's, too, and does not show everybody's; one account is known by itself."""
    file = prepare("accounts.json", devices=IMEIS[:3], test=IMEIS[:3], lifetime_s=7200)
    server = Server(file)
    kinds = ({1: [101, 0], 10: [721, 0], 3: [102, 0]}, {5: [None, 0]}, {1: [None, 0], 2: [102, 0]})
    devices = [Device(server.lwm2m, "urn:imei:" + i, OLD, NEW) for i in IMEIS[:3]]
    for d, accounts in zip(devices, kinds):
        d.accounts = accounts
        d.start()
    fwdelta("campaign", "approve", file)
    fwdelta("campaign", "start", file)
    found = wait_for(file, "test_reported")
    assert found["test"]["updated"] == 3, found["test"]
    assert [[a[1] for a in d.accounts.values()] for d in devices] == [[0, 7200, 0], [7200], [0, 0]]
    server.end()
    for d in devices:
        d.stop = True


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


if MODULES:
    run((a_client_of_others_goes_through_a_campaign,
        a_client_of_others_goes_through_a_campaign_with_its_key))
else:
    run((a_campaign_runs_to_its_end_although_the_server_is_killed,
        a_device_that_is_away_is_not_reached,
        a_bad_test_phase_is_not_accepted_and_cancelling_takes_the_package_back,
        strangers_are_refused_and_named, a_server_that_moves_is_found_again,
        devices_are_told_where_the_server_is, a_withdrawn_device_is_left_as_it_is,
        a_state_has_one_server, a_port_that_is_taken_is_refused,
        no_device_is_registered_that_the_full_disk_has_no_room_for,
        the_lifetime_is_written_to_the_account_of_this_server,
        what_is_no_text_is_reported_all_the_same,
        what_a_device_says_while_it_installs_is_not_what_it_runs_then))
