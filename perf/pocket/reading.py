"""Reads the one word in a picture with tesseract.

The picture becomes dark letters on white whatever its colours: each pixel's distance from the background's colour (which the border
shows), enlarged three times, with a white margin. Tesseract sees the same for every model, and never the word to look for.
"""
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image, ImageOps

from backdrop import behind

ENLARGE, MARGIN = 3, 30
ENVIRONMENT = {**os.environ, "OMP_THREAD_LIMIT": "1"}


def letters(picture, prompt):
    """-> a grey image: black where the picture differs most from its background, white where not at all."""
    distance = np.sqrt(((picture - behind(picture, prompt)) ** 2).sum(2))
    strongest = max(30.0, np.percentile(distance, 98))
    grey = 255 - np.clip((distance / strongest - 0.15) / 0.7, 0, 1) * 255
    image = Image.fromarray(grey.astype(np.uint8))
    image = image.resize((image.width * ENLARGE, image.height * ENLARGE), Image.BICUBIC)
    return ImageOps.expand(image, MARGIN, 255)


def read(image):
    """-> what tesseract reads, with all that is no letter or digit left out (mode 7: a single line)."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.save(file.name)
        command = ["tesseract", file.name, "-", "--psm", "7", "-l", "eng", "--dpi", "200"]
        text = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=True).stdout
    return "".join(c for c in text if c.isalnum())


def words(pictures, prompts):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda p: read(letters(*p)), zip(pictures, prompts)))


def errors(read, word):
    """Levenshtein's distance."""
    row = list(range(len(word) + 1))
    for i, a in enumerate(read, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(word, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]
