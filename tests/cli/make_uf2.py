#!/usr/bin/env python3
"""A UF2 file of a raw image, for tests: make_uf2.py IN OUT ADDRESS [FAMILY [PAYLOAD]]"""
import struct
import sys


def main():
    image = open(sys.argv[1], "rb").read()
    address = int(sys.argv[3], 0)
    family = int(sys.argv[4], 0) if len(sys.argv) > 4 else 0
    payload = int(sys.argv[5], 0) if len(sys.argv) > 5 else 256
    pieces = [image[i : i + payload] for i in range(0, len(image), payload)]
    with open(sys.argv[2], "wb") as out:
        for i, piece in enumerate(pieces):
            head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000 if family else 0,
                               address + i * payload, len(piece), i, len(pieces), family)
            out.write(head + piece.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30))


main()
