"""Composes what the judge's prompts say, as training's own scenes would look: judged like drawn pictures, they give the ceiling.

    python perf/pocket/compose.py EMOJI_ZIP OUT_DIR [--variant 0] [--through CHECKPOINT]

Another variant has other fonts, sizes and places; --through sends each picture through that checkpoint's VAE.
"""
import argparse
import random
import re
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from backdrop import parts, said
from prompts import BOXES, entries
from scenes_v1 import COLORS, Composer

SIDE = 256
INK = re.compile(r" in (light blue|[a-z]+)(?: letters)?(?: on an? .* background)?$")


def background(prompt):
    kind, names = said(prompt)
    first, last = np.array(COLORS[names[0]], float), np.array(COLORS[names[-1]], float)
    mix = np.linspace(0, 1, SIDE)[:, None].repeat(SIDE, 1) if kind == "fading" else parts(kind, SIDE, SIDE)
    return Image.fromarray((first + (last - first) * mix[..., None]).round().astype(np.uint8))


def compose(composer, r, entry):
    image = background(entry["prompt"])
    index = [i["name"] for i in composer.items].index
    place = lambda name, box: composer.paste(r, image, index(name), tuple(SIDE * b for b in box))
    if entry["suite"] == "words":
        ink = INK.search(entry["prompt"])
        dark = sum(COLORS[said(entry["prompt"])[1][0]]) < 300
        composer.lettering(r, image, entry["word"], (0, 0, SIDE, SIDE), COLORS[ink[1] if ink else "white" if dark else "black"])
    elif entry["suite"] == "objects":
        place(entry["object"], (0, 0, 1, 1))
    else:
        for name, box in zip((entry["first"], entry["second"]), BOXES[entry["relation"]]):
            place(name, box)
    return image


def through(networks, image):
    import torch
    with torch.no_grad():
        x = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() / 127.5 - 1
        y = networks.vae.decode(networks.vae.encode(x)[0]).clamp(-1, 1)
    return Image.fromarray(((y[0].permute(1, 2, 0) + 1) * 127.5).round().byte().numpy())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("emoji")
    parser.add_argument("out", type=Path)
    parser.add_argument("--variant", type=int, default=0)
    parser.add_argument("--through")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    composer = Composer(arguments.emoji, matplotlib.get_data_path() + "/fonts/ttf")
    networks = None
    if arguments.through:
        from networks import Checkpoint
        networks = Checkpoint(arguments.through)
    for entry in (e for e in entries() if e["suite"] != "sheet"):
        image = compose(composer, random.Random(f"{entry['id']} {arguments.variant}"), entry)
        (through(networks, image) if networks else image).save(arguments.out / f"{entry['id']}.png")
