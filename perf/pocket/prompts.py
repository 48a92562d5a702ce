"""The judge's prompts (prompts.json), and pictures by their ids."""
import json
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CASES = {"upper": str.upper, "capitalised": str.capitalize, "lower": str.lower}
RELATIONS = {"left": "to the left of", "right": "to the right of", "above": "above", "below": "below",
             "above right": "above and to the right of"}
LEFT, RIGHT, TOP, BOTTOM = (0, 0.1, 0.5, 0.9), (0.5, 0.1, 1, 0.9), (0, 0, 1, 0.5), (0, 0.5, 1, 1)
# Where the first thing of a pair belongs and where the second, on the unit square.
BOXES = {"left": (LEFT, RIGHT), "right": (RIGHT, LEFT), "above": (TOP, BOTTOM), "below": (BOTTOM, TOP),
         "above right": ((0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1))}


def entries(suite=None):
    return [e for e in json.loads((HERE / "prompts.json").read_text()) if suite in (None, e["suite"])]


def picture(folder, entry):
    """-> [256, 256, 3] in 0..255."""
    return np.asarray(Image.open(Path(folder) / f"{entry['id']}.png").convert("RGB")).astype(np.float32)
