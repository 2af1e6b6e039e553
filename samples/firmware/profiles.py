#!/usr/bin/env python3
"""Writes profile-1.bin and profile-2.bin: sample carrier profiles (networks are invented).

Layout, little-endian: "CPRF", u16 version, u16 count, u32 CRC-32 of the records, then records of
64 bytes: u16 country, u16 network, u32 LTE bands, u32 NB-IoT bands, u8 authentication, u8 IP kind,
u16 eDRX in ms / 10, name (16 bytes), access point (32 bytes)."""
import struct
import sys
import zlib

FIRST = ["North", "South", "Coast", "Alpine", "River", "Metro", "Prairie", "Harbour"]
SECOND = ["Cell", "Mobile", "Telecom", "Wireless", "Net", "IoT"]
COUNTRIES = [1, 999]  # codes that no country has


def record(index, bands):
    name = f"{FIRST[index % 8]} {SECOND[index // 8 % 6]}"
    point = f"iot.{FIRST[index % 8]}-{SECOND[index // 8 % 6]}.example".lower()
    return struct.pack("<HHIIBBH16s32s", COUNTRIES[index % 2], 10 + index * 7 % 90,
                       bands ^ 1 << index % 28, bands >> 2 & 0x0F0F, index % 3, index % 2 + 1,
                       512 << index % 4, name.encode(), point.encode())


def profile(version, count, changed):
    records = b"".join(
        record(i, 0x080808DF if i in changed else 0x0808081F) for i in range(count))
    return struct.pack("<4sHHI", b"CPRF", version, count, zlib.crc32(records)) + records


def main():
    for number, content in ((1, profile(1, 46, {3})), (2, profile(2, 48, {3, 7, 19, 20, 41}))):
        with open(f"{sys.argv[1]}/profile-{number}.bin", "wb") as out:
            out.write(content)


main()
