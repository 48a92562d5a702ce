#!/usr/bin/env python3
"""Times the decoding of a picture of 12 megapixels against Pillow, turn by turn in one run: seconds of the processor.

usage: pictures.py JAVA CLASSPATH [--rounds 5]

The picture is made here: a photograph's share of detail, 4000x3000, quality 90. CLASSPATH has the engine's classes and their
libraries. Pillow decodes with libjpeg-turbo as its wheels have it, here its C runs in the WebAssembly sandbox.
"""
import argparse
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy
import PIL
from PIL import Image

args = argparse.ArgumentParser()
args.add_argument("java")
args.add_argument("classpath")
args.add_argument("--rounds", type=int, default=5)
args = args.parse_args()


def photograph(width, height):
    """Noise at every scale, falling with its frequency as in photographs."""
    random = numpy.random.default_rng(1)
    total = numpy.zeros((height, width, 3))
    for side in (4, 16, 64, 256, 1024):
        noise = random.integers(0, 256, (side * 3 // 4, side, 3), dtype=numpy.uint8)
        total += numpy.asarray(Image.fromarray(noise).resize((width, height), Image.BICUBIC), dtype=float) / side**0.1
    total -= total.min()
    return Image.fromarray((total * 255 / total.max()).astype(numpy.uint8))


folder = Path(tempfile.mkdtemp())
picture = photograph(4000, 3000)
files = {}
for name, options in (("JPEG", {"quality": 90}), ("JPEG, progressive", {"quality": 90, "progressive": True}),
                      ("PNG", {}), ("WebP", {"quality": 90})):
    files[name] = folder / f"{len(files)}.{name.split(',')[0].lower()}"
    picture.save(files[name], name.split(",")[0], **options)

worker = subprocess.Popen([args.java, "-Xmx2g", "-cp", args.classpath, str(Path(__file__).with_name("PicturesWorker.java"))],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ours(file):
    worker.stdin.write(f"{file}\n")
    worker.stdin.flush()
    return float(worker.stdout.readline())


def theirs(file):
    start = time.process_time()
    with Image.open(file) as opened:
        opened.convert("RGB")
    return time.process_time() - start


print(f"Pillow {PIL.__version__}\n")
print("| 4000x3000 | MB | rounds | here, cpu s | Pillow, cpu s | ratio (each round's) |")
print("|---|---:|---:|---:|---:|---:|")
for name, file in files.items():
    for _ in range(3):
        ours(file), theirs(file)
    pairs = [(ours(file), theirs(file)) for _ in range(args.rounds)]
    ratios = sorted(a / b for a, b in pairs)
    print(f"| {name} | {file.stat().st_size / 1e6:.1f} | {args.rounds} | {statistics.median(a for a, _ in pairs):.2f} |"
          f" {statistics.median(b for _, b in pairs):.3f} |"
          f" {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f}) |", flush=True)
worker.stdin.close()
for file in files.values():
    file.unlink()
folder.rmdir()
