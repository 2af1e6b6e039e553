#!/usr/bin/env python3
"""Writes a device description (samples/devices/README.md) as what C needs of it.

usage: areas.py DEVICE.json device_areas.h

The boot loader is compiled with it, so that the description that packages are made for and the device that
installs them cannot differ.
"""
import json
import sys

ROLES = {"firmware": 0, "carrier-profile": 1, "boot": 2, "rot": 3, "data": 4}
PLAIN = ["package", "staging", "scratch", "journal", "version"]
CODECS = {"stored": "fwd_codec_stored", "fwd": "DEVICE_CODEC_FWD", "lite": "DEVICE_CODEC_LITE"}  # CMakeLists.txt
FLASH_ROOM = 8 << 20  # BOARD_FLASH_ROOM


def size_of(area):
    return sum(b["size"] * b["count"] for b in area["blocks"])


def slots_of(device):
    return [slot for component in device["components"] for slot in component["slots"]]


def place(device):
    """Gives every area its address: those that have none lie after those before them, slots first."""
    chips = [chip["name"] for chip in device["chips"]]
    end = dict.fromkeys(chips, 0)
    areas = slots_of(device) + [device["areas"][n] for n in PLAIN + ["system"] if n in device["areas"]]
    for area in areas:
        area.setdefault("chip", chips[0])
        if "address" in area:
            end[area["chip"]] = max(end[area["chip"]], area["address"] + size_of(area))
    for area in areas:
        if "address" not in area:
            grain = max(b["size"] for b in area["blocks"])
            area["address"] = (end[area["chip"]] + grain - 1) // grain * grain
            end[area["chip"]] = area["address"] + size_of(area)
    return end


class Printer:
    def __init__(self, device):
        self.device = device
        self.chips = {chip["name"]: chip for chip in device["chips"]}
        self.numbers = {chip["name"]: i for i, chip in enumerate(device["chips"])}
        self.next_id = 0

    def area(self, area):
        chip = self.chips[area["chip"]]
        unit = chip["program_unit"]
        blocks = ", ".join("{%d, %d}" % (b["size"], b["count"]) for b in area["blocks"])
        self.next_id += 1
        return (
            "{.id = %d, .chip = %d, .address = 0x%x, .size = %d, .program_unit = %d, .program_page = %d, "
            ".erased = 0x%02x, .blocks = (const struct fwd_blocks[]){%s}, .blocks_count = %d}"
            % (self.next_id, self.numbers[area["chip"]], area["address"], size_of(area), unit,
               chip.get("program_page", 256 if unit <= 256 else unit), chip.get("erased_value", 255), blocks,
               len(area["blocks"])))

    def component(self, component):
        slots = ", ".join(self.area(slot) for slot in component["slots"])
        return '{.name = "%s", .role = %d, .layout = %s, .slots = {%s}}' % (
            component["name"], ROLES[component["role"]],
            "FWD_LAYOUT_AB" if component["layout"] == "ab" else "FWD_LAYOUT_IN_PLACE", slots)

    def sectors(self):
        """Every erase block that an area has, by chip and address: what the emulated flash erases."""
        areas = slots_of(self.device) + [self.device["areas"][n] for n in PLAIN if n in self.device["areas"]]
        for area in areas:
            address = area["address"]
            for b in area["blocks"]:
                yield "{%d, 0x%x, %d, %d}" % (self.numbers[area["chip"]], address, b["size"], b["count"])
                address += b["size"] * b["count"]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            device = json.load(file)
    except (OSError, ValueError) as error:
        sys.exit("areas.py: %s cannot be read as a device description: %s" % (sys.argv[1], error))
    end = place(device)
    out = Printer(device)
    policy = device.get("policy", {})
    base = 0
    chips = []
    for chip in device["chips"]:
        size = (end[chip["name"]] + 4095) // 4096 * 4096
        chips.append("{%d, %d, %d, %d, 0x%02x, %d}" % (
            base, size, chip["program_unit"], chip["program_unit"].bit_length() - 1,
            chip.get("erased_value", 255), chip.get("single_program", False)))
        base += size
    if base > FLASH_ROOM:
        sys.exit("areas.py: %s: the emulated machine has %d bytes of flash, the description needs %d"
                 % (sys.argv[1], FLASH_ROOM, base))
    lines = ["/* Made by areas.py of %s. */" % device["name"]]
    define = lambda name, value: lines.append("#define DEVICE_%s %s" % (name, value))
    define("PRODUCT", '"%s"' % device["product"])
    define("HARDWARE", device["hardware_revision"])
    define("THRESHOLD", policy.get("threshold", 1))
    define("MAX_ATTEMPTS", policy.get("max_attempts", 3))
    define("REFUSE_DOWNGRADE", int(policy.get("refuse_downgrade", False)))
    trial = policy.get("trial_starts", 0)
    in_place = any(c["layout"] == "in-place" for c in device["components"])
    define("TRIAL_STARTS", trial)
    define("TRIAL", "&fwd_trial" if trial else "NULL")
    define("UNDO", "&fwd_undo" if trial and in_place else "NULL")
    define("PACKAGE_MAX", policy.get("package_max", 0))
    define("SIGBLOCK_MAX", policy.get("sigblock_max", 4096))
    define("MEMORY", device["ram_budget"])
    define("CHIPS", "{%s}" % ", ".join(chips))
    define("SECTORS", "{%s}" % ", ".join(out.sectors()))
    define("PLACE_COUNT", len(device["components"]))
    define("PLACES", "{%s}" % ", ".join(out.component(c) for c in device["components"]))
    for name in PLAIN:
        define(name.upper(), out.area(device["areas"][name]) if name in device["areas"] else "{.size = 0}")
    codecs = [CODECS[name] for name in device.get("codecs", CODECS) if name in CODECS]
    define("CODECS", "{%s}" % ", ".join("&" + codec for codec in codecs))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
