#!/usr/bin/env python3
"""Checks that a PNG is a picture: the right size, neither blank nor noise.

usage: check_picture.py PICTURE.png WIDTH HEIGHT
"""
import struct
import sys
import zlib

import numpy


def pixels(path):
    """The values of an 8-bit RGB PNG, [height, width, 3]."""
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", f"{path} is no PNG"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", data[at + 8:at + 18])
            assert (depth, colour) == (8, 2), f"{path} is not 8-bit RGB"
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += 12 + length
    return unfilter(zlib.decompress(packed), width, height)


def unfilter(raw, width, height):
    """Undoes the five row filters of the PNG specification."""
    stride, rows, above = 3 * width, [], [0] * (3 * width)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], list(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
            guess = left + above[i] - corner
            nearest = min((left, above[i], corner), key=lambda v: abs(guess - v))
            row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, nearest)[kind]) & 255
        rows.append(row)
        above = row
    return numpy.array(rows, dtype=float).reshape(height, width, 3)


def main():
    path, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    image = pixels(path)
    assert image.shape == (height, width, 3), f"{path} is {image.shape}"
    spread = image.std()
    assert spread > 15, f"{path} is blank: its values spread by {spread:.1f}"
    roughness = numpy.abs(numpy.diff(image, axis=1)).mean()
    assert roughness < spread / 2, f"{path} is noise: neighbours differ by {roughness:.1f}"
    print(f"{path}: {width}x{height}, values spread by {spread:.1f}, neighbours differ by {roughness:.1f}")


if __name__ == "__main__":
    main()
