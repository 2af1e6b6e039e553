#!/usr/bin/env python3
"""Ten thousand jobs: planned in less than 10 s of processor time and 200 MB, and the page of their report stays below
2 MB, also when nothing was made yet.

usage: check_plan.py FWDELTA SOURCE-FOLDER"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
VERSIONS, PRODUCTS, FILES = 833, 4, 50


def used():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for number in range(FILES):
        pathlib.Path(f"{number}.bin").write_bytes(b"\1" + number.to_bytes(2, "big") * 1000)
    description = json.loads((SOURCE / "samples/devices/inplace-4k.json").read_text())
    devices, products = [], []
    for number in range(PRODUCTS):
        name = f"p{number}"
        description["product"] = name
        pathlib.Path(f"{name}.json").write_text(json.dumps(description))
        devices.append({"name": name, "description": f"{name}.json"})
        versions = [{"version": str(v), "image": f"{v % FILES}.bin"} for v in range(VERSIONS + 1)]
        products.append({"name": name, "from": versions[:-1], "to": versions[-1]})
    pathlib.Path("release.json").write_text(json.dumps({"name": "many", "keys": ["key.pem"], "trust": ["key.pub.pem"],
        "devices": devices, "products": products}))
    subprocess.run([PROGRAM, "keygen", "-o", "key.pem"], check=True, stdout=subprocess.DEVNULL)
    before = used()[0]
    done = subprocess.run([PROGRAM, "matrix", "plan", "release.json", "-o", "out", "--json"], check=True,
        capture_output=True)
    seconds, megabytes = used()[0] - before, used()[1]
    jobs = json.loads(done.stdout)["jobs"]
    assert jobs == 2 * PRODUCTS * VERSIONS + PRODUCTS + PRODUCTS * VERSIONS == 10000, jobs
    assert seconds < 10 and megabytes < 200, (seconds, megabytes)
    # a report of what is not made yet; status 3
    done = subprocess.run([PROGRAM, "matrix", "report", "out"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert done.returncode == 3 and b"10000 jobs have no result" in done.stderr, done
    page = os.path.getsize("out/report.html")
    assert page < 2 << 20, page
    print(f"{jobs} jobs planned in {seconds:.2f} s of processor time and {megabytes:.0f} MB; their page has {page} bytes")
