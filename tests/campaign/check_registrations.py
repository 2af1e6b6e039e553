#!/usr/bin/env python3
"""Registrations at a steady rate: none is lost, no handshake has to be begun again, and memory stays
where it is when the same devices come again. Most clients come from a port that another one has
left just before.

usage: check_registrations.py PROGRAM SOURCE-FOLDER LOAD-FOLDER SECONDS [BUSY]

BUSY: processes that do nothing but compete for the processors meanwhile."""
import atexit
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

PROGRAM, SOURCE, LOAD = (os.path.abspath(a) for a in sys.argv[1:4])
SECONDS = int(sys.argv[4])
BUSY = int(sys.argv[5]) if len(sys.argv) > 5 else 0
KEY = "0123456789abcdef"


def imei(number):
    digits = "35" + f"{number:012d}"
    total = sum(int(d) if i % 2 else sum(divmod(2 * int(d), 10))
        for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def memory_kb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1))


def cpu_s(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(scheme, load, rate):
    devices = [imei(i) for i in range(rate * SECONDS)]
    with open("devices.txt", "w") as out:
        out.write("\n".join(devices) + "\n")
    campaign = json.load(open(os.path.join(SOURCE, "samples", "campaign.json")))
    campaign.update(name=scheme, devices=[], devices_file="devices.txt", test=devices[:2])
    if scheme == "coaps":
        with open("keys.txt", "w") as out:
            out.writelines(f"{d} {KEY.encode().hex()}\n" for d in devices)
        campaign["psk"] = "keys.txt"
    with open(scheme + ".json", "w") as out:
        json.dump(campaign, out)
    server = subprocess.Popen([PROGRAM, "campaign", "serve", scheme + ".json", "--lwm2m",
        scheme + "://127.0.0.1:0", "--content", "http://127.0.0.1:0"], stdout=subprocess.PIPE,
        text=True)
    atexit.register(server.kill)
    uri = server.stdout.readline().split()[1]
    sizes = [memory_kb(server.pid)]
    for turn in ("1", "2"):
        done = subprocess.run([os.path.join(LOAD, load), uri, "devices.txt", str(rate), turn] +
            ([KEY] if scheme == "coaps" else []), capture_output=True, text=True, timeout=200)
        print(f"{scheme}, {rate} a second: {done.stdout.strip()}", flush=True)
        assert done.returncode == 0, done
        assert scheme == "coap" or ", 0 repeated," in done.stdout, done
        sizes.append(memory_kb(server.pid))
    print(f"  server: {sizes[0]}, {sizes[1]}, {sizes[2]} KB before, after, and after the same again; "
        f"{cpu_s(server.pid):.1f} s of CPU time", flush=True)
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
    # each device has one session, and old ones of the second round are on their way out
    assert sizes[2] - sizes[1] < 1.5 * (sizes[1] - sizes[0]) + 8192, sizes


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        key = os.path.join(SOURCE, "tests", "cli", "INSECURE-release.pem")
        images = [os.path.join(SOURCE, "samples", "images", f"demo-{v}.bin")
            for v in ("1.0.0", "1.1.0")]
        subprocess.run([PROGRAM, "gen", *images, "--key", key, "--from-version", "1.0.0,A00.01",
            "--to-version", "1.1.0,A00.01", "--product", "demo", "-o", "update.upd"], check=True,
            capture_output=True)
        with open(key.replace(".pem", ".pub.pem")) as source, open("release.pub.pem", "w") as out:
            out.write(source.read())
        for _ in range(BUSY):
            atexit.register(subprocess.Popen([sys.executable, "-c", "while True: pass"]).kill)
        measure("coap", "register_plain", 1000)
        measure("coaps", "register_load", 100)


main()
