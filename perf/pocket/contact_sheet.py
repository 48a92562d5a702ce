"""Lays a folder's pictures of the suite `sheet` out, 8 x 6 with their prompts, as one PNG to look at.

    python perf/pocket/contact_sheet.py PICTURES OUT.png [--suite sheet]
"""
import argparse
import textwrap
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from prompts import entries

COLUMNS, SIDE, LABEL = 8, 192, 30


def sheet(folder, suite):
    chosen = [e for e in entries(suite) if (Path(folder) / f"{e['id']}.png").exists()]
    font = ImageFont.truetype(matplotlib.get_data_path() + "/fonts/ttf/DejaVuSans.ttf", 10)
    image = Image.new("RGB", (COLUMNS * (SIDE + 4), -(-len(chosen) // COLUMNS) * (SIDE + LABEL + 4)), "white")
    draw = ImageDraw.Draw(image)
    for i, entry in enumerate(chosen):
        x, y = i % COLUMNS * (SIDE + 4), i // COLUMNS * (SIDE + LABEL + 4)
        picture = Image.open(Path(folder) / f"{entry['id']}.png").convert("RGB").resize((SIDE, SIDE), Image.LANCZOS)
        image.paste(picture, (x, y + LABEL))
        draw.rectangle([x, y + LABEL, x + SIDE - 1, y + LABEL + SIDE - 1], outline=(220, 220, 220))
        draw.multiline_text((x + 2, y + 3), "\n".join(textwrap.wrap(entry["prompt"], 34)[:2]), "black", font, spacing=1)
    return image


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures")
    parser.add_argument("out")
    parser.add_argument("--suite", default="sheet")
    arguments = parser.parse_args()
    sheet(arguments.pictures, arguments.suite).save(arguments.out, optimize=True)
