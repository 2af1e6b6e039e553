"""Makes the pages that a browser is to look at: names and files."""
import json
import os
import subprocess


def make(program, source, folder):
    def fwdelta(*arguments, status=0):
        done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=600)
        assert done.returncode == status, (arguments, done)

    key = os.path.join(source, "tests", "cli", "INSECURE-release.pem")
    images = os.path.join(source, "samples", "images", "demo-%s.bin")
    devices = [{"name": name, "description": os.path.join(source, "samples", "devices", name + ".json")}
        for name in ("inplace-4k", "dual-slot")]
    release = {"name": "spring & <summer>", "keys": [key], "trust": [key.replace(".pem", ".pub.pem")],
        "devices": devices, "limits": {"package_bytes": 3350}, "products": [{"name": "demo",
            "to": {"version": "1.1.0", "image": images % "1.1.0"}, "full": False,
            "from": [{"version": v, "image": images % v} for v in ("1.0.0", "1.0.1")]
                + [{"version": "0.9-of-long-ago-with-a-long-name", "image": "/nowhere/" + "long/" * 20 + "x"}]}]}
    with open(os.path.join(folder, "release.json"), "w") as out:
        json.dump(release, out)
    fwdelta("matrix", "plan", "release.json", "-o", "out")
    fwdelta("matrix", "run", "out", status=3)
    rehearsal(fwdelta, source, folder, key, images)
    proof(fwdelta, source, folder, key, images)
    return [("matrix", os.path.join(folder, "out", "report.html")),
        ("campaign", os.path.join(folder, "campaign.html")), ("proof", os.path.join(folder, "proof.html")),
        ("inspect", os.path.join(folder, "inspect.html")), ("damaged", os.path.join(folder, "damaged.html"))]


def proof(fwdelta, source, folder, key, images):
    device = os.path.join(source, "samples", "devices", "inplace-4k.json")
    name = "an update with a long name & <no> break-" + "long-" * 12 + "name.upd"
    fwdelta("gen", images % "1.0.0", images % "1.1.0", "--key", key, "--from-version", "1.0.0",
        "--to-version", "1.1.0", "--device", device, "-o", name)
    fwdelta("prove", name, "--device", device, "--image", "firmware=" + images % "1.0.0", "--version", "1.0.0",
        "--trust", key.replace(".pem", ".pub.pem"), "--key", key, "--cuts", "random:20", "--html", "proof.html")
    fwdelta("inspect", name, "--source", images % "1.0.0", "--html", "inspect.html")
    with open(os.path.join(folder, name), "rb") as file:
        whole = file.read()
    with open(os.path.join(folder, "damaged.upd"), "wb") as file:
        file.write(whole[:150])
    fwdelta("inspect", "damaged.upd", "--html", "damaged.html", status=1)


def rehearsal(fwdelta, source, folder, key, images):
    device = json.load(open(os.path.join(source, "samples", "devices", "inplace-4k.json")))
    device["profile"] = "sara-r4"
    with open(os.path.join(folder, "device.json"), "w") as out:
        json.dump(device, out)
    campaign = json.load(open(os.path.join(source, "samples", "campaign.json")))
    campaign["trust"] = [key.replace(".pem", ".pub.pem")]
    with open(os.path.join(folder, "campaign.json"), "w") as out:
        json.dump(campaign, out)
    fwdelta("gen", images % "1.0.0", images % "1.1.0", "--key", key, "--from-version", "1.0.0,A00.01",
        "--to-version", "1.1.0,A00.01", "--product", "demo", "-o", "update.upd")
    fwdelta("campaign", "rehearse", "campaign.json", "--modules", "12", "--device", "device.json",
        "--image", "firmware=" + images % "1.0.0", "--faults", "lost=15,gone=4,cut=15,flash=25,wrong=5",
        "--time-scale", "1000", "--html", "campaign.html")
