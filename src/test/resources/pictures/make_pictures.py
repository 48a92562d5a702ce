"""Makes the pictures of this folder, and expected.json: what Pillow makes of them (exif_transpose, convert("RGB"), the alpha channel).

    pip install pillow numpy && python make_pictures.py
"""
import hashlib
import io
import json
import pathlib
import struct
import zlib

import numpy
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
W, H = 45, 29
rng = numpy.random.default_rng(7)
y, x = numpy.mgrid[0:H, 0:W]
smooth = numpy.stack([x * 255 // W, y * 255 // H, (x + y) * 255 // (W + H)], axis=2)
colours = numpy.clip(smooth + rng.integers(-20, 20, smooth.shape), 0, 255).astype(numpy.uint8)
alpha = ((x // 5 + y // 5) % 3 * 127).astype(numpy.uint8)
rgb = Image.fromarray(colours)
rgba = Image.fromarray(numpy.dstack([colours, alpha]))
grey = rgb.convert("L")


def write(name, image, **options):
    image.save(HERE / name, **options)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(name, samples, colour, bits, interlaced=False, extra=b""):
    """What Pillow cannot write: 16 bits of colour, and rows in passes."""
    height, width = samples.shape[:2]
    kind = ">u2" if bits == 16 else "u1"
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    rows = b"".join(
        b"\0" + row.astype(kind).tobytes()
        for left, top, right, down in passes
        for row in samples[top::down, left::right]
        if row.size
    )
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(file)


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


write("rgb.png", rgb)
write("grey.png", grey)
write("grey-alpha.png", rgba.convert("LA"))
write("bits.png", grey.convert("1"))
write("palette-4.png", rgb.quantize(13), bits=4)
write("palette.png", rgb.quantize(200))
write("palette-alpha.png", rgb.quantize(64), transparency=bytes(range(0, 256, 4)))
write("colour-key.png", rgb, transparency=tuple(int(c) for c in colours[3, 4]))
write("alpha.png", rgba)
write("upside-down.png", rgba, exif=exif(3))
write("palette.icc.png", rgb, icc_profile=b"\0" * 200)
png("grey-16.png", grey_16 := (colours[..., 0].astype(int) * 3), 0, 16)
png("grey-alpha-16.png", numpy.dstack([grey_16 * 80, alpha.astype(int) * 257]), 4, 16)
png("rgb-16.png", colours.astype(int) * 257 - 100 * (colours > 0), 2, 16)
png("rgba-16.png", numpy.dstack([colours.astype(int) * 257, alpha.astype(int) * 257]), 6, 16)
png("interlaced.png", colours, 2, 8, interlaced=True)
png("interlaced-alpha.png", numpy.dstack([colours, alpha]), 6, 8, interlaced=True)
png("interlaced-grey-16.png", grey_16, 0, 16, interlaced=True)
png("one.png", colours[:1, :1], 2, 8)
write("444.jpg", rgb, quality=90, subsampling=0)
write("422.jpg", rgb, quality=80, subsampling=1)
write("420.jpg", rgb, quality=75, subsampling=2)
write("progressive.jpg", rgb, quality=75, progressive=True)
write("grey.jpg", grey, quality=85)
write("grey-progressive.jpg", grey, quality=85, progressive=True)
write("cmyk.jpg", rgb.convert("CMYK"), quality=90)
write("cmyk-progressive.jpg", rgb.convert("CMYK"), quality=90, progressive=True)
write("restarts.jpg", rgb, quality=75, restart_marker_blocks=2)
write("thumbnail.jpg", rgb, quality=75, exif=exif(1), comment="a comment", dpi=(300, 300))
for turned in range(1, 9):
    write(f"orientation-{turned}.jpg", rgb, quality=75, exif=exif(turned))
write("lossy.webp", rgb, quality=70)
write("lossless.webp", rgb, lossless=True)
write("alpha.webp", rgba, quality=70)
write("alpha-lossless.webp", rgba, lossless=True, exact=True)
write("turned.webp", rgb, quality=70, exif=exif(6))
write("moving.webp", rgba, save_all=True, append_images=[rgba.rotate(90, expand=False)], lossless=True, duration=100)

expected = {}
for file in sorted(HERE.iterdir()):
    if file.suffix in (".png", ".jpg", ".webp"):
        image = Image.open(file)
        has_alpha = "A" in image.getbands() or "transparency" in image.info
        image.load()
        image = ImageOps.exif_transpose(image)
        sha = lambda data: hashlib.sha256(data).hexdigest()
        expected[file.name] = {
            "width": image.width,
            "height": image.height,
            "rgb": sha(image.convert("RGB").tobytes()),
            "alpha": sha(image.convert("RGBA").getchannel("A").tobytes()) if has_alpha else None,
        }
(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
