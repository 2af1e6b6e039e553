#!/usr/bin/env python3
"""What the flash of each described chip is used for, and how many blocks an update needs, as Markdown tables.

usage: device_table.py                  prints the tables
       device_table.py --check FILE...  compares them with what is in FILE
       device_table.py --update FILE... writes them there

A FILE holds each table, or one of them, between the lines <!-- device table --> and <!-- end of device table -->,
<!-- block table --> and <!-- end of block table -->.
"""
import glob
import json
import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
NAMED = ["nrf52840", "stm32f407", "stm32f407-fram", "stm32f407-spi", "stm32f767", "stm32h743", "stm32l476", "lpc55s69",
         "rp2040", "esp32"]
PACKAGE, STAGING = 128 << 10, 64 << 10


def size_of(area):
    return sum(b["size"] * b["count"] for b in area.get("blocks", []))


def blocks_of(area):
    if "shares" in area:
        return "in the " + area["shares"]
    return " + ".join("%d × %s" % (b["count"], kib(b["size"])) for b in area["blocks"])


def kib(size):
    return "%g" % (size / 1024)


def row(device):
    chips = device["chips"][:-1]  # the last one is the module's own
    slots = device["components"][0]["slots"]
    areas = {name: area for name, area in device["areas"].items() if name != "system"}
    on_first = lambda area: area.get("chip", chips[0]["name"]) == chips[0]["name"]
    first = chips[0]
    firmware = sum(size_of(slot) for slot in slots)
    others = sum(size_of(area) for area in areas.values() if on_first(area))
    rest = first["size"] - firmware - others
    yield "%s" % device["name"]
    yield kib(first["size"])
    yield ", ".join("%d / %d" % (c["program_unit"], c["program_page"]) for c in chips)
    yield "A/B" if device["components"][0]["layout"] == "ab" else "in place"
    yield "%s = %s (%d %%)" % (" + ".join(blocks_of(slot) for slot in slots), kib(firmware),
                               round(100 * firmware / first["size"]))
    for name in ("package", "staging", "scratch", "journal", "version"):
        yield ("" if on_first(areas[name]) else "*") + blocks_of(areas[name]) if name in areas else ""
    yield kib(rest)


def table():
    lines = ["| description | KiB of flash | unit / page | layout | firmware | package | staging | scratch | journal "
             "| version | left for the boot loader |", "|---|---:|---|---|---|---|---|---|---|---|---:|"]
    for name in NAMED:
        with open(os.path.join(ROOT, "samples", "devices", name + ".json"), encoding="utf-8") as file:
            lines.append("| " + " | ".join("`%s`" % c if i == 0 else c for i, c in enumerate(row(json.load(file)))) + " |")
    return "\n".join(lines) + "\n"


def block_table():
    """Besides the slots, for a package area of PACKAGE and a staging area of STAGING bytes."""
    lines = ["| block | two slots | bytes | in place | bytes | in place, at the least | bytes |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    for block in (2 << 10, 4 << 10, 16 << 10, 64 << 10, 128 << 10):
        package, staging = -(-PACKAGE // block), -(-STAGING // block)
        counts = [package + 3 + 2, package + staging + 2 + 3 + 2, package + staging + 1 + 2 * -(-(4 << 10) // block)]
        lines.append("| %s KiB | " % kib(block)
                     + " | ".join("%d | %s KiB" % (count, kib(count * block)) for count in counts) + " |")
    return "\n".join(lines) + "\n"


def with_tables(path):
    """The text of a page, and what it should be."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    new, found = text, False
    for name, make in (("device", table), ("block", block_table)):
        begin, end = "<!-- %s table -->\n" % name, "<!-- end of %s table -->\n" % name
        if begin in new and end in new:
            found = True
            new = new[:new.index(begin)] + begin + make() + new[new.index(end):]
    if not found:
        sys.exit("device_table: %s has no lines '<!-- device table -->' and '<!-- end of device table -->'" % path)
    return text, new


def all_are_named():
    """Each description that has a chip's name in it is in the table."""
    simulated = {"dual-slot", "inplace-4k", "inplace-64k", "two-component"}
    there = {os.path.basename(path)[:-5] for path in glob.glob(os.path.join(ROOT, "samples", "devices", "*.json"))}
    missing = there - simulated - set(NAMED)
    if missing:
        sys.exit("device_table: not in the table: %s" % ", ".join(sorted(missing)))


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    if mode not in ("", "--check", "--update") or (mode and len(sys.argv) < 3):
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    all_are_named()
    if not mode:
        print(table(), block_table(), sep="\n", end="")
    for path in sys.argv[2:]:
        text, new = with_tables(path)
        if mode == "--update":
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
        elif text != new:
            sys.exit("device_table: %s does not say what the descriptions say; run: python3 "
                     "tests/checks/device_table.py --update %s" % (path, path))


if __name__ == "__main__":
    main()
