#!/usr/bin/env python3
"""fwdelta campaign rehearse: every fault ends as it must, the same seed gives the same report, also
when the server is killed; two hops; a downgrade; DTLS and HTTPS.

usage: check_rehearse.py PROGRAM SOURCE-FOLDER [--long]"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
LONG = "--long" in sys.argv
FAULTS = "lost=15,gone=4,cut=15,flash=25,wrong=5,refused=5,full=5"


def blocks(count):
    return {"blocks": [{"size": 4096, "count": count}]}


DEVICE = {"name": "small", "product": "demo", "hardware_revision": 1, "profile": "sara-r4",
    "ram_budget": 2097152, "resumer": "immutable",
    "chips": [{"name": "flash", "program_unit": 256, "timing": {"program_us_per_unit": 700,
        "read_us_per_kib": 80, "erase_us_per_block": [{"size": 4096, "us": 45000}]}}],
    "areas": {"package": blocks(16), "staging": blocks(16), "scratch": blocks(2),
        "journal": blocks(2), "version": blocks(2)},
    "components": [{"name": "firmware", "role": "firmware", "layout": "in-place",
        "slots": [blocks(32)]}]}


def fwdelta(*arguments, status=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=1200)
    assert done.returncode == status, (arguments, done)
    return done.stdout if status == 0 else done.stderr


def image(version):
    return os.path.join(SOURCE, "samples", "images", f"demo-{version}.bin")


def gen(old, new, output):
    key = os.path.join(SOURCE, "tests", "cli", "INSECURE-release.pem")
    fwdelta("gen", image(old), image(new), "--key", key, "--from-version", old + ",A00.01",
        "--to-version", new + ",A00.01", "--product", "demo", "-o", output)


def prepare(name, **changes):
    campaign = json.load(open(os.path.join(SOURCE, "samples", "campaign.json")))
    campaign.update(changes)
    with open(name, "w") as out:
        json.dump(campaign, out)
    return name


def rehearse(file, modules, *options, version="1.0.0", status=0):
    fwdelta("campaign", "rehearse", file, "--modules", str(modules), "--device", "device.json",
        "--image", "firmware=" + image(version), "--report", "report.json", "--force", *options,
        status=status)
    subprocess.run([sys.executable, os.path.join(SOURCE, "tests", "cli", "check_json.py"),
        os.path.join(SOURCE, "schemas"), "report.json"], check=True, stdout=subprocess.DEVNULL)
    return json.load(open("report.json"))


def without_times(value):
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k != "times"}
    return [without_times(v) for v in value] if isinstance(value, list) else value


def assert_same(one, other):
    for a, b in zip(without_times(one)["devices"], without_times(other)["devices"]):
        assert a == b, (a, b)
    assert without_times(one) == without_times(other)


def the_same_seed_gives_the_same_report_although_the_server_is_killed():
    file = prepare("whole.json")
    first = rehearse(file, 24, "--faults", FAULTS, "--junit", "r.xml", "--html", "r.html")
    assert first["phase"] == "final_reported" and first["rehearsal"]["as_expected"]
    assert {d["rehearsal"]["fault"] for d in first["devices"]} >= {"none", "lost", "cut", "flash"}
    assert 'tests="24" failures="0"' in open("r.xml").read()
    assert "What went wrong on purpose" in open("r.html").read()
    again = rehearse(file, 24, "--faults", FAULTS, "--kill-server", "8")
    assert again["rehearsal"]["times"]["server_killed"] > 0
    assert_same(first, again)
    other = rehearse(file, 8, "--faults", "flash=50", "--seed", "2")
    assert other["devices"][1]["imei"] != first["devices"][1]["imei"]


def two_hops_lead_to_the_end():
    file = prepare("hops.json", packages=["first.upd", "second.upd"])
    report = rehearse(file, 6, "--faults", "flash=50,lost=50")
    assert report["all"]["updated"] == 6, report["all"]
    assert {d["hops"] for d in report["devices"]} == {2}
    assert {d["version_after"] for d in report["devices"]} == {"1.1.0,A00.01"}


def a_downgrade_is_a_campaign_as_any():
    file = prepare("down.json", packages=["down.upd"],
        **{"from": {"modem": "1.1.0", "application": "A00.01"},
            "to": {"modem": "1.0.0", "application": "A00.01"}})
    report = rehearse(file, 4, "--faults", "none", version="1.1.0")
    assert report["all"]["updated"] == 4, report["all"]


def with_keys_and_certificates():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.pem", "-out", "server.crt", "-days",
        "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True,
        capture_output=True)
    campaign = json.load(open(os.path.join(SOURCE, "samples", "campaign.json")))
    with open("keys.txt", "w") as out:
        out.writelines(f"{imei} {i:032x}\n" for i, imei in enumerate(campaign["devices"], 1))
    file = prepare("keys.json", product="LARA-R6001-01B", https=True, psk="keys.txt",
        certificate="server.crt", key="server.pem", lwm2m="coaps://127.0.0.1:5684",
        content="https://localhost:8443")
    report = rehearse(file, 8, "--faults", "lost=30,cut=30,flash=30")
    assert report["all"]["updated"] == 8, report["all"]
    assert report["strangers"] == []


def a_device_that_does_not_end_as_expected_is_told():
    """Images that are not those of the package: nothing can be installed."""
    file = prepare("wrong.json")
    said = fwdelta("campaign", "rehearse", file, "--modules", "3", "--device", "device.json",
        "--image", "firmware=" + image("1.0.1"), "--faults", "none", "--logs", "logs", "--report",
        "report.json", "--junit", "wrong.xml", "--force", status=1)
    report = json.load(open("report.json"))
    assert report["phase"] == "test_reported" and not report["rehearsal"]["as_expected"]
    assert not report["test"]["good"]
    told = [d for d in report["devices"] if d["outcome"] == "failed"]
    assert len(told) == 2 and any(d["imei"] in said for d in told), said
    for d in told:
        assert d["why"].startswith("Update Result 8: "), d
        why, log = d["rehearsal"]["why"], d["rehearsal"]["log"]
        assert why.startswith(d["why"]) and f'refused with {d["rehearsal"]["code"]}, ' in why, why
        name, line = log.rsplit(":", 1)
        event = json.loads(open(name).read().splitlines()[int(line) - 1])
        assert event["event"] == "result" and event["code"] == d["rehearsal"]["code"], event
        assert event["reason"] in why
        assert why[:40] in open("wrong.xml").read()
    assert told[0]["rehearsal"]["log"] in said or told[1]["rehearsal"]["log"] in said, said
    assert "logs: the folder" in fwdelta("campaign", "rehearse", file, "--modules", "3", "--device",
        "device.json", "--image", "firmware=" + image("1.0.1"), "--logs", "logs", status=3)


def session(leader):
    """Processes of a session, by the kernel's lists."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = open(f"/proc/{pid}/stat").read().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(pid))
    return found


