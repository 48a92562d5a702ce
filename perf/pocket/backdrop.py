"""The background behind the things in a picture: its geometry from the prompt, its colours from the picture's own border."""
import re

import numpy as np

from scenes_v1 import COLORS

STRIPE = 32
BORDER = 8
FADING = re.compile(r" on a background fading from ([a-z ]+) to ([a-z ]+)$")
MIXED = re.compile(r" on an? ([a-z ]+) and ([a-z ]+) (striped|checkered) background$")
PLAIN = re.compile(r" on an? ([a-z ]+) background$")


def said(prompt):
    """-> (kind, colour names) of the prompt's background; white where it says none."""
    for pattern, kind in ((FADING, "fading"), (MIXED, None), (PLAIN, "plain")):
        found = pattern.search(prompt)
        if found and all(c in COLORS for c in found.groups()[:2]):
            return kind or found[3], found.groups()[:2] if kind != "plain" else (found[1],)
    return "plain", ("white",)


def parts(kind, h, w):
    """-> which of the background's colours each pixel has, [h, w]."""
    y, x = np.mgrid[:h, :w] // STRIPE
    return {"striped": x % 2, "checkered": (x + y) % 2}.get(kind, np.zeros((h, w), int))


def behind(picture, prompt):
    """-> the picture's background alone, float [h, w, 3] in 0..255, as its border shows it."""
    h, w = picture.shape[:2]
    kind = said(prompt)[0]
    border = np.ones((h, w), bool)
    border[BORDER:-BORDER, BORDER:-BORDER] = False
    if kind == "fading":
        sides = np.concatenate([picture[:, :BORDER], picture[:, -BORDER:]], 1)
        rows = np.median(sides, 1)
        line = np.linspace(0, 1, h)
        return np.stack([np.polyval(np.polyfit(line, rows[:, c], 2), line) for c in range(3)], 1)[:, None].repeat(w, 1)
    part = parts(kind, h, w)
    colors = np.stack([np.median(picture[border & (part == k)], 0) for k in range(part.max() + 1)])
    return colors[part]


def names(picture, prompt):
    """-> the named colours nearest to those of the picture's background, in the order in which the prompt says them."""
    table = np.array(list(COLORS.values()), float)
    nearest = lambda c: list(COLORS)[((table - c) ** 2).sum(1).argmin()]
    kind = said(prompt)[0]
    back = behind(picture, prompt)
    if kind == "fading":
        return nearest(back[2, 0]), nearest(back[-3, 0])
    if kind == "plain":
        return (nearest(back[0, 0]),)
    return nearest(back[0, 0]), nearest(back[0, STRIPE])
