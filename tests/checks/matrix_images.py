"""Firmware images of a release: for each product one of each version, of about the size that is asked for.

usage: matrix_images.py FOLDER VERSIONS KIB...; writes FOLDER/pN-V.bin for product N (one for each KIB) and
V = 1...VERSIONS, and FOLDER/release.json: from each version to the last.

The first version is the demo's code again and again, each time with other registers and constants, so that it
does not repeat itself; each further one is the one before with functions changed, added and removed, which moves
what comes after them. The same arguments give the same bytes.
"""
import json
import pathlib
import random
import sys

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
DEVICES = ["inplace-4k", "inplace-64k", "dual-slot"]


def altered(data, chance, rng):
    """Some bytes of it changed, one in `chance`."""
    out = bytearray(data)
    at = rng.randrange(chance)
    while at < len(out):
        out[at] ^= rng.randrange(1, 256)
        at += 1 + rng.randrange(2 * chance)
    return out


def first_version(size, rng):
    code = [(SAMPLES / "images" / f"demo-{v}.bin").read_bytes() for v in ("1.0.0", "1.1.0")]
    out = bytearray()
    while len(out) < size:
        out += altered(code[rng.randrange(2)], 12, rng)
    return out[:size]


def next_version(image, code, rng):
    """Twelve functions of it changed, six of other code added, four removed."""
    out = bytearray(image)
    for _ in range(12):
        at = rng.randrange(len(out) - 512) & ~3
        out[at:at + 512] = altered(out[at:at + 512], 24, rng)
    for _ in range(6):
        at, size = rng.randrange(len(out)) & ~3, 4 * rng.randrange(8, 160)
        source = rng.randrange(len(code) - size) & ~3
        out[at:at] = altered(code[source:source + size], 12, rng)
    for _ in range(4):
        at = rng.randrange(len(out) - 1024) & ~3
        del out[at:at + 4 * rng.randrange(8, 200)]
    return out


def main(folder, versions, sizes):
    code = (SAMPLES / "images" / "rv32-1.1.0.bin").read_bytes()
    products = []
    for number, kib in enumerate(sizes, 1):
        rng = random.Random(number)
        image = first_version(1024 * kib, rng)
        names = []
        for version in range(1, versions + 1):
            name = f"p{number}-{version}.bin"
            (folder / name).write_bytes(image)
            names.append({"version": str(version), "image": name})
            image = next_version(image, code, rng)
        products.append({"name": f"p{number}", "to": names[-1], "from": names[:-1]})
    devices = []
    for product in products:
        product["devices"] = []
        for name in DEVICES:
            description = json.loads((SAMPLES / "devices" / f"{name}.json").read_text())
            description["product"] = product["name"]
            own = f"{product['name']}-{name}"
            (folder / f"{own}.json").write_text(json.dumps(description))
            devices.append({"name": own, "description": f"{own}.json"})
            product["devices"].append(own)
    release = {"name": "many", "keys": ["key.pem"], "trust": ["key.pub.pem"], "devices": devices,
               "package": "device", "products": products}
    (folder / "release.json").write_text(json.dumps(release, indent=1))


main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), [int(kib) for kib in sys.argv[3:]])