def left():
    return [name for name in os.listdir(os.environ["TMPDIR"]) if name.startswith("fwdelta-")]


def an_interrupted_rehearsal_leaves_nothing():
    """One Ctrl-C, two at once, and kill -9."""
    file = prepare("interrupted.json")
    for signals, group in (([signal.SIGINT], True), ([signal.SIGINT] * 2, True),
            ([signal.SIGKILL], False)):
        process = subprocess.Popen([PROGRAM, "campaign", "rehearse", file, "--modules", "8",
            "--device", "device.json", "--image", "firmware=" + image("1.0.0"), "--time-scale", "50"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
        assert "test phase" in process.stderr.readline()
        assert len(left()) == 1 and len(session(process.pid)) == 4, session(process.pid)
        for number in signals:
            (os.killpg if group else os.kill)(process.pid, number)
        assert process.wait(60) != 0
        end = time.time() + 60
        while left() or session(process.pid):
            assert time.time() < end, (signals, left(), session(process.pid))
            time.sleep(0.05)


def the_example_of_the_readme():
    text = open(os.path.join(SOURCE, "manage", "campaign", "README.md")).read()
    lines = text.split("```sh\n")[1].split("```")[0].splitlines()
    os.mkdir("readme")
    os.symlink(os.path.join(SOURCE, "samples"), "readme/samples")
    for line in lines:
        done = subprocess.run(["sh", "-c", line.replace("fwdelta ", '"$FWDELTA" ')], cwd="readme",
            env={**os.environ, "FWDELTA": PROGRAM}, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, (line, done)
    assert "final_reported" in done.stdout and len(lines) == 5, done.stdout


def a_hundred_kills_and_a_hundred_modules():
    file, killed = prepare("long.json"), 0
    first = rehearse(file, 100)
    assert first["rehearsal"]["times"]["seconds"] < 600
    while killed < 100:
        again = rehearse(file, 100, "--kill-server", str(100 - killed))
        killed += again["rehearsal"]["times"]["server_killed"]
        assert_same(first, again)
    print(first["rehearsal"]["times"])


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["TMPDIR"] = folder
        with open(os.path.join(SOURCE, "tests", "cli", "INSECURE-release.pub.pem")) as source:
            with open("release.pub.pem", "w") as out:
                out.write(source.read())
        with open("device.json", "w") as out:
            json.dump(DEVICE, out)
        gen("1.0.0", "1.1.0", "update.upd")
        gen("1.0.0", "1.0.1", "first.upd")
        gen("1.0.1", "1.1.0", "second.upd")
        gen("1.1.0", "1.0.0", "down.upd")
        checks = [the_same_seed_gives_the_same_report_although_the_server_is_killed,
            two_hops_lead_to_the_end, a_downgrade_is_a_campaign_as_any,
            with_keys_and_certificates, a_device_that_does_not_end_as_expected_is_told,
            an_interrupted_rehearsal_leaves_nothing, the_example_of_the_readme]
        for check in [a_hundred_kills_and_a_hundred_modules] if LONG else checks:
            begun = time.time()
            check()
            print(f"{check.__name__}: {time.time() - begun:.1f} s", flush=True)
        assert left() == [], left()


main()
