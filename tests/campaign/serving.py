"""For tests of fwdelta campaign serve: a server, virtual modules, what the command says.

The command line of each test begins with PROGRAM SOURCE-FOLDER."""
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM, SOURCE = (os.path.abspath(a) for a in sys.argv[1:3])
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
    def __init__(self, file, scheme="coap", scale=600, more=(), lwm2m=None, before=None):
        self.file, self.scheme, self.scale, self.more = file, scheme, scale, more
        self.lwm2m = lwm2m if lwm2m is not None else free_port(socket.SOCK_DGRAM)
        self.content = free_port(socket.SOCK_STREAM)
        self.page, self.before = free_port(socket.SOCK_STREAM), before
        self.start()

    def start(self):
        self.process = subprocess.Popen([PROGRAM, "campaign", "serve", self.file,
            "--time-scale", str(self.scale), "--from-start", "--lwm2m",
            f"{self.scheme}://127.0.0.1:{self.lwm2m}",
            "--content", f"http://127.0.0.1:{self.content}", "--page",
            f"http://127.0.0.1:{self.page}", *self.more], stdout=subprocess.PIPE, text=True, preexec_fn=self.before)
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


def prepare(file, **changes):
    campaign = json.load(open(os.path.join(SOURCE, "samples", "campaign.json")))
    campaign["schedule"]["duration_s"] = 20 * 24 * 3600 # no test hangs on how fast the machine is
    campaign.update(changes)
    with open(file, "w") as out:
        json.dump(campaign, out)
    return file


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


def run(checks):
    """Each, in a folder with a package and the key that it is signed with."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        key = os.path.join(SOURCE, "tests", "cli", "INSECURE-release.pem")
        images = [os.path.join(SOURCE, "samples", "images", f"demo-{v}.bin")
            for v in ("1.0.0", "1.1.0")]
        fwdelta("gen", *images, "--key", key, "--from-version", OLD, "--to-version", NEW,
            "--product", "demo", "-o", "update.upd")
        with open(key.replace(".pem", ".pub.pem")) as source, open("release.pub.pem", "w") as out:
            out.write(source.read())
        for check in checks:
            begun = time.time()
            check()
            print(f"{check.__name__}: {time.time() - begun:.1f} s", flush=True)
