#!/usr/bin/env python3
"""Writes the constant tables of the demo firmware as C (build.sh runs it; integers only)."""
import math

SPAN = 4096  # codes of the 12-bit converter


def crc_table(width, poly, reflected):
    mask = (1 << width) - 1
    top = 1 << (width - 1)
    for byte in range(256):
        crc = byte if reflected else byte << (width - 8)
        for _ in range(8):
            if reflected:
                crc = crc >> 1 ^ (poly if crc & 1 else 0)
            else:
                crc = (crc << 1 ^ (poly if crc & top else 0)) & mask
        yield crc


def primes(count):
    found = []
    n = 2
    while len(found) < count:
        if all(n % p for p in found):
            found.append(n)
        n += 1
    return found


def integer_root(value, power):
    low, high = 0, 1 << (value.bit_length() // power + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle ** power <= value:
            low = middle
        else:
            high = middle - 1
    return low


def sha256_round():
    return [integer_root(p << 96, 3) & 0xFFFFFFFF for p in primes(64)]


def sha256_start():
    return [integer_root(p << 64, 2) & 0xFFFFFFFF for p in primes(8)]


def thermistor(beta, resistance25, series):
    """Hundredths of a degree for each converter code of an NTC to ground."""
    for code in range(SPAN):
        code = min(max(code, 24), SPAN - 24)
        ohm = series * code / (SPAN - code)
        kelvin = 1 / (1 / 298.15 + math.log(ohm / resistance25) / beta)
        yield max(-5500, min(15500, round((kelvin - 273.15) * 100)))


def platinum():
    """Ohm hundredths of a Pt100 from -100 to 400 degrees, one entry a degree."""
    for t in range(-100, 401):
        below = -4.183e-12 * (t - 100) * t ** 3 if t < 0 else 0
        yield round(10000 * (1 + 3.9083e-3 * t - 5.775e-7 * t * t + below))


def sine(count):
    return [round(32767 * math.sin(2 * math.pi * i / count)) for i in range(count)]


def hann(count):
    return [round(32767 * (0.5 - 0.5 * math.cos(2 * math.pi * i / (count - 1))))
            for i in range(count)]


def altitude():
    """Decimetres above sea level for each hectopascal from 300 to 1100."""
    return [round(443300 * (1 - (p / 1013.25) ** 0.190263)) for p in range(300, 1101)]


def vapour():
    """Saturation pressure in pascal from -45 to 60 degrees in tenths."""
    return [round(611.2 * math.exp(17.62 * t / 10 / (243.12 + t / 10)))
            for t in range(-450, 601)]


def gamma():
    return [round(65535 * (i / 255) ** 2.2) for i in range(256)]


def calibration(channels):
    """Gain and offset of each channel over 48 temperatures, as a test bench would store them."""
    seed = 20011
    for channel in range(channels):
        gain, offset = 16384 + 37 * channel, -60 + 11 * channel
        for _ in range(48):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            gain += (seed >> 16) % 9 - 4
            offset += (seed >> 24) % 5 - 2
            yield gain
            yield offset


def fir_low_pass(taps, cut):
    """Windowed sinc, Q15, sum exactly 32768."""
    middle = (taps - 1) / 2
    raw = []
    for i in range(taps):
        x = i - middle
        ideal = 2 * cut if x == 0 else math.sin(2 * math.pi * cut * x) / (math.pi * x)
        raw.append(ideal * (0.54 - 0.46 * math.cos(2 * math.pi * i / (taps - 1))))
    scaled = [round(32768 * v / sum(raw)) for v in raw]
    scaled[taps // 2] += 32768 - sum(scaled)
    return scaled


TABLES = [
    ("crc32", "uint32_t", crc_table(32, 0xEDB88320, True)),
    ("crc16_modbus", "uint16_t", crc_table(16, 0xA001, True)),
    ("crc16_ccitt", "uint16_t", crc_table(16, 0x1021, False)),
    ("sha256_round", "uint32_t", sha256_round()),
    ("sha256_start", "uint32_t", sha256_start()),
    ("sine", "int16_t", sine(1024)),
    ("hann", "int16_t", hann(256)),
    ("ntc10k", "int16_t", thermistor(3435, 10000, 10000)),
    ("ntc100k", "int16_t", thermistor(4250, 100000, 47000)),
    ("pt100", "uint16_t", platinum()),
    ("altitude", "int32_t", altitude()),
    ("vapour", "uint16_t", vapour()),
    ("gamma", "uint16_t", gamma()),
    ("fir_low_pass", "int16_t", fir_low_pass(63, 0.08)),
    ("calibration", "int16_t", calibration(16)),
]


def main():
    print('/* Made by tables.py. */\n#include "samples/firmware/common/tables.h"\n')
    for name, kind, values in TABLES:
        values = list(values)
        print(f"const {kind} table_{name}[{len(values)}] = {{")
        for i in range(0, len(values), 12):
            print("    " + " ".join(f"{v}," for v in values[i:i + 12]))
        print("};\n")


main()
